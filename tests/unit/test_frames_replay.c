/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router lwip frames */
/*
 * Whole frames through the whole router on the host: what fuzzing has kept,
 * and a million random ones. Each lone frame must fare as the oracle says, all
 * that leaves is judged, and no buffer is lost (tests/frames/).
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/frames/play.h"
#include "tests/frames/random.h"
#include "tests/frames/world.h"

enum {
	RANDOM_FRAMES = 1000 * 1000,
	BURST = 20,
	ALONE = 4, /* of five, one is looked at alone */
	SCRIPT_MAX = 1 << 20,
	CHECK_EACH = 256,
	SEED = 20,
	ENOUGH = 10000,
};

#define CORPUS "tests/fuzz/corpus/frames"

static void
play_file(const char *name)
{
	static uint8_t script[SCRIPT_MAX];
	char path[512];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), CORPUS "/%s", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(script, 1, sizeof(script), f);
	fclose(f);
	play_script(script, n);
}

static void
test_corpus(void **state)
{
	DIR *folder = opendir(CORPUS);
	const struct dirent *entry;
	uint32_t n = 0;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		play_file(entry->d_name);
		n++;
	}
	closedir(folder);
	assert_true(n > 0);
}

/* The frames were of all kinds: each reason of the fast path has counted. */
static void
check_variety(void)
{
	static const enum drop_reason reasons[] = { DROP_FRAME_SHORT,
		DROP_ETHERTYPE, DROP_VLAN, DROP_QINQ, DROP_NOT_FOR_US,
		DROP_LINK_GROUP, DROP_IP_VERSION, DROP_IP_HEADER,
		DROP_IP_LENGTH, DROP_IP_CHECKSUM, DROP_SOURCE, DROP_RPF,
		DROP_DESTINATION, DROP_MULTICAST, DROP_BLACKHOLE };
	struct counters w, c;

	world_counters(&w, &c);
	assert_true(w.forwarded4 > ENOUGH && w.forwarded6 > ENOUGH);
	assert_true(world->tagged > ENOUGH);
	for (uint32_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		assert_true(w.drop[reasons[i]] > 0);
	for (uint32_t i = 0; i < PUNT_REASON_COUNT; i++)
		assert_true(w.punt[i] > 0);
}

/* Frames in bursts on all ports, and between them some alone. */
static void
test_million(void **state)
{
	static uint8_t frame[WORLD_FRAME_MAX];
	struct frames_random r = { SEED, WORLD_FRAME_MAX };
	uint32_t n, rounds = 0;

	(void)state;
	for (n = 0; n < RANDOM_FRAMES; rounds++) {
		uint32_t burst = frames_random_below(&r, BURST), i;
		uint8_t port = (uint8_t)frames_random_below(&r, WORLD_PORTS);
		uint16_t len;

		for (i = 0; i < burst; i++, n++) {
			len = frames_random_make(&r, port, frame);
			assert_true(world_offer(port, frame, len));
		}
		world_run(frames_random_below(&r, 2000));
		for (i = 0; i < ALONE; i++, n++) {
			len = frames_random_make(&r, port, frame);
			play_frame(port, frame, len);
		}
		if (rounds % CHECK_EACH == 0)
			world_check();
	}
	world_run(1000 * 1000);
	world_check();
	check_variety();
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_corpus),
		cmocka_unit_test(test_million),
	};

	world_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
