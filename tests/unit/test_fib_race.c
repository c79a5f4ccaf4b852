/* SPDX-License-Identifier: BSD-2-Clause */
/* sanitize: thread */
/* objects: net/addr.c
 * libs: fib tables */
/*
 * Readers look up while a writer changes the FIB and uses memory again as soon
 * as no reader can see it.
 *
 *  - prefixes that stay must always be answered by their next hop;
 *  - a prefix that flips has a number that each change raises, and its next
 *    hop, or that it is absent, follows from the number. The writer says a
 *    number before it changes the FIB, and again after that. A lookup may be
 *    answered by any number from the last one that was said to be done as it
 *    began to the last one that was said to be tried as it ended;
 *  - others come and go at random next to those, so that nodes move all the
 *    time.
 *
 * With the argument "broken" the writer does not wait for readers. The last
 * test runs that, and it must fail.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/tables/table.h"
#include "tests/unit/fib_race.h"

enum {
	READERS = 2,
	SECONDS = 3, /* with each kind of lookups */
	GIVE_UP = 60,
	ENOUGH = 2000, /* changes, and bursts of each reader */
	EPOCHS = 100,
	ROUTES = 20000, /* that there is memory for */
	BURST = 64,
	TURN = 4, /* bursts */
};

/*
 * ThreadSanitizer does not see what gathers load, and so not that what they
 * lead to was written before: it is for the others. All are raced without it.
 */
static const char *const levels[] = {
	"baseline",
	"popcnt",
#ifndef __SANITIZE_THREAD__
	"avx512",
#endif
};
enum { LEVELS = sizeof(levels) / sizeof(levels[0]) };

static struct race {
	struct fib *fib;
	void *memory;
	struct flip flip[FLIPS];
	struct probe probe[SPACES][4 * (PLACES + WIDE)];
	uint32_t flips, probes[SPACES];
	struct ip_prefix noise[SPACES][PLACES + WIDE][NOISE];
	bool broken, waiting;
	_Atomic bool stop;
	_Atomic uint32_t epoch, wrongs;
	_Atomic uint32_t seen[READERS];
	uint64_t looked_up[READERS];
	uint64_t random; /* the writer's */
} race;

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The writer. */

static bool
all_have_seen(void)
{
	uint32_t i;

	for (i = 0; i < READERS; i++)
		if (atomic_load(&race.seen[i]) != atomic_load(&race.epoch))
			return false;
	return true;
}

/* Parks when nothing is, reclaims when that is allowed; waits for neither. */
static void
turn_memory_over(void)
{
	if (race.waiting && (race.broken || all_have_seen())) {
		fib_reclaim(race.fib);
		race.waiting = false;
	}
	if (!race.waiting && fib_must_park(race.fib)) {
		fib_park(race.fib);
		atomic_fetch_add(&race.epoch, 1);
		race.waiting = true;
	}
}

static void
put(const struct ip_prefix *p, uint32_t nexthop)
{
	double begin = seconds();

	while (nexthop == FIB_MISS ? !fib_clear(race.fib, p)
				   : !fib_set(race.fib, p, nexthop)) {
		turn_memory_over();
		if (seconds() - begin > GIVE_UP)
			abort();
	}
	turn_memory_over();
}

/* Called before readers begin, and by the writer. */
static void
change_flip(uint32_t n)
{
	struct flip *f = &race.flip[n];
	uint32_t number = atomic_load(&f->done) + 1;

	atomic_store(&f->tried, number);
	put(&f->prefix, flip_nexthop(n, number));
	atomic_store(&f->done, number);
}

/* Half of a place, or a part of a wide prefix. */
static void
change_noise(void)
{
	uint32_t space = table_below(&race.random, SPACES);
	uint32_t place = table_below(&race.random, PLACES + WIDE);
	uint32_t slot = table_below(&race.random, NOISE);
	struct ip_prefix *p = &race.noise[space][place][slot];
	uint8_t from = place < PLACES ? 25 : 18;
	uint32_t at = place < PLACES ? place_at(place) + 0x80
	                             : wide_at(place - PLACES) + 0xc000;

	if (p->addr.family != 0) {
		put(p, FIB_MISS);
		p->addr.family = 0;
		return;
	}
	*p = prefix_in(&spaces[space],
	    at + table_below(&race.random, 1u << (32 - from)),
	    (uint8_t)(from + table_below(&race.random, 33u - from)));
	ip_addr_mask(&p->addr, p->len);
	put(p, NOISE_FIRST + table_below(&race.random, NOISE_COUNT));
}

static bool
is_enough(uint32_t changes, double time)
{
	if (time < SECONDS || (race.broken && time < GIVE_UP / 2))
		return false;
	return time > GIVE_UP ||
	       (changes >= ENOUGH && atomic_load(&race.epoch) >= EPOCHS);
}

/* Returns how many changes that were. */
static uint32_t
write_on(void)
{
	double begin = seconds();
	uint32_t n;

	for (n = 0; atomic_load(&race.wrongs) == 0; n++) {
		if (n % 16 == 0) {
			if (is_enough(n, seconds() - begin))
				break;
			sched_yield();
		}
		if (table_below(&race.random, 2) == 0)
			change_flip(table_below(&race.random, race.flips));
		else
			change_noise();
	}
	return n;
}

/* Readers. */

struct question {
	const struct probe *probe;
	key128 key;
	uint32_t done; /* as the lookup began */
};

static bool
flip_is_right(const struct question *q, uint16_t got)
{
	uint32_t n = q->probe->flip, number;
	uint32_t tried = atomic_load(&race.flip[n].tried);

	for (number = q->done; number <= tried; number++) {
		uint16_t nexthop = flip_nexthop(n, number);

		if (got == (nexthop == FIB_MISS ? COVER : nexthop))
			return true;
	}
	return false;
}

static bool
is_right(const struct question *q, uint16_t got)
{
	switch (q->probe->kind) {
	case KIND_STAYS:
		return got == q->probe->nexthop;
	case KIND_FLIPS:
		return flip_is_right(q, got);
	case KIND_NOISE:
		return got == COVER ||
		       (got >= NOISE_FIRST && got < NOISE_FIRST + NOISE_COUNT);
	}
	return false;
}

static struct question
ask(uint64_t *random, uint32_t space)
{
	struct question q = { .done = 0 };
	const struct probe *p =
	    &race.probe[space][table_below(random, race.probes[space])];
	uint8_t family = spaces[space].family;

	q.probe = p;
	q.key = p->first |
	        (key_random(random, family) & key_host(p->len, family));
	if (p->kind == KIND_FLIPS)
		q.done = atomic_load(&race.flip[p->flip].done);
	return q;
}

static void
look_up(uint64_t *random)
{
	uint32_t n = 1 + table_below(random, BURST), i, four[BURST];
	bool six = table_below(random, 2) == 0;
	struct fib_key6 key6[BURST];
	struct question q[BURST];
	uint16_t got[BURST];

	for (i = 0; i < n; i++) {
		q[i] = ask(random, six ? 1 + table_below(random, 2) : 0);
		four[i] = key_four(q[i].key);
		key6[i] = key_six(q[i].key);
	}
	if (six)
		fib_lookup6(race.fib, key6, got, n);
	else
		fib_lookup4(race.fib, four, got, n);
	for (i = 0; i < n; i++) {
		if (is_right(&q[i], got[i]))
			continue;
		if (atomic_fetch_add(&race.wrongs, 1) < 5)
			fprintf(stderr, "probe %td of %s: next hop %u\n",
			    q[i].probe - race.probe[six ? 1 : 0],
			    six ? "IPv6" : "IPv4", got[i]);
	}
}

static void *
read_on(void *arg)
{
	uint32_t me = (uint32_t)(uintptr_t)arg, i;
	uint64_t random = me, bursts = 0;

	while (!atomic_load(&race.stop)) {
		atomic_store(&race.seen[me], atomic_load(&race.epoch));
		for (i = 0; i < TURN; i++, bursts++)
			look_up(&random);
	}
	race.looked_up[me] = bursts;
	return NULL;
}

/* The world, before anybody reads. */

static void
add_probe(uint32_t space, uint32_t addr, uint8_t len, struct probe p)
{
	struct ip_prefix at = prefix_in(&spaces[space], addr, len);

	p.first = key_of(&at.addr);
	p.len = at.len;
	race.probe[space][race.probes[space]++] = p;
}

static void
add_flip(uint32_t space, uint32_t addr, uint8_t len, uint8_t probe_len)
{
	race.flip[race.flips].prefix = prefix_in(&spaces[space], addr, len);
	add_probe(space, addr, probe_len,
	    (struct probe){ .kind = KIND_FLIPS, .flip = race.flips });
	change_flip(race.flips++);
}

static void
add_stays(uint32_t space, uint32_t addr, uint8_t len, uint16_t nexthop)
{
	struct ip_prefix p = prefix_in(&spaces[space], addr, len);

	put(&p, nexthop);
	/* What covers everything is asked for where nothing else is. */
	if (nexthop == COVER)
		addr |= 0x00800000;
	add_probe(space, addr, nexthop == COVER ? 10 : len,
	    (struct probe){ .kind = KIND_STAYS, .nexthop = nexthop });
}

static void
fill(uint32_t space)
{
	uint32_t i;

	add_stays(space, 0x0a000000, 7, COVER);
	for (i = 0; i < PLACES; i++) {
		uint8_t len = (uint8_t)(26 + i % 7);

		add_flip(space, place_at(i), len, len);
		add_stays(
		    space, place_at(i) + 0x40, len, (uint16_t)(STAYS + i));
		add_probe(space, place_at(i) + 0x80, 25,
		    (struct probe){ .kind = KIND_NOISE });
	}
	for (i = 0; i < WIDE; i++) {
		add_flip(space, wide_at(i), (uint8_t)(12 + i % 5), 17);
		add_stays(space, wide_at(i) + 0x8000, 24,
		    (uint16_t)(STAYS + PLACES + i));
	}
}

static void
setup(bool broken)
{
	size_t size = (fib_memory(ROUTES, ROUTES) + 63) & ~(size_t)63;
	uint32_t i;

	memset(&race, 0, sizeof(race));
	race.memory = aligned_alloc(64, size);
	assert_non_null(race.memory);
	race.fib = fib_create(race.memory, size);
	assert_non_null(race.fib);
	for (i = 0; i < SPACES; i++)
		fill(i);
	race.broken = broken;
}

static uint32_t
run(void)
{
	pthread_t thread[READERS];
	uint64_t bursts = UINT64_MAX;
	uint32_t i, changes;

	for (i = 0; i < READERS; i++)
		pthread_create(&thread[i], NULL, read_on, (void *)(uintptr_t)i);
	changes = write_on();
	atomic_store(&race.stop, true);
	for (i = 0; i < READERS; i++) {
		pthread_join(thread[i], NULL);
		if (race.looked_up[i] < bursts)
			bursts = race.looked_up[i];
	}
	print_message("%u changes, %u epochs, each reader at least %llu "
		      "bursts\n",
	    changes, atomic_load(&race.epoch), (unsigned long long)bursts);
	if (!race.broken && (changes < ENOUGH || bursts < ENOUGH))
		atomic_fetch_add(&race.wrongs, 1);
	free(race.memory);
	return atomic_load(&race.wrongs);
}

static void
test_race(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < LEVELS; i++) {
		setup(false);
		if (!fib_level_limit(race.fib, levels[i])) {
			print_message("%s: not on this processor\n", levels[i]);
			free(race.memory);
			continue;
		}
		print_message("%s: ", levels[i]);
		assert_int_equal(run(), 0);
		assert_true(atomic_load(&race.epoch) >= EPOCHS);
	}
}

static int
run_broken(void)
{
	uint32_t i = LEVELS;

	alarm(GIVE_UP);
	setup(true);
	while (!fib_level_limit(race.fib, levels[i - 1]))
		i--;
	return run() != 0;
}

/* The test sees it when memory is used again too early. */
static void
test_broken(void **state)
{
	char name[] = "test_fib_race", how[] = "broken";
	char *const argv[] = { name, how, NULL };
	int status = 0;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(0);
		execv("/proc/self/exe", argv);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status))
		assert_int_not_equal(WEXITSTATUS(status), 0);
	else
		assert_int_not_equal(WTERMSIG(status), SIGALRM);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_race),
		cmocka_unit_test(test_broken),
	};

	if (argc > 1 && strcmp(argv[1], "broken") == 0)
		return run_broken();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
