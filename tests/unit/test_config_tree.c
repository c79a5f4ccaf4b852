/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/config.c control/config_args.c control/config_check.c
 * control/config_error.c control/config_interface.c
 * control/config_keyword.c control/config_lex.c control/config_limit.c
 * control/config_parse.c control/config_render.c
 * control/config_nd.c control/config_nd_check.c control/config_nd_render.c
 * control/icmp6.c control/ra_build.c control/config_route.c
 * control/files.c control/ip_class.c control/iptext.c control/route_format.c
 * net/addr.c net/counters.c
 * wrap: malloc calloc realloc
 */
/* objects: control/config_verify.c */
/*
 * The config tree: written and read again it is the same; no failing
 * allocation leaks or passes unnoticed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/config_equal.h"
#include "tests/unit/config_world.h"

enum { TEXT_MAX = 1 << 15 };

static struct config_errors errors;

/* Allocations until one fails; negative: none fails. */
static int allocations_left = -1;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static bool
allocation_fails(void)
{
	if (allocations_left > 0)
		allocations_left--;
	else if (allocations_left == 0)
		return true;
	return false;
}

void *
__wrap_malloc(size_t size)
{
	return allocation_fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return allocation_fails() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t size)
{
	return allocation_fails() ? NULL : __real_realloc(p, size);
}

/* Text under construction. */
struct writer {
	char text[TEXT_MAX];
	size_t len;
};

static void write_line(struct writer *w, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
write_line(struct writer *w, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(w->text + w->len, TEXT_MAX - w->len, fmt, ap);
	va_end(ap);
	assert_true(n > 0 && w->len + (size_t)n < TEXT_MAX);
	w->len += (size_t)n;
	if (rand() % 4 == 0)
		w->text[w->len++] = '\r';
	w->text[w->len++] = '\n';
	w->text[w->len] = '\0';
}

static bool
maybe(void)
{
	return rand() % 2 == 0;
}

static void
write_limit(struct writer *w)
{
	char burst[8] = "";

	if (maybe())
		snprintf(burst, sizeof(burst), " %d", 1 + rand() % 10000);
	if (maybe())
		write_line(w, "icmp rate-limit %d%s", rand() % 9, burst);
	else
		write_line(w, " punt-limit %s %d%s",
		    punt_names[rand() % PUNT_REASON_COUNT].name,
		    rand() % 1000001, burst);
}

/* Interface n owns 10.n.0.0/16 and 2001:db8:n::/48; each address once. */
static void
write_interface(struct writer *w, int n, int block)
{
	bool dhcp = n == 3;

	write_line(w, "interface port%d", n);
	if (maybe())
		write_line(
		    w, " description %c# text\xc3\xa4 !%d", 'a' + n, rand());
	if (maybe())
		write_line(w, "\tmtu %d", 1280 + rand() % 200);
	if (maybe())
		write_line(w, " ring %d", 64 << rand() % 7);
	if (dhcp)
		write_line(w, " ip address dhcp");
	for (int i = rand() % 4; i > 0 && !dhcp; i--)
		write_line(w, " ip address 10.%d.%d.%d/%d%s", n, block * 8 + i,
		    1 + rand() % 200, 16 + rand() % 8,
		    maybe() ? " secondary" : "");
	for (int i = rand() % 3; i > 0; i--)
		write_line(w, "ipv6 address 2001:db8:%d:%d::%x/64 ! x", n,
		    block * 8 + i, 1 + rand() % 65535);
	if (maybe())
		write_line(w, " %sshutdown", maybe() ? "no " : "");
	for (int i = rand() % 4; i > 0; i--)
		write_limit(w);
}

static void
write_route(struct writer *w)
{
	static const char *const target[] = { "blackhole", "reject", "Null0",
		"port0", "198.51.100.1", "198.51.100.2 port2" };
	static const char *const target6[] = { "blackhole", "reject", "Null0",
		"port0", "2001:db8:ff::1", "fe80::2 port1" };
	char distance[8] = "";

	if (maybe())
		snprintf(distance, sizeof(distance), " %d", 1 + rand() % 255);
	if (maybe())
		write_line(w, "ip route %d.%d.0.0/%d %s%s", rand() % 256,
		    rand() % 256, 16 + rand() % 17, target[rand() % 6],
		    distance);
	else
		write_line(w, "ipv6 route %x:%x::/%d %s%s", rand() % 65536,
		    rand() % 65536, 32 + rand() % 97, target6[rand() % 6],
		    distance);
}

static void
write_neighbor(struct writer *w)
{
	write_line(w, "neighbor fe80::%x lladdr 02:%02x:00:00:00:01 port%d",
	    1 + rand() % 65535, rand() % 256, rand() % 4);
}

static void
write_random_config(struct writer *w)
{
	static const char *const service[] = { "service http 8080",
		"service https 443", "routes routes.txt",
		"management interface port1", "log host 2001:db8::7",
		"username joe password-hash $5$a/b.c", "hostname r1.example",
		"poll busy", "end" };

	w->len = 0;
	w->text[0] = '\0';
	for (int i = rand() % 4; i > 0; i--)
		write_limit(w);
	for (int block = 0; block < 2; block++)
		for (int n = 0; n < 4; n++)
			if (maybe())
				write_interface(w, n, block);
	for (int i = rand() % 40; i > 0; i--)
		write_route(w);
	for (int i = rand() % 5; i > 0; i--)
		write_neighbor(w);
	for (size_t i = 0; i < sizeof(service) / sizeof(service[0]); i++)
		if (maybe())
			write_line(w, "%s", service[i]);
}

static void
test_written_and_read_again(void **state)
{
	static struct writer w;
	static char text[TEXT_MAX], again[TEXT_MAX];
	struct config a, b;
	size_t len;

	(void)state;
	for (unsigned int seed = 0; seed < 500; seed++) {
		srand(seed);
		write_random_config(&w);
		if (parse_text(w.text, &a, &errors) != 0)
			fail_msg("%s\n%u:%u: %s", w.text, errors.error[0].line,
			    errors.error[0].column, errors.error[0].message);
		len = config_render(&a, text, sizeof(text));
		assert_int_equal(len, strlen(text));
		if (parse_text(text, &b, &errors) != 0)
			fail_msg("%s\n%u:%u: %s", text, errors.error[0].line,
			    errors.error[0].column, errors.error[0].message);
		if (!config_equal(&a, &b))
			fail_msg("%s\n--\n%s", w.text, text);
		config_render(&b, again, sizeof(again));
		assert_string_equal(text, again);
		config_free(&a);
		config_free(&b);
	}
}

static void
test_render_into_little_room(void **state)
{
	char text[512], *exact;
	struct config c;
	size_t len;

	(void)state;
	assert_int_equal(config_default(&world, &c), 0);
	len = config_render(&c, text, sizeof(text));
	assert_int_equal(len, strlen(text));
	assert_int_equal(config_render(&c, NULL, 0), len);
	for (size_t size = 1; size <= len + 1; size++) {
		exact = malloc(size);
		assert_non_null(exact);
		assert_int_equal(config_render(&c, exact, size), len);
		assert_int_equal(strlen(exact), size - 1);
		assert_memory_equal(exact, text, size - 1);
		free(exact);
	}
	config_free(&c);
}

static void
test_default(void **state)
{
	char text[512];
	struct config c, again;

	(void)state;
	assert_int_equal(config_default(&world, &c), 0);
	config_render(&c, text, sizeof(text));
	assert_string_equal(text,
	    "hostname barewire\n!\n"
	    "interface port0\n ip address dhcp\n!\ninterface port1\n!\n"
	    "interface port2\n!\ninterface port3\n!\n"
	    "management interface port0\nservice http 80\n");
	assert_int_equal(parse_text(text, &again, &errors), 0);
	assert_true(config_equal(&c, &again));
	config_free(&c);
	config_free(&again);
}

static void
parse_good(const char *text, struct config *out)
{
	assert_int_equal(parse_text(text, out, &errors), 0);
}

/* What set-up makes once, and a config that comes later. */
static void
test_buffers_and_rings(void **state)
{
	static const char large[] = "interface port0\n mtu 9000\n ring 1024\n";
	struct config c;

	(void)state;
	parse_good("interface port1\n mtu 600\n", &c);
	assert_int_equal(config_buffer_room(&c), 2048);
	assert_int_equal(config_ring(&c, "port1"), 0);
	config_free(&c);
	parse_good(large, &c);
	assert_int_equal(config_buffer_room(&c), 9216);
	assert_int_equal(config_ring(&c, "port0"), 1024);
	assert_int_equal(config_ring(&c, "port1"), 0);
	assert_int_equal(errors.warning_count, 0);
	config_free(&c);

	world_ports[0].rx_descriptors = 512;
	world_ports[0].buffer_room = 9018;
	parse_good(large, &c);
	assert_int_equal(errors.warning_count, 1);
	assert_string_equal(errors.warning[0].message,
	    "port0 keeps rings of 512 descriptors until the next boot");
	assert_int_equal(errors.warning[0].line, 3);
	config_free(&c);
	world_ports[0].buffer_room = 9017;
	assert_int_equal(parse_text(large, &c, &errors), -EINVAL);
	assert_int_equal(errors.error[0].column, 6);
	assert_string_equal(errors.error[0].message,
	    "an MTU above 8999 needs larger packet buffers, which are made at "
	    "boot from the config on the volume");
	world_ports[0].buffer_room = world_ports[0].rx_descriptors = 0;
}

/* Before the ports are known: wrong lines do no harm to the others. */
static void
test_preview(void **state)
{
	static const char text[] = "interface port7\n ring 128\n"
				   "nonsense\nroutes none.txt\n"
				   "interface port15\n ring 63\n mtu 9000\n"
				   " ring 4096\nip route 10.0.0.1/8 b\n";
	struct config c;

	(void)state;
	assert_int_equal(config_preview(text, sizeof(text) - 1, &c), 0);
	assert_int_equal(config_ring(&c, "port7"), 128);
	assert_int_equal(config_ring(&c, "port15"), 4096);
	assert_int_equal(config_ring(&c, "port0"), 0);
	config_free(&c);
	assert_int_equal(config_preview(NULL, 0, &c), 0);
	config_free(&c);
}

/* Fails the first allocation, the second, ... until none is left to fail. */
static int
parse_with_failures(const char *text)
{
	struct config c = { 0 };
	int error = -ENOMEM;
	int n;

	for (n = 0; error == -ENOMEM; n++) {
		allocations_left = n;
		error = parse_text(text, &c, &errors);
		allocations_left = -1;
		if (error != 0) {
			assert_int_equal(error, -ENOMEM);
			assert_null(c.interface);
			assert_int_equal(c.route_count, 0);
		}
	}
	config_free(&c);
	return n - 1;
}

/* ASan's leak check sees what a failure forgot to free. */
static void
test_failing_allocations(void **state)
{
	static struct writer w;
	struct config c = { 0 };
	int error = -ENOMEM;
	int failures = 0;
	int n;

	(void)state;
	for (unsigned int seed = 0; seed < 50; seed++) {
		srand(seed);
		write_random_config(&w);
		failures += parse_with_failures(w.text);
	}
	assert_true(failures > 500);
	for (n = 0; error == -ENOMEM; n++) {
		allocations_left = n;
		error = config_default(&world, &c);
		allocations_left = -1;
	}
	assert_true(n > 2);
	config_free(&c);
	error = -ENOMEM;
	for (n = 0; error == -ENOMEM; n++) {
		allocations_left = n;
		error = config_preview(w.text, w.len, &c);
		allocations_left = -1;
	}
	assert_true(n > 2);
	config_free(&c);
}

/* Garbage in every form: an answer, and the same one each time. */
static void
test_mutated_configs(void **state)
{
	static struct writer w;
	struct config c;

	(void)state;
	srand(11);
	for (int i = 0; i < 3000; i++) {
		int error;

		write_random_config(&w);
		for (int k = rand() % 8; k >= 0 && w.len > 0; k--)
			w.text[(size_t)rand() % w.len] = (char)rand();
		error = config_parse("f", w.text, w.len, &world, &c, &errors);
		if (error == 0)
			config_free(&c);
		assert_int_equal(error, errors.count == 0 ? 0 : -EINVAL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written_and_read_again),
		cmocka_unit_test(test_render_into_little_room),
		cmocka_unit_test(test_default),
		cmocka_unit_test(test_buffers_and_rings),
		cmocka_unit_test(test_preview),
		cmocka_unit_test(test_failing_allocations),
		cmocka_unit_test(test_mutated_configs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
