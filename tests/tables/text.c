/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables from text files, plain or gzip.
 */
#include "tests/tables/table_private.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/fib.h"

enum { LINE = 256, WORD = 64, WORDS = 2 * (FIB_NEXTHOP_MAX + 1) };

/* The words met so far, by hash. The number of one is its next hop. */
struct words {
	char word[WORDS][WORD];
	uint16_t nexthop[WORDS]; /* 0: none here */
	uint32_t count;
};

struct text {
	struct table *table;
	struct words *words;
	uint32_t count;
};

/* 0 when there are too many. */
static uint16_t
nexthop_of(struct words *w, const char *word)
{
	uint32_t hash = 2166136261u;
	const char *c;

	for (c = word; *c != '\0'; c++)
		hash = (hash ^ (uint8_t)*c) * 16777619u;
	for (hash %= WORDS; w->nexthop[hash] != 0; hash = (hash + 1) % WORDS)
		if (strcmp(w->word[hash], word) == 0)
			return w->nexthop[hash];
	if (w->count == FIB_NEXTHOP_MAX)
		return 0;
	memcpy(w->word[hash], word, strlen(word) + 1);
	return w->nexthop[hash] = (uint16_t)++w->count;
}

/* ADDRESS/LENGTH, canonical. */
static bool
parse_prefix(const char *text, struct ip_prefix *prefix)
{
	const char *slash = strchr(text, '/');
	char addr[WORD], *end;
	unsigned long len;

	if (slash == NULL)
		return false;
	memcpy(addr, text, (size_t)(slash - text));
	addr[slash - text] = '\0';
	*prefix = (struct ip_prefix){ .addr.family = IP4 };
	if (strchr(addr, ':') != NULL)
		prefix->addr.family = IP6;
	if (inet_pton(prefix->addr.family == IP4 ? AF_INET : AF_INET6, addr,
		prefix->addr.byte) != 1)
		return false;
	len = strtoul(slash + 1, &end, 10);
	if (end == slash + 1 || *end != '\0' ||
	    len > ip_family_bits(prefix->addr.family))
		return false;
	prefix->len = (uint8_t)len;
	return ip_addr_mask(&prefix->addr, prefix->len);
}

static bool
read_line(struct text *t, const char *line)
{
	char prefix[WORD], word[WORD];
	struct table_route route;
	int words = sscanf(line, "%63s %63s", prefix, word);

	if (words < 1 || prefix[0] == '#')
		return true;
	if (words != 2 || !parse_prefix(prefix, &route.prefix))
		return false;
	route.nexthop = nexthop_of(t->words, word);
	if (route.nexthop == 0)
		return false;
	table_add(t->table, t->count++, &route);
	return true;
}

static bool
read_file(struct text *t, const char *file)
{
	char line[LINE];
	uint32_t number = 0;
	bool good = true;
	FILE *f;

	/* The name as a variable: a shell reads no meaning into that. */
	if (setenv("TABLE_FILE", file, 1) != 0)
		return false;
	f = popen("exec zcat -f <\"$TABLE_FILE\"", "r");
	if (f == NULL)
		return false;
	while (fgets(line, sizeof(line), f) != NULL) {
		number++;
		if (good && !read_line(t, line)) {
			fprintf(
			    stderr, "%s:%u: no `PREFIX WORD`\n", file, number);
			good = false;
		}
	}
	if (pclose(f) != 0) {
		fprintf(stderr, "%s: cannot be read\n", file);
		good = false;
	}
	return good;
}

bool
table_read_text(struct table *t, const char *files)
{
	struct text text = { .table = t };
	char *names = strdup(files), *rest = NULL, *file;
	bool good = names != NULL;

	*t = (struct table){ .source = "from ROUTES" };
	text.words = calloc(1, sizeof(*text.words));
	good = good && text.words != NULL;
	for (file = good ? strtok_r(names, " ", &rest) : NULL; file != NULL;
	     file = strtok_r(NULL, " ", &rest))
		good = read_file(&text, file) && good;
	free(text.words);
	free(names);
	if (!good || text.count == 0) {
		table_free(t);
		return false;
	}
	table_finish(t, text.count);
	return true;
}
