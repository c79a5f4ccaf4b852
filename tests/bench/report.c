/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What bench-fib prints (report.h).
 */
#include "tests/bench/report.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/bench/steps.h"

#define MIB(bytes) ((double)(bytes) / (1 << 20))

static const char *const column_name[COLUMNS] = { "IPv4 uniform",
	"IPv4 table-drawn", "IPv6 table-drawn" };
static const char *const pages_name[PAGES_KINDS] = { "4 KiB", "huge" };

static const double goal_ratio = 1.3, goal_mean = 2.0;
static const double goal_lookup_mib = 12;

void
report_goal(bool met, const char *format, ...)
{
	va_list args;

	printf("GOAL %s: ", met ? "met" : "short");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static void
head(const char *first)
{
	unsigned c, p;

	printf("%-26s", "");
	for (c = 0; c < COLUMNS; c++)
		printf(" %16s", column_name[c]);
	printf("\n%-26s", first);
	for (c = 0; c < COLUMNS; c++)
		for (p = 0; p < PAGES_KINDS; p++)
			printf(" %*s", p == 0 ? 9 : 6, pages_name[p]);
	putchar('\n');
}

static void
cell(double value, unsigned pages, int digits)
{
	int width = pages == 0 ? 9 : 6;

	if (value > 0)
		printf(" %*.*f", width, digits, value);
	else
		printf(" %*s", width, "-");
}

/* One peer's best variant in each column; two names, by family. */
static void
row(const struct group *group, const char *const name[2], unsigned rounds)
{
	char label[64];
	unsigned c, p;

	snprintf(label, sizeof(label), "%s, %s", name[0], name[1]);
	printf("%-26s", strcmp(name[0], name[1]) == 0 ? name[0] : label);
	for (c = 0; c < COLUMNS; c++)
		for (p = 0; p < PAGES_KINDS; p++) {
			const struct group *g = &group[c * PAGES_KINDS + p];
			const struct series *s = group_best(
			    g, name[c == IPV6_DRAWN], rounds);

			if (strcmp(name[0], "ours") == 0)
				s = &g->series[0];
			cell(s == NULL ? 0 : series_median(s, rounds), p, 0);
		}
	putchar('\n');
}

static void
ratios(const struct group *group, unsigned rounds)
{
	double mean[PAGES_KINDS] = { 1, 1 };
	double ratio[COLUMNS * PAGES_KINDS];
	unsigned c, p, i;

	printf("%-26s", "ours to the best peer");
	for (i = 0; i < COLUMNS * PAGES_KINDS; i++) {
		ratio[i] = group_ratio(&group[i], rounds);
		mean[i % PAGES_KINDS] *= ratio[i];
		cell(ratio[i], i % PAGES_KINDS, 2);
	}
	printf("\n\n");
	for (c = 0; c < COLUMNS; c++)
		for (p = 0; p < PAGES_KINDS; p++)
			report_goal(ratio[c * PAGES_KINDS + p] >= goal_ratio,
			    "%s, %s pages: %.2f times the best peer "
			    "(goal %.1f)",
			    column_name[c], pages_name[p],
			    ratio[c * PAGES_KINDS + p], goal_ratio);
	for (p = 0; p < PAGES_KINDS; p++)
		report_goal(cbrt(mean[p]) >= goal_mean,
		    "geometric mean of the columns, %s pages: %.2f (goal %.1f)",
		    pages_name[p], cbrt(mean[p]), goal_mean);
}

void
report_lookups(const struct group *group, unsigned rounds)
{
	static const char *const name[][2] = { { "ours", "ours" },
		{ "rte_fib", "rte_fib6" }, { "rte_lpm", "rte_lpm6" } };
	unsigned i;

	head("M lookups/s");
	for (i = 0; i < sizeof(name) / sizeof(name[0]); i++)
		row(group, name[i], rounds);
	ratios(group, rounds);
}

static double
steps(const struct group *g, const struct engine *e)
{
	if (e->select != NULL)
		(void)e->select(e);
	return steps_per_lookup(e, &g->dests, 1024, BURST);
}

/* Every engine of a group. Both page sizes have the same ones. */
void
report_variants(const struct group *group, unsigned rounds)
{
	unsigned c, p, i;

	for (c = 0; c < COLUMNS; c++) {
		const struct group *g = &group[c * PAGES_KINDS];

		printf("%-26s %9s %6s %20s\n", column_name[c], pages_name[0],
		    pages_name[1], "instructions/lookup");
		for (i = 0; i < g->n; i++) {
			char label[64];

			snprintf(label, sizeof(label), "  %s %s",
			    g->series[i].engine->peer,
			    g->series[i].engine->variant);
			printf("%-26s", label);
			for (p = 0; p < PAGES_KINDS; p++)
				cell(series_median(&g[p].series[i], rounds), p,
				    0);
			printf(" %20.1f\n", steps(g, g->series[i].engine));
		}
	}
}

void
report_settings_head(void)
{
	unsigned c;

	printf("%-26s", "ours (to the best peer)");
	for (c = 0; c < COLUMNS; c++)
		printf(" %16s", column_name[c]);
	printf("\n");
}

/* Ours, and the ratio to the best peer. */
void
report_setting(const char *name, const struct group *group, unsigned rounds)
{
	unsigned c;

	printf("%-26s", name);
	for (c = 0; c < COLUMNS; c++) {
		double ours = series_median(&group[c].series[0], rounds);
		double ratio = group_ratio(&group[c], rounds);

		printf(" %7.0f (%6.2f)", ours, ratio);
	}
	putchar('\n');
}

void
report_memory(const struct engines *all, const struct fib *ours)
{
	struct fib_usage u;
	unsigned i;

	fib_usage(ours, &u);
	printf("ours: %u + %u prefixes; lookups read %.1f + %.1f MiB, only "
	       "changes read %.1f MiB, %.1f of %.1f MiB are free\n",
	    u.prefixes[0], u.prefixes[1], MIB(u.lookup[0]), MIB(u.lookup[1]),
	    MIB(u.control), MIB(u.free), MIB(u.size));
	for (i = 0; i < all->costs; i++)
		if (all->cost[i].pages == PAGES_4K)
			printf("%s: %.1f MiB with its rules; built in %.1f s\n",
			    all->cost[i].peer, MIB(all->cost[i].bytes),
			    all->cost[i].seconds);
	report_goal(MIB(u.lookup[0] + u.lookup[1]) <= goal_lookup_mib,
	    "lookup structures take %.1f MiB (goal %.0f)",
	    MIB(u.lookup[0] + u.lookup[1]), goal_lookup_mib);
}
