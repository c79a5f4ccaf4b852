/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/config_args.c control/config_error.c control/config_lex.c
 * control/ip_class.c control/iptext.c net/addr.c tests/unit/mrt_writer.c
 * libs: routes
 */
/*
 * MRT TABLE_DUMP_V2: which way of a prefix is taken, what is skipped, and
 * that a wrong record costs itself alone.
 */
#include "tests/unit/mrt_writer.h"
#include "tests/unit/route_reading.h"

static struct reading now;
static struct mrt_writer file;
static char routes[4096];

static void
begin(uint16_t peers)
{
	file.size = 0;
	mrt_index(&file, "view", peers);
}

static void
read_file(void)
{
	reading_of(&now, file.data, file.size, 64);
	reading_text(&now, routes, sizeof(routes));
}

static void
expect(const char *wanted)
{
	read_file();
	assert_int_equal(now.state, ROUTE_END);
	assert_int_equal(now.errors.count, 0);
	assert_string_equal(routes, wanted);
}

static void
test_routes(void **state)
{
	size_t second;

	(void)state;
	begin(1);
	mrt_route(&file, "10.0.0.0/8", "192.0.2.1");
	second = file.size;
	mrt_route(&file, "2001:db8::/33", "2001:db8:ffff::1");
	mrt_route(&file, "0.0.0.0/0", "192.0.2.2");
	mrt_route(&file, "::/0", "2001:db8:ffff::2");
	mrt_route(&file, "192.0.2.255/32", "192.0.2.3");
	mrt_route(&file, "2001:db8::1/128", "2001:db8:ffff::3");
	expect("10.0.0.0/8 192.0.2.1;2001:db8::/33 2001:db8:ffff::1;"
	       "0.0.0.0/0 192.0.2.2;::/0 2001:db8:ffff::2;"
	       "192.0.2.255/32 192.0.2.3;"
	       "2001:db8::1/128 2001:db8:ffff::3;");
	assert_int_equal(now.progress.format, ROUTE_FORMAT_MRT);
	assert_int_equal(now.progress.numbers, 7);
	assert_int_equal(now.progress.done, file.size);
	assert_int_equal(now.line[1].number, 3);
	assert_int_equal(now.line[1].column, 0);
	assert_int_equal(now.line[1].offset, second);
	for (uint32_t max = 1; max < 8; max++) {
		reading_of(&now, file.data, file.size, max);
		assert_int_equal(now.progress.routes, 6);
	}
}

/* RFC 4271 4.3: what fills the prefix's last byte has no meaning. */
static void
test_host_bits(void **state)
{
	(void)state;
	begin(1);
	mrt_route(&file, "10.255.0.0/9", "192.0.2.1");
	expect("10.128.0.0/9 192.0.2.1;");
}

struct way {
	uint16_t peer;
	uint8_t origin;
	uint8_t segment; /* type; 0: no AS_PATH */
	uint8_t count;
	const char *next_hop; /* NULL: none */
};

static void
put_way(const struct way *way)
{
	mrt_begin_way(&file, way->peer);
	mrt_origin(&file, way->origin);
	if (way->segment != 0)
		mrt_as_path(&file, way->segment, way->count);
	if (way->next_hop != NULL)
		mrt_next_hop(&file, way->next_hop);
	mrt_end_way(&file);
}

enum { SET = 1, SEQUENCE = 2, CONFED = 3, CONFED_SET = 4, PEERS = 5 };

/* In each pair the first way is the better one. */
static const struct way better[][2] = {
	{ { 4, 2, SEQUENCE, 2, "192.0.2.1" },
	    { 0, 0, SEQUENCE, 3, "192.0.2.2" } },
	{ { 4, 2, SET, 9, "192.0.2.1" }, { 0, 0, SEQUENCE, 2, "192.0.2.2" } },
	{ { 4, 2, CONFED, 9, "192.0.2.1" },
	    { 0, 0, SEQUENCE, 1, "192.0.2.2" } },
	{ { 4, 2, CONFED_SET, 9, "192.0.2.1" }, { 0, 0, SET, 1, "192.0.2.2" } },
	{ { 4, 0, SEQUENCE, 2, "192.0.2.1" },
	    { 0, 1, SEQUENCE, 2, "192.0.2.2" } },
	{ { 4, 1, SEQUENCE, 2, "192.0.2.1" },
	    { 0, 2, SEQUENCE, 2, "192.0.2.2" } },
	{ { 0, 0, SEQUENCE, 2, "192.0.2.1" },
	    { 1, 0, SEQUENCE, 2, "192.0.2.2" } },
	{ { 4, 2, SEQUENCE, 255, "192.0.2.1" }, { 0, 0, SEQUENCE, 1, NULL } },
	{ { 4, 2, SEQUENCE, 255, "192.0.2.1" },
	    { 0, 0, SEQUENCE, 1, "127.0.0.1" } },
	{ { 4, 2, SEQUENCE, 255, "192.0.2.1" },
	    { 0, 0, SEQUENCE, 1, "2001:db8::1" } },
};

static void
test_best_way(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(better) / sizeof(better[0]); i++)
		for (int first = 0; first < 2; first++) {
			begin(PEERS);
			mrt_begin_rib(&file,
			    i % 2 ? MRT_RIB4 : MRT_RIB4_ADDPATH, "10.0.0.0/8",
			    2);
			put_way(&better[i][first]);
			put_way(&better[i][1 - first]);
			mrt_end(&file);
			expect("10.0.0.0/8 192.0.2.1;");
		}
}

/* Several ways of one peer: the first one stays. */
static void
test_additional_paths(void **state)
{
	static const struct way same[] = {
		{ 1, 0, SEQUENCE, 2, "2001:db8::1" },
		{ 1, 0, SEQUENCE, 2, "2001:db8::2" },
		{ 1, 0, SEQUENCE, 3, "2001:db8::3" },
	};

	(void)state;
	begin(PEERS);
	mrt_begin_rib(&file, MRT_RIB6_ADDPATH, "2001:db8:f::/48", 3);
	for (int i = 0; i < 3; i++)
		put_way(&same[i]);
	mrt_end(&file);
	expect("2001:db8:f::/48 2001:db8::1;");
}

#define GLOBAL                                                                 \
	"\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x09"
#define LINK_LOCAL                                                             \
	"\xfe\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x09"

/* The forms of MP_REACH_NLRI: RFC 6396 4.3.4, and in full RFC 4760 3. */
static void
test_mp_reach(void **state)
{
	static const struct {
		const char *value;
		uint16_t size;
	} form[] = {
		{ "\x10" GLOBAL, 17 },
		{ "\x20" GLOBAL LINK_LOCAL, 33 },
		{ "\x20" LINK_LOCAL GLOBAL, 33 },
		{ "\0\2\1\x10" GLOBAL "\0\x10\x20\x01", 24 },
		{ "\0\2\1\x20" GLOBAL LINK_LOCAL "\0", 37 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(form) / sizeof(form[0]); i++) {
		begin(1);
		mrt_begin_rib(&file, MRT_RIB6, "2001:db8:f::/48", 1);
		mrt_begin_way(&file, 0);
		mrt_attribute(&file, 14, form[i].value, form[i].size);
		mrt_end_way(&file);
		mrt_end(&file);
		expect("2001:db8:f::/48 2001:db8::9;");
	}
}

/* Long attributes that nobody here knows. */
static void
test_other_attributes(void **state)
{
	static const uint8_t value[60000];

	(void)state;
	begin(1);
	mrt_begin_rib(&file, MRT_RIB4, "10.0.0.0/8", 1);
	mrt_begin_way(&file, 0);
	mrt_attribute(&file, 8, value, 4);
	mrt_attribute(&file, 200, value, sizeof(value));
	mrt_next_hop(&file, "192.0.2.1");
	mrt_attribute(&file, 32, value, 0);
	mrt_end_way(&file);
	mrt_end(&file);
	expect("10.0.0.0/8 192.0.2.1;");
}

static void
test_other_records(void **state)
{
	static const uint16_t other[][2] = {
		{ 12, 1 },  /* TABLE_DUMP */
		{ 16, 4 },  /* BGP4MP */
		{ 17, 4 },  /* BGP4MP_ET */
		{ 13, 3 },  /* RIB_IPV4_MULTICAST */
		{ 13, 6 },  /* RIB_GENERIC */
		{ 13, 12 }, /* RIB_GENERIC_ADDPATH */
	};

	(void)state;
	begin(1);
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		mrt_begin(&file, other[i][0], other[i][1]);
		mrt_put(&file, file.data, i * 7);
		mrt_end(&file);
		mrt_route(&file, "10.0.0.0/8", "192.0.2.1");
	}
	read_file();
	assert_int_equal(now.state, ROUTE_END);
	assert_int_equal(now.errors.count, 0);
	assert_int_equal(now.progress.skipped, 6);
	assert_int_equal(now.progress.routes, 6);
}

static void
test_nothing_for_us(void **state)
{
	(void)state;
	file.size = 0;
	mrt_begin(&file, 16, 4);
	mrt_put32(&file, 0);
	mrt_end(&file);
	read_file();
	assert_int_equal(now.state, ROUTE_END);
	assert_int_equal(now.errors.count, 1);
	assert_string_equal(now.errors.error[0].message,
	    "expected records of TABLE_DUMP_V2 with unicast routes, found "
	    "none");
}

/* What follows is read from a record's bytes, with its length set right. */
struct wrong {
	uint16_t subtype;
	const char *body;
	size_t size;
	const char *message;
};

#define BODY(b)           b, sizeof(b) - 1
#define SEQUENCE_AND(len) "\0\0\0\7" len
#define TIME              "\0\0\0\1"

static const struct wrong wrong[] = {
	{ MRT_INDEX, BODY("\0\0\0\0\0\0\0"),
	    "a PEER_INDEX_TABLE that is too short" },
	{ MRT_INDEX, BODY("\0\0\0\0\0\5view"),
	    "a view's name that is longer than the record" },
	{ MRT_INDEX, BODY("\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\0\0\0\0"),
	    "more peers than the record can hold" },
	{ MRT_RIB4, BODY(""), "a record that is too short for a prefix" },
	{ MRT_RIB4, BODY(SEQUENCE_AND("\0")),
	    "a record that is too short for a prefix" },
	{ MRT_RIB4, BODY(SEQUENCE_AND("\x21") "\1\2\3\4\5\0\1"),
	    "a prefix that is too long" },
	{ MRT_RIB6, BODY(SEQUENCE_AND("\x81") "\1\2\3\4\5\0\1"),
	    "a prefix that is too long" },
	{ MRT_RIB4, BODY(SEQUENCE_AND("\x20") "\1\2\3\4\0"),
	    "a record that is too short for its prefix" },
	{ MRT_RIB4, BODY(SEQUENCE_AND("\x08") "\x0a\0\0"),
	    "a prefix without any way" },
	{ MRT_RIB4, BODY(SEQUENCE_AND("\x08") "\x0a\0\1"),
	    "a record that is too short for its ways" },
	{ MRT_RIB4, BODY(SEQUENCE_AND("\x08") "\x0a\0\1\0\0" TIME "\0\1"),
	    "attributes that are longer than the record" },
	{ MRT_RIB4_ADDPATH,
	    BODY(SEQUENCE_AND("\x08") "\x0a\0\1\0\0" TIME "\0\0"),
	    "a record that is too short for its ways" },
	{ MRT_RIB4, BODY(SEQUENCE_AND("\x08") "\x0a\0\1\0\1" TIME "\0\0"),
	    "a peer that the PEER_INDEX_TABLE does not have" },
	{ MRT_RIB4, BODY(SEQUENCE_AND("\x08") "\x0a\0\1\0\0" TIME "\0\0"),
	    "no next hop" },
	{ MRT_RIB4,
	    BODY(SEQUENCE_AND("\x08") "\x0a\0\1\0\0" TIME
				      "\0\7\x40\3\4\xc0\0\2\1\0"),
	    "bytes behind the last way" },
};

/* Wrong attributes of one way to 10.0.0.0/8 or 2001:db8::/32. */
static const struct wrong wrong_attribute[] = {
	{ MRT_RIB4, BODY("\x40"), "a path attribute that is cut off" },
	{ MRT_RIB4, BODY("\x50\1\0"), "a path attribute that is cut off" },
	{ MRT_RIB4, BODY("\x50\1\0\2\0"), "a path attribute that is cut off" },
	{ MRT_RIB4, BODY("\x40\1\2\0"), "a path attribute that is cut off" },
	{ MRT_RIB4, BODY("\x40\1\1\3"), "a wrong ORIGIN" },
	{ MRT_RIB4, BODY("\x40\1\0"), "a wrong ORIGIN" },
	{ MRT_RIB4, BODY("\x40\2\1\2"), "a wrong AS_PATH" },
	{ MRT_RIB4, BODY("\x40\2\5\2\1\0\0\1"), "a wrong AS_PATH" },
	{ MRT_RIB4, BODY("\x40\2\6\5\1\0\0\1\1"), "a wrong AS_PATH" },
	{ MRT_RIB4, BODY("\x40\2\6\0\1\0\0\1\1"), "a wrong AS_PATH" },
	{ MRT_RIB4, BODY("\x40\3\3\xc0\0\2"), "a wrong NEXT_HOP" },
	{ MRT_RIB4, BODY("\x40\3\4\x7f\0\0\1"),
	    "a next hop that is no host's address" },
	{ MRT_RIB4, BODY("\x40\x0e\x11\x10" GLOBAL),
	    "an IPv4 prefix with an IPv6 next hop" },
	{ MRT_RIB6, BODY("\x40\3\4\xc0\0\2\1"), "no next hop" },
	{ MRT_RIB6, BODY("\x40\x0e\0"), "a wrong MP_REACH_NLRI" },
	{ MRT_RIB6, BODY("\x40\x0e\3\0\2\1"), "a wrong MP_REACH_NLRI" },
	{ MRT_RIB6, BODY("\x40\x0e\x12\x10" LINK_LOCAL),
	    "a path attribute that is cut off" },
	{ MRT_RIB6, BODY("\x40\x0e\x11\x11" LINK_LOCAL),
	    "a wrong MP_REACH_NLRI" },
	{ MRT_RIB6, BODY("\x40\x0e\7\0\2\1\x10\1\2\3"),
	    "a wrong MP_REACH_NLRI" },
	{ MRT_RIB6, BODY("\x40\x0e\4\3\1\2\3"),
	    "a next hop of unknown length in MP_REACH_NLRI" },
	{ MRT_RIB6, BODY("\x40\x0e\5\4\xc0\0\2\1"),
	    "an IPv6 prefix with an IPv4 next hop" },
	{ MRT_RIB6, BODY("\x40\x0e\x11\x10" LINK_LOCAL),
	    "a next hop that is link-local alone" },
};

/* The record that begins at `at` was refused, and the others were not. */
static void
expect_wrong(const struct wrong *w, size_t at, const char *around)
{
	char message[CONFIG_MESSAGE_MAX];

	snprintf(message, sizeof(message), "%s, in the record at byte %zu",
	    w->message, at);
	read_file();
	assert_int_equal(now.state, ROUTE_END);
	if (now.errors.count != 1 ||
	    strcmp(now.errors.error[0].message, message) != 0)
		fail_msg("\"%s\": %u errors, first \"%s\"", message,
		    now.errors.count, now.errors.error[0].message);
	assert_int_equal(now.errors.error[0].line, 3);
	assert_int_equal(now.errors.error[0].column, 0);
	assert_string_equal(routes, around);
}

static void
test_wrong_records(void **state)
{
	size_t at;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		begin(1);
		mrt_route(&file, "11.0.0.0/8", "192.0.2.1");
		at = file.size;
		mrt_begin(&file, MRT_TABLE_DUMP_V2, wrong[i].subtype);
		mrt_put(&file, wrong[i].body, wrong[i].size);
		mrt_end(&file);
		if (wrong[i].subtype == MRT_INDEX)
			mrt_index(&file, "", 1);
		mrt_route(&file, "12.0.0.0/8", "192.0.2.2");
		expect_wrong(&wrong[i], at,
		    "11.0.0.0/8 192.0.2.1;12.0.0.0/8 192.0.2.2;");
	}
}

static void
test_wrong_attributes(void **state)
{
	const size_t count = sizeof(wrong_attribute) /
	                     sizeof(wrong_attribute[0]);
	size_t at;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct wrong *w = &wrong_attribute[i];

		begin(1);
		mrt_route(&file, "11.0.0.0/8", "192.0.2.1");
		at = file.size;
		mrt_begin_rib(&file, w->subtype,
		    w->subtype == MRT_RIB4 ? "10.0.0.0/8" : "2001:db8::/32", 1);
		mrt_begin_way(&file, 0);
		mrt_put(&file, w->body, w->size);
		mrt_end_way(&file);
		mrt_end(&file);
		mrt_route(&file, "12.0.0.0/8", "192.0.2.2");
		expect_wrong(
		    w, at, "11.0.0.0/8 192.0.2.1;12.0.0.0/8 192.0.2.2;");
	}
}

static void
test_no_index(void **state)
{
	(void)state;
	file.size = 0;
	mrt_route(&file, "10.0.0.0/8", "192.0.2.1");
	read_file();
	assert_int_equal(now.state, ROUTE_END);
	assert_int_equal(now.progress.routes, 0);
	assert_string_equal(now.errors.error[0].message,
	    "no PEER_INDEX_TABLE came before, in the record at byte 0");
}

/* A file cut off anywhere: what was whole before is handed out. */
static void
test_truncation(void **state)
{
	enum { RECORDS = 4 };
	size_t end[RECORDS];
	uint32_t whole;

	(void)state;
	begin(3);
	end[0] = file.size;
	for (int i = 1; i < RECORDS; i++) {
		mrt_route(&file, i % 2 ? "10.0.0.0/8" : "2001:db8::/32",
		    i % 2 ? "192.0.2.1" : "2001:db8::1");
		end[i] = file.size;
	}
	for (size_t size = 32; size < file.size; size++) {
		bool between = false;

		whole = 0;
		for (int i = 0; i < RECORDS; i++) {
			whole += i > 0 && end[i] <= size;
			between |= end[i] == size;
		}
		reading_of(&now, file.data, size, 64);
		assert_int_equal(now.progress.routes, whole);
		assert_int_equal(now.state, between ? ROUTE_END : ROUTE_FAILED);
		if (!between)
			assert_non_null(strstr(now.failure, "cut off"));
	}
}

static void
test_random_damage(void **state)
{
	static uint8_t whole[MRT_ROOM];

	(void)state;
	begin(3);
	for (int i = 0; i < 20; i++)
		mrt_route(&file, i % 2 ? "10.0.0.0/8" : "2001:db8::/32",
		    i % 2 ? "192.0.2.1" : "2001:db8::1");
	memcpy(whole, file.data, file.size);
	srand(5);
	for (int i = 0; i < 20000; i++) {
		memcpy(file.data, whole, file.size);
		for (int k = rand() % 4; k >= 0; k--)
			file.data[(size_t)rand() % file.size] =
			    (uint8_t)(rand() >> 5);
		reading_of(&now, file.data, file.size, 1 + (uint32_t)i % 64);
		assert_int_not_equal(now.state, ROUTE_MORE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_routes),
		cmocka_unit_test(test_host_bits),
		cmocka_unit_test(test_best_way),
		cmocka_unit_test(test_additional_paths),
		cmocka_unit_test(test_mp_reach),
		cmocka_unit_test(test_other_attributes),
		cmocka_unit_test(test_other_records),
		cmocka_unit_test(test_nothing_for_us),
		cmocka_unit_test(test_wrong_records),
		cmocka_unit_test(test_wrong_attributes),
		cmocka_unit_test(test_no_index),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_random_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
