/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router lwip frames */
/*
 * Whole frames for the whole router: scripts of tests/frames/play.h. Mutations
 * know where frames begin, put new ones in, and mend most that they change.
 *
 * The router lives on from input to input, and hears nothing for a while
 * between two.
 */
#include <stdlib.h>
#include <string.h>

#include "net/addr.h"
#include "tests/frames/mend.h"
#include "tests/frames/play.h"
#include "tests/frames/random.h"
#include "tests/frames/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t max, unsigned int seed);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	world_begin();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	play_script(data, size);
	return 0;
}

/* The script that is made, from the records of the old one. */
struct edit {
	struct frames_random random;
	struct play_record record[PLAY_RECORDS];
	uint32_t count;
	uint8_t fresh[WORLD_FRAME_MAX];
};

static uint32_t
below(struct edit *e, uint32_t n)
{
	return frames_random_below(&e->random, n);
}

/* Bits of one record's frame change; it is mended most of the time. */
static void
change(struct edit *e, uint32_t at)
{
	struct play_record *r = &e->record[at];

	memcpy(e->fresh, r->frame, r->len);
	r->frame = e->fresh;
	r->len = (uint16_t)LLVMFuzzerMutate(e->fresh, r->len, sizeof(e->fresh));
	if (r->len >= 14 && below(e, 4) > 0)
		mend_frame(e->fresh, r->len);
}

/* A new frame, in a record's place or before it. */
static void
renew(struct edit *e, uint32_t at, bool insert)
{
	uint8_t how = (uint8_t)below(e, 256);

	if (insert && e->count < PLAY_RECORDS) {
		memmove(&e->record[at + 1], &e->record[at],
		    (e->count - at) * sizeof(e->record[0]));
		e->count++;
	}
	if (below(e, 2))
		how &= PLAY_PORT;
	e->random.longest = below(e, 8) ? 1514 : WORLD_FRAME_MAX;
	e->record[at] = (struct play_record){
		.how = how,
		.len = frames_random_make(
		    &e->random, (how & PLAY_PORT) % WORLD_PORTS, e->fresh),
		.frame = e->fresh,
	};
}

static void
leave_out(struct edit *e, uint32_t at)
{
	e->count--;
	memmove(&e->record[at], &e->record[at + 1],
	    (e->count - at) * sizeof(e->record[0]));
}

static size_t
put_together(const struct edit *e, uint8_t *out, size_t max)
{
	size_t size = 0;

	for (uint32_t i = 0; i < e->count; i++) {
		const struct play_record *r = &e->record[i];

		if (size + PLAY_RECORD + r->len > max)
			break;
		out[size] = r->how;
		be16_store(out + size + 1, r->len);
		memcpy(out + size + PLAY_RECORD, r->frame, r->len);
		size += PLAY_RECORD + r->len;
	}
	return size;
}

size_t
LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	static struct edit e;
	uint8_t *made;
	uint32_t at;

	e.random.state = seed + 1ull;
	e.count = play_cut(data, size, e.record);
	if (below(&e, 16) == 0)
		return LLVMFuzzerMutate(data, size, max);
	at = e.count > 0 ? below(&e, e.count) : 0;
	switch (e.count > 0 ? below(&e, 8) : 0) {
	case 0:
		renew(&e, at, true);
		break;
	case 1:
		renew(&e, at, false);
		break;
	case 2:
		leave_out(&e, at);
		break;
	case 3:
		e.record[at].how = (uint8_t)below(&e, 256);
		break;
	default:
		change(&e, at);
		break;
	}
	made = malloc(max);
	if (made == NULL)
		return size;
	size = put_together(&e, made, max);
	memcpy(data, made, size);
	free(made);
	return size;
}
