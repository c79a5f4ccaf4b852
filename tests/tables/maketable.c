/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes a table in the text format of `routes FILE`: `PREFIX GATEWAY`.
 *
 *   maketable [-t KIND] [-4 COUNT] [-6 COUNT] [-s SEED] GATEWAY...
 *
 * KIND is choice (as tests choose, the default), generated, libloc or text
 * (what ROUTES names). Counts and seed are for generated ones. Each next hop
 * of the table is one of the gateways of the family; a family without one is
 * left out.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/tables/table.h"

enum { GATEWAYS = 64 };

static struct {
	const char *kind;
	uint32_t count[2];
	uint64_t seed;
	const char *gateway[2][GATEWAYS];
	uint32_t gateways[2];
} how = { .kind = "choice",
	.count = { TABLE_IPV4, TABLE_IPV6 },
	.seed = TABLE_SEED };

static int
usage(void)
{
	fputs("usage: maketable [-t choice|generated|libloc|text] [-4 COUNT] "
	      "[-6 COUNT] [-s SEED] GATEWAY...\n",
	    stderr);
	return 2;
}

static bool
number(const char *text, uint64_t max, uint64_t *out)
{
	char *end;

	*out = strtoull(text, &end, 10);
	return end != text && *end == '\0' && *out <= max;
}

static bool
options(int argc, char **argv)
{
	enum { MOST = 2 * 1000 * 1000 };
	uint64_t n;
	int option;

	while ((option = getopt(argc, argv, "t:4:6:s:")) != -1) {
		if (option == 't') {
			how.kind = optarg;
		} else if (option == 's') {
			if (!number(optarg, UINT64_MAX, &how.seed))
				return false;
		} else if (option == '4' || option == '6') {
			if (!number(optarg, MOST, &n))
				return false;
			how.count[option == '6'] = (uint32_t)n;
		} else {
			return false;
		}
	}
	return true;
}

static bool
gateways(char **argv)
{
	uint8_t addr[16];

	for (; *argv != NULL; argv++) {
		int six = strchr(*argv, ':') != NULL;

		if (inet_pton(six ? AF_INET6 : AF_INET, *argv, addr) != 1 ||
		    how.gateways[six] == GATEWAYS)
			return false;
		how.gateway[six][how.gateways[six]++] = *argv;
	}
	return how.gateways[0] + how.gateways[1] > 0;
}

static bool
get(struct table *t)
{
	const char *files = getenv("ROUTES");

	if (strcmp(how.kind, "libloc") == 0)
		return table_read_libloc(t, TABLE_LIBLOC);
	if (strcmp(how.kind, "text") == 0)
		return files != NULL && table_read_text(t, files);
	if (strcmp(how.kind, "generated") == 0) {
		table_generate(t, how.count[0], how.count[1], how.seed);
		return true;
	}
	return table_choose(t);
}

static void
put(const struct table *t)
{
	char text[INET6_ADDRSTRLEN];
	uint32_t i;

	printf("# %u IPv4 and %u IPv6 prefixes, %s\n", t->count[0], t->count[1],
	    t->source);
	for (i = 0; i < table_size(t); i++) {
		const struct ip_prefix *p = &t->route[i].prefix;
		int six = p->addr.family == IP6;

		if (how.gateways[six] == 0)
			continue;
		inet_ntop(
		    six ? AF_INET6 : AF_INET, p->addr.byte, text, sizeof(text));
		printf("%s/%u %s\n", text, p->len,
		    how.gateway[six][(t->route[i].nexthop - 1u) %
				     how.gateways[six]]);
	}
}

int
main(int argc, char **argv)
{
	struct table t;

	if (!options(argc, argv) || !gateways(argv + optind))
		return usage();
	if (!get(&t))
		return 1;
	put(&t);
	table_free(&t);
	return fflush(stdout) != 0 || ferror(stdout);
}
