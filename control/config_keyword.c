/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keywords of the config: a tree of tables. A keyword may be abbreviated while
 * it is unique among those that may stand there.
 */
#include <string.h>

#include "control/config_private.h"

static bool
visible(const struct keyword *k, enum block block)
{
	return k->block != BLOCK_INTERFACE || k->block == block;
}

/* Names the visible keywords that begin with `w`, as many as fit. */
static void
list_names(const struct keyword *table, enum block block, const struct word *w,
    char *out, size_t size)
{
	static const char more[] = ", ...";
	size_t used = 0;

	out[0] = '\0';
	for (; table->name != NULL; table++) {
		size_t len = strlen(table->name);

		if (!visible(table, block) ||
		    (w != NULL && !word_abbreviates(w, table->name)))
			continue;
		if (used + 2 + len + sizeof(more) > size) {
			strcpy(out + used, more);
			return;
		}
		if (used > 0) {
			strcpy(out + used, ", ");
			used += 2;
		}
		strcpy(out + used, table->name);
		used += len;
	}
}

static void
note_ambiguous(
    struct parser *p, const struct keyword *table, const struct word *w)
{
	char shown[WORD_SHOW_MAX], names[CONFIG_MESSAGE_MAX - 80];

	list_names(table, p->block, w, names, sizeof(names));
	parse_error(
	    p, w, "ambiguous keyword %s: %s", word_show(w, shown), names);
}

static void
note_unknown(
    struct parser *p, const struct keyword *table, const struct word *w)
{
	static const char fixed[] = "expected , found ";
	char shown[WORD_SHOW_MAX], names[CONFIG_MESSAGE_MAX];

	word_show(w, shown);
	list_names(table, p->block, NULL, names,
	    sizeof(names) - sizeof(fixed) - strlen(shown));
	parse_expected(p, w, names);
}

/*
 * The one keyword that `w` means, or NULL with the error noted. One that only
 * an interface block has is found at the top, too, so that the error can say
 * where it belongs.
 */
static const struct keyword *
find(struct parser *p, const struct keyword *table, const struct word *w)
{
	const struct keyword *found = NULL;
	const struct keyword *hidden = NULL;
	bool ambiguous = false;

	for (const struct keyword *k = table; k->name != NULL; k++) {
		if (!word_abbreviates(w, k->name))
			continue;
		if (!visible(k, p->block)) {
			hidden = k;
		} else if (word_is(w, k->name)) {
			return k;
		} else {
			ambiguous |= found != NULL;
			found = k;
		}
	}
	if (ambiguous) {
		note_ambiguous(p, table, w);
		return NULL;
	}
	if (found == NULL && hidden != NULL)
		parse_error(p, w, "\"%s\" belongs below an interface line",
		    hidden->name);
	else if (found == NULL)
		note_unknown(p, table, w);
	return found;
}

const struct keyword *
parse_keywords(struct parser *p, const struct keyword *table)
{
	const struct keyword *k;

	do {
		struct word w = lex_word(&p->lx);

		k = find(p, table, &w);
		if (k != NULL)
			table = k->next;
	} while (k != NULL && k->run == NULL);
	return k;
}
