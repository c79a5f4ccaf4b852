/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `make bench-fib`: the FIB of the product next to DPDK's, on one core and in
 * one process, with 4 KiB and with huge pages. docs/bench.md says how to read
 * it. The environment chooses:
 *
 *   ROUTES="FILE..."  the table (tests/tables/table.h)
 *   PEERS="NAME..."   some of rte_fib rte_lpm rte_fib6 rte_lpm6
 *   DESTINATIONS=N    how many are looked up in turn
 *   ROUNDS=N          how often each engine takes its turn
 *
 * Exit status 1 means wrong answers, 0 everything else: figures are no test.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/load.h"
#include "tests/bench/report.h"
#include "tests/bench/update.h"

static struct engines engines;
static struct group group[COLUMNS * PAGES_KINDS];

static uint32_t
number(const char *name, uint32_t otherwise, uint32_t most)
{
	const char *text = getenv(name);
	unsigned long n = text == NULL ? 0 : strtoul(text, NULL, 0);

	if (n == 0)
		return otherwise;
	return n < most ? (uint32_t)n : most;
}

static void
groups_make(const struct routes table[2], uint32_t n)
{
	struct dests d;
	int column, pages;

	for (column = 0; column < COLUMNS; column++)
		for (pages = 0; pages < PAGES_KINDS; pages++) {
			dests_make(&d, pages, column, n, table);
			group_make(&group[column * PAGES_KINDS + pages],
			    &engines, &d, column == IPV6_DRAWN, pages, BURST);
		}
}

static uint64_t
check_answers(void)
{
	uint64_t wrong = 0;
	unsigned i;

	for (i = 0; i < COLUMNS * PAGES_KINDS; i++)
		wrong += group_differences(&group[i]);
	printf("answers that differ from ours, over all destinations of all "
	       "columns: %" PRIu64 "\n",
	    wrong);
	return wrong;
}

/* Larger bursts, and destinations that are not in a cache themselves. */
static void
report_settings(const struct routes table[2], unsigned rounds)
{
	static const struct {
		const char *name;
		uint32_t burst, destinations;
	} setting[] = {
		{ "bursts of 64", 64, 1u << 20 },
		{ "bursts of 256", 256, 1u << 20 },
		{ "16 M destinations", BURST, 1u << 24 },
	};
	static struct group other[COLUMNS];
	struct dests d;
	unsigned i, c;

	report_settings_head();
	for (i = 0; i < sizeof(setting) / sizeof(setting[0]); i++) {
		for (c = 0; c < COLUMNS; c++) {
			const struct group *g =
			    &group[c * PAGES_KINDS + PAGES_HUGE];

			d = g->dests;
			if (setting[i].destinations > d.n)
				dests_make(&d, PAGES_HUGE, c,
				    setting[i].destinations, table);
			group_make(&other[c], &engines, &d, c == IPV6_DRAWN,
			    PAGES_HUGE, setting[i].burst);
		}
		measure(other, COLUMNS, rounds);
		report_setting(setting[i].name, other, rounds);
	}
}

static void
report_head(uint32_t destinations, unsigned rounds)
{
	printf("one core, bursts of %d, %" PRIu32 " destinations, medians of "
	       "%u rounds\n",
	    BURST, destinations, rounds);
}

/* After the rounds: the kernel may have changed its mind meanwhile. */
static void
report_pages(void)
{
	int kind;

	for (kind = 0; kind < PAGES_KINDS; kind++)
		printf("%s pages: %s; smaps %s\n",
		    kind == PAGES_4K ? "4 KiB" : "huge", pages_how(kind),
		    pages_check(kind) ? "agrees" : "DISAGREES");
	putchar('\n');
}

int
main(void)
{
	uint32_t destinations = number("DESTINATIONS", 1u << 20, 1u << 26);
	unsigned rounds = number("ROUNDS", 15, ROUNDS_MAX);
	const char *peers = getenv("PEERS");
	struct routes table[2];
	struct table t;
	uint64_t wrong;
	int kind;

	destinations -= destinations % BURST_MAX;
	core_pin(core_of_lookups());
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!table_get(&t))
		return 2;
	table[0] = (struct routes){ t.route, t.count[0] };
	table[1] = (struct routes){ t.route + t.count[0], t.count[1] };
	peers_start(
	    peers != NULL ? peers : "rte_fib rte_lpm rte_fib6 rte_lpm6");
	for (kind = 0; kind < PAGES_KINDS; kind++)
		ours_build(&engines, kind, table);
	peers_build(&engines, table);
	groups_make(table, destinations);
	wrong = check_answers();
	report_head(destinations, rounds);
	measure(group, COLUMNS * PAGES_KINDS, rounds);
	report_pages();
	report_lookups(group, rounds);
	putchar('\n');
	report_variants(group, rounds);
	putchar('\n');
	report_settings(table, rounds < 7 ? rounds : 7);
	putchar('\n');
	report_memory(&engines, engines.engine[0].self);
	putchar('\n');
	wrong += update_report(table, group);
	putchar('\n');
	wrong += load_report(table, group);
	table_free(&t);
	return wrong != 0;
}
