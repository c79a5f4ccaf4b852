/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/config_args.c control/config_error.c control/config_lex.c
 * control/ip_class.c control/iptext.c net/addr.c
 * libs: routes
 */
/*
 * Any bytes as a file of bulk routes; and each line of them both ways, the
 * fast and the slow one.
 */
#include "control/route_private.h"
#include "tests/fuzz/route_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_line(const char *text, size_t size)
{
	static struct route_reader r;
	static const struct file file = { "fuzz", NULL, 0 };
	char line[ROUTE_TEXT_LINE_MAX + TEXT_FAST_ROOM];
	struct route_line fast, slow;
	const char *next;

	if (size > ROUTE_TEXT_LINE_MAX)
		return;
	memset(line, '\n', sizeof(line));
	memcpy(line, text, size);
	next = text_fast(line, &fast);
	if (next == NULL)
		return;
	memset(&r, 0, sizeof(r));
	r.source.file = &file;
	r.numbers = 1;
	require(text_slow(&r, line, (size_t)(next - line), &slow) == 1);
	require(fast.column == slow.column);
	require(fast.prefix.len == slow.prefix.len);
	require(ip_addr_equal(&fast.prefix.addr, &slow.prefix.addr));
	require(ip_addr_equal(&fast.gateway, &slow.gateway));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data;
	const char *end = at + size;

	check_file(data, size);
	while (at < end) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));
		const char *next = lf == NULL ? end : lf + 1;

		check_line(at, (size_t)(next - at));
		at = next;
	}
	return 0;
}
