/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which core does what, and its clock.
 */
#include <sched.h>
#include <time.h>

#include "tests/bench/bench.h"

double
thread_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double
wall_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The cores that the program started with. */
static const cpu_set_t *
cores(void)
{
	static cpu_set_t all;
	static bool known;

	if (!known)
		known = sched_getaffinity(0, sizeof(all), &all) == 0;
	return &all;
}

static int
core_below(int core)
{
	while (--core >= 0 && !CPU_ISSET(core, cores()))
		;
	return core;
}

int
core_of_lookups(void)
{
	return core_below(CPU_SETSIZE);
}

int
core_other(void)
{
	return core_below(core_of_lookups());
}

void
core_pin(int core)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(core, &one);
	sched_setaffinity(0, sizeof(one), &one);
}
