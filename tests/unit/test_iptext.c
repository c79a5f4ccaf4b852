/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/iptext.c net/addr.c */
/*
 * Addresses as text, against tables and against the host's libc.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/iptext.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A copy without NUL, so that ASan sees a read beyond the end. */
static char *
exact(const char *text, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);

	assert_non_null(copy);
	memcpy(copy, text, len);
	return copy;
}

static int
addr_parse(const char *text, struct ip_addr *out)
{
	char *copy = exact(text, strlen(text));
	int error = ip_addr_parse(copy, strlen(text), out);

	free(copy);
	return error;
}

static int
prefix_parse(const char *text, struct ip_addr *addr, uint8_t *len)
{
	char *copy = exact(text, strlen(text));
	int error = ip_prefix_parse(copy, strlen(text), addr, len);

	free(copy);
	return error;
}

/* RFC 5952 sections 4 and 5: what is read, what is written. */
static void
test_written_form(void **state)
{
	static const char *const form[][2] = {
		{ "0.0.0.0", "0.0.0.0" },
		{ "255.255.255.255", "255.255.255.255" },
		{ "192.0.2.10", "192.0.2.10" },
		{ "::", "::" },
		{ "::1", "::1" },
		{ "1::", "1::" },
		{ "0:0:0:0:0:0:0:0", "::" },
		{ "2001:0DB8::0001", "2001:db8::1" },
		{ "2001:db8:0:0:0:0:2:1", "2001:db8::2:1" },
		{ "2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
		{ "1:0:0:2:3:4:0:0", "1::2:3:4:0:0" },
		{ "1:2:3:4:5:6:0:0", "1:2:3:4:5:6::" },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
		{ "::ffff:c000:201", "::ffff:192.0.2.1" },
		{ "::192.0.2.1", "::c000:201" },
		{ "64:ff9b::192.0.2.1", "64:ff9b::c000:201" },
		{ "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304" },
		{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
		{ "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8" },
	};
	char text[IPTEXT_ADDR_MAX];
	struct ip_addr a;

	(void)state;
	for (size_t i = 0; i < COUNT(form); i++) {
		assert_int_equal(addr_parse(form[i][0], &a), 0);
		assert_string_equal(ip_addr_format(&a, text), form[i][1]);
	}
}

static void
test_bad_addresses(void **state)
{
	static const char *const bad[] = { "", "1", "1.2.3", "1.2.3.4.5",
		"1.2.3.256", "1.2.3.04", "01.2.3.4", "1.2.3.0x4", "1..3.4",
		".1.2.3", "1.2.3.", "1.2.3.4 ", " 1.2.3.4", "1.2.3.1000",
		"-1.2.3.4", ":", ":::", ":1", "1:", "1:2", "1::2::3",
		"1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
		"1:2:3:4:5:6:7:8:", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8",
		"12345::", "g::", "::1.2.3", "::1.2.3.4.5",
		"1:2:3:4:5:6:7:1.2.3.4", "1.2.3.4::", "::1.2.3.4:5",
		"fe80::1%1", "::ffff:1.2.3.04", "1:2:3:4:5:6:7:8::" };
	struct ip_addr a;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (addr_parse(bad[i], &a) == 0)
			fail_msg("\"%s\" was read", bad[i]);
	assert_int_not_equal(ip_addr_parse("1.2.3.4\0", 8, &a), 0);
	assert_int_not_equal(ip_addr_parse("1.2\0.4", 6, &a), 0);
}

static void
test_prefixes(void **state)
{
	static const char *const bad[] = { "", "/", "/8", "10.0.0.0",
		"10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1",
		"10.0.0.0/8 ", "10.0.0.0/8/8", "::/129", "::/0128", "::/1e1",
		"10.0.0.0/255.0.0.0", "::/1000" };
	static const char *const good[] = { "0.0.0.0/0", "10.1.2.3/8",
		"10.0.0.0/32", "::/0", "2001:db8::/128", "2001:db8::1/64" };
	char text[IPTEXT_PREFIX_MAX];
	struct ip_prefix p;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (prefix_parse(bad[i], &p.addr, &p.len) == 0)
			fail_msg("\"%s\" was read", bad[i]);
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(prefix_parse(good[i], &p.addr, &p.len), 0);
		assert_string_equal(ip_prefix_format(&p, text), good[i]);
	}
	/* the longest text there is fits */
	assert_int_equal(
	    prefix_parse(
		"1111:2222:3333:4444:5555:6666:7777:8888/128", &p.addr, &p.len),
	    0);
	ip_prefix_format(&p, text);
}

static void
test_macs(void **state)
{
	static const char *const good[] = { "02:00:00:ab:CD:07",
		"02-00-00-AB-cd-07", "0200.00ab.cd07" };
	static const char *const bad[] = { "", "02:00:00:00:00",
		"02:00:00:00:00:0", "02:00:00:00:00:007", "02:00:00:00:00:0g",
		"02:00-00:00:00:07", "0200:0000:0007", "0200.0000.007",
		"0200.0000-0007", "02.00.00.00.00.07", "02:00:00:00:00:07:08",
		"02000:0:00:00:007", "0200.000.00007" };
	uint8_t mac[ETH_ALEN];
	char text[IPTEXT_MAC_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(mac_parse(good[i], strlen(good[i]), mac), 0);
		assert_string_equal(mac_format(mac, text), "02:00:00:ab:cd:07");
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		if (mac_parse(bad[i], strlen(bad[i]), mac) == 0)
			fail_msg("\"%s\" was read", bad[i]);
}

/* Half of the groups zero, so that "::" is written often. */
static void
random_addr(struct ip_addr *a)
{
	memset(a, 0, sizeof(*a));
	a->family = rand() % 2 ? IP4 : IP6;
	for (int i = 0; i < ip_family_bits(a->family) / 8; i += 2)
		if (a->family == IP4 || rand() % 2)
			be16_store(
			    a->byte + i, (uint16_t)(rand() >> (rand() % 16)));
}

static void
test_random_addresses(void **state)
{
	char text[IPTEXT_ADDR_MAX], libc[INET6_ADDRSTRLEN];
	struct ip_addr a, b;

	(void)state;
	srand(1);
	for (int i = 0; i < 200000; i++) {
		random_addr(&a);
		ip_addr_format(&a, text);
		assert_int_equal(addr_parse(text, &b), 0);
		assert_true(ip_addr_equal(&a, &b));
		inet_ntop(a.family == IP4 ? AF_INET : AF_INET6, a.byte, libc,
		    sizeof(libc));
		/* libc writes the long-dead ::a.b.c.d with dots, too. */
		if (a.family == IP4 || strchr(libc, '.') == NULL)
			assert_string_equal(text, libc);
	}
}

/* Texts with a byte or two changed: libc and we agree on which are good. */
static void
test_random_changes(void **state)
{
	static const char bytes[] = "0123456789abcdefABCDEF::::....g% /";
	char text[IPTEXT_ADDR_MAX];
	uint8_t libc[16];
	struct ip_addr a, b;

	(void)state;
	srand(2);
	for (int i = 0; i < 300000; i++) {
		bool good, is6;

		random_addr(&a);
		ip_addr_format(&a, text);
		for (int k = rand() % 3; k >= 0; k--)
			text[(size_t)rand() % strlen(text)] =
			    bytes[(size_t)rand() % (sizeof(bytes) - 1)];
		is6 = strchr(text, ':') != NULL;
		good = inet_pton(is6 ? AF_INET6 : AF_INET, text, libc) == 1;
		if (good != (addr_parse(text, &b) == 0))
			fail_msg("\"%s\" is %s", text, good ? "good" : "bad");
		if (good)
			assert_memory_equal(libc, b.byte, is6 ? 16 : 4);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written_form),
		cmocka_unit_test(test_bad_addresses),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_macs),
		cmocka_unit_test(test_random_addresses),
		cmocka_unit_test(test_random_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
