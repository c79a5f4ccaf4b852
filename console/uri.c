/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Percent-encoding (RFC 3986 2.1).
 */
#include "console/uri.h"

#include <errno.h>

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
uri_decode(const char *text, size_t size, char *out, size_t room)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < size; i++) {
		int c = (unsigned char)text[i];

		if (c == '%') {
			if (size - i < 3 || hex(text[i + 1]) < 0 ||
			    hex(text[i + 2]) < 0)
				return -EINVAL;
			c = hex(text[i + 1]) * 16 + hex(text[i + 2]);
			i += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return -EINVAL;
		if (used + 1 >= room) {
			out[0] = '\0';
			return -E2BIG;
		}
		out[used++] = (char)c;
	}
	out[used] = '\0';
	return 0;
}
