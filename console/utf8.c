/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UTF-8 (RFC 3629 section 4): well-formed byte sequences.
 */
#include "console/utf8.h"

#include <stdint.h>
#include <string.h>

/* By lead byte: length of the sequence and range of its second byte. */
static const struct lead {
	uint8_t first, last, length, low, high;
} leads[] = {
	{ 0x01, 0x7f, 1, 0, 0 },
	{ 0xc2, 0xdf, 2, 0x80, 0xbf },
	{ 0xe0, 0xe0, 3, 0xa0, 0xbf },
	{ 0xe1, 0xec, 3, 0x80, 0xbf },
	{ 0xed, 0xed, 3, 0x80, 0x9f },
	{ 0xee, 0xef, 3, 0x80, 0xbf },
	{ 0xf0, 0xf0, 4, 0x90, 0xbf },
	{ 0xf1, 0xf3, 4, 0x80, 0xbf },
	{ 0xf4, 0xf4, 4, 0x80, 0x8f },
};

/* Length of the sequence at `p`, or 0. A NUL ends `p`, so none is overread. */
static size_t
sequence(const unsigned char *p)
{
	const struct lead *l = leads;

	while (*p > l->last)
		if (++l == leads + sizeof(leads) / sizeof(leads[0]))
			return 0;
	if (*p < l->first)
		return 0;
	if (l->length > 1 && (p[1] < l->low || p[1] > l->high))
		return 0;
	for (size_t i = 2; i < l->length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return l->length;
}

void
utf8_clean(const char *text, char *out, size_t size)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t used = 0;

	while (*p != '\0') {
		size_t n = sequence(p);

		if (used + (n == 0 ? 1 : n) >= size)
			break;
		if (n == 0) {
			out[used++] = '?';
			p++;
			continue;
		}
		memcpy(out + used, p, n);
		used += n;
		p += n;
	}
	out[used] = '\0';
}
