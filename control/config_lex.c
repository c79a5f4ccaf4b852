/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines and words of the config text. Nothing is copied: words point into
 * the text. Lines end with LF or CR LF; blanks are spaces and tabs; `!` and
 * `#` begin a comment.
 */
#include <string.h>

#include "control/config_private.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

void
lex_init(struct lexer *lx, const char *text, size_t size)
{
	static const char mark[] = "\xef\xbb\xbf"; /* UTF-8 byte order mark */
	size_t mark_len = sizeof(mark) - 1;

	memset(lx, 0, sizeof(*lx));
	if (size == 0)
		return; /* an empty file may have no data at all */
	lx->next = text;
	lx->end = text + size;
	if (size >= mark_len && memcmp(text, mark, mark_len) == 0)
		lx->next += mark_len;
}

bool
lex_line(struct lexer *lx)
{
	const char *lf;

	if (lx->next == lx->end)
		return false;
	lf = memchr(lx->next, '\n', (size_t)(lx->end - lx->next));
	lx->line = lx->next;
	lx->line_end = lf == NULL ? lx->end : lf;
	lx->next = lf == NULL ? lx->end : lf + 1;
	if (lx->line_end > lx->line && lx->line_end[-1] == '\r')
		lx->line_end--;
	lx->pos = lx->line;
	lx->last = lx->line;
	lx->number++;
	return true;
}

static struct word
make_word(struct lexer *lx, const char *start, const char *end)
{
	struct word w = { .text = start, .len = (size_t)(end - start) };

	/* What lacks is missing right behind the last word. */
	if (w.len == 0)
		w.text = lx->last;
	else
		lx->last = end;
	w.column = (uint32_t)(w.text - lx->line) + 1;
	return w;
}

struct word
lex_word(struct lexer *lx)
{
	const char *start = lx->pos;
	const char *p;

	while (start < lx->line_end && is_blank(*start))
		start++;
	p = start;
	while (p < lx->line_end && !is_blank(*p) && *p != '!' && *p != '#')
		p++;
	lx->pos = p;
	return make_word(lx, start, p);
}

struct word
lex_rest(struct lexer *lx)
{
	const char *start = lx->pos;
	const char *end = lx->line_end;

	while (start < end && is_blank(*start))
		start++;
	while (end > start && is_blank(end[-1]))
		end--;
	lx->pos = lx->line_end;
	return make_word(lx, start, end);
}

const char *
word_show(const struct word *w, char out[WORD_SHOW_MAX])
{
	static const char dots[] = "...";
	/* two quotes and the NUL */
	size_t room = WORD_SHOW_MAX - 3;
	size_t n = w->len;
	char *p = out;

	if (w->len == 0)
		return strcpy(out, "end of line");
	if (n > room)
		n = room - (sizeof(dots) - 1);
	*p++ = '"';
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)w->text[i];

		*p++ = c >= 0x20 && c < 0x7f ? (char)c : '?';
	}
	*p++ = '"';
	strcpy(p, w->len > n ? dots : "");
	return out;
}

bool
word_is(const struct word *w, const char *text)
{
	return strlen(text) == w->len && memcmp(text, w->text, w->len) == 0;
}

/*
 * The length of the UTF-8 character at `p` (RFC 3629 4), 0 for bytes that are
 * none and for control characters.
 */
static size_t
character_len(const unsigned char *p, size_t left)
{
	static const uint32_t least[] = { 0, 0x20, 0x80, 0x800, 0x10000 };
	size_t len = *p < 0x80 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
	uint32_t c = len == 1 ? *p : *p & (0x7fu >> len);

	if ((*p >= 0x80 && *p < 0xc0) || *p >= 0xf8 || len > left)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0x7f && c < 0xa0) ||
	    (c >= 0xd800 && c < 0xe000))
		return 0;
	return len;
}

bool
word_is_text(const struct word *w)
{
	size_t i = 0;

	while (i < w->len) {
		size_t n = character_len(
		    (const unsigned char *)w->text + i, w->len - i);

		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

bool
word_abbreviates(const struct word *w, const char *keyword)
{
	return w->len > 0 && w->len <= strlen(keyword) &&
	       memcmp(keyword, w->text, w->len) == 0;
}

bool
word_copy(const struct word *w, char *out, size_t size)
{
	if (w->len >= size)
		return false;
	memcpy(out, w->text, w->len);
	out[w->len] = '\0';
	return true;
}
