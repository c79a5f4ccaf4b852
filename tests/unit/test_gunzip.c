/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/config_args.c control/config_error.c control/config_lex.c
 * control/ip_class.c control/iptext.c net/addr.c tests/unit/alloc_fail.c
 * tests/unit/mrt_writer.c
 * libs: routes zlib
 * wrap: malloc calloc realloc aligned_alloc
 */
/*
 * Route files packed by gzip: whole, in several members, damaged anywhere, and
 * ones that unpack to far more than they are.
 */
#define ZLIB_CONST /* of next_in */
#include <zlib.h>

#include "tests/unit/alloc_fail.h"
#include "tests/unit/mrt_writer.h"
#include "tests/unit/route_reading.h"

#include <errno.h>

enum { GZIP = 15 + 16, PACKED_MAX = 1 << 20 };

static struct reading now;
static uint8_t packed[PACKED_MAX];
static size_t packed_size;

/* Adds a member that unpacks to `times` times the data. */
static void
pack_times(const void *data, size_t size, int level, uint32_t times)
{
	z_stream z = { .next_out = packed + packed_size };

	assert_int_equal(
	    deflateInit2(&z, level, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY),
	    Z_OK);
	z.avail_out = (uInt)(PACKED_MAX - packed_size);
	for (uint32_t i = 0; i < times; i++) {
		z.next_in = data;
		z.avail_in = (uInt)size;
		assert_int_equal(deflate(&z, Z_NO_FLUSH), Z_OK);
		assert_int_equal(z.avail_in, 0);
	}
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	packed_size += z.total_out;
	deflateEnd(&z);
}

static void
pack(const char *text, int level)
{
	pack_times(text, strlen(text), level, 1);
}

static void
read_packed(void)
{
	reading_of(&now, packed, packed_size, 64);
	assert_true(now.progress.gzip);
}

static void
expect_routes(uint32_t routes)
{
	read_packed();
	assert_int_equal(now.state, ROUTE_END);
	assert_int_equal(now.errors.count, 0);
	assert_int_equal(now.progress.routes, routes);
	assert_int_equal(now.progress.done, packed_size);
}

static void
expect_failure(const char *message)
{
	read_packed();
	assert_int_equal(now.state, ROUTE_FAILED);
	if (strstr(now.failure, message) == NULL)
		fail_msg("\"%s\", not \"%s\"", now.failure, message);
	assert_true(now.errors.count >= 1);
}

static const char two[] = "10.0.0.0/8 192.0.2.1\n2001:db8::/32 2001:db8::1\n";

static void
test_levels(void **state)
{
	(void)state;
	for (int level = 0; level <= 9; level++) {
		packed_size = 0;
		pack(two, level);
		expect_routes(2);
		assert_int_equal(now.progress.numbers, 2);
	}
	packed_size = 0;
	pack("", 6);
	expect_routes(0);
	packed_size = 0;
	pack("\xef\xbb\xbf::/0 2001:db8::1", 6);
	expect_routes(1);
	assert_int_equal(now.line[0].column, 1);
}

/* RFC 1952 2.3: name, comment, extra field and header's CRC. */
static void
test_header_fields(void **state)
{
	Bytef name[] = "routes.txt", comment[] = "all of them";
	Bytef extra[] = { 1, 2, 3 };
	gz_header header = {
		.name = name,
		.comment = comment,
		.extra = extra,
		.extra_len = sizeof(extra),
		.hcrc = 1,
	};
	z_stream z = { .next_out = packed, .avail_out = PACKED_MAX };

	(void)state;
	deflateInit2(&z, 9, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY);
	deflateSetHeader(&z, &header);
	z.next_in = (const Bytef *)two;
	z.avail_in = sizeof(two) - 1;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	packed_size = z.total_out;
	deflateEnd(&z);
	expect_routes(2);
	packed[12] ^= 1;
	expect_failure("header crc mismatch at byte ");
}

/* A line may begin in one member and end in the next one. */
static void
test_members(void **state)
{
	(void)state;
	packed_size = 0;
	pack("10.0.0.0/8 192.", 6);
	pack("", 6);
	pack("0.2.1\n11.0.0.0/8 ", 0);
	pack("192.0.2.2\n", 9);
	expect_routes(2);
	assert_int_equal(now.line[0].gateway.byte[3], 1);
	packed_size = 0;
	for (int i = 0; i < 1000; i++)
		pack("", 1);
	pack(two, 6);
	expect_routes(2);
}

static void
test_damage(void **state)
{
	size_t size;

	(void)state;
	packed_size = 0;
	pack(two, 6);
	size = packed_size;
	packed[size - 5] ^= 1;
	expect_failure("incorrect data check at byte ");
	assert_int_equal(now.progress.routes, 2);
	packed[size - 5] ^= 1;
	packed[size - 1] ^= 1;
	expect_failure("incorrect length check at byte ");
	packed[size - 1] ^= 1;
	packed[2] = 7;
	expect_failure("unknown compression method at byte ");
	packed[2] = 8;
	packed[10] = 0x07;
	expect_failure("invalid block type at byte ");
}

static void
test_garbage_behind(void **state)
{
	static const char garbage[] = "\0\x1f\x8b";

	(void)state;
	for (size_t n = 1; n < sizeof(garbage); n++) {
		packed_size = 0;
		pack(two, 6);
		memcpy(packed + packed_size, garbage, n);
		packed_size += n;
		expect_failure("something other than gzip follows at byte ");
		assert_int_equal(now.progress.routes, 2);
	}
}

/* Cut off anywhere: an error, and no half line is a route. */
static void
test_truncation(void **state)
{
	char text[4096] = "";
	size_t whole;

	(void)state;
	for (int i = 0; i < 100; i++)
		sprintf(text + strlen(text), "10.%d.0.0/16 192.0.2.100\n", i);
	packed_size = 0;
	pack(text, 6);
	whole = packed_size;
	for (size_t size = 2; size < whole; size++) {
		packed_size = size;
		expect_failure("cut off");
		for (uint32_t i = 0; i < now.progress.routes; i++)
			assert_int_equal(now.line[i].gateway.byte[3], 100);
	}
}

static void
test_random_damage(void **state)
{
	static uint8_t whole[4096];
	char text[4096] = "";
	size_t size;

	(void)state;
	for (int i = 0; i < 100; i++)
		sprintf(text + strlen(text), "10.%d.0.0/16 192.0.2.100\n", i);
	packed_size = 0;
	pack(text, 6);
	size = packed_size;
	memcpy(whole, packed, size);
	srand(7);
	for (int i = 0; i < 5000; i++) {
		memcpy(packed, whole, size);
		packed[2 + (size_t)rand() % (size - 2)] ^=
		    (uint8_t)(1 << rand() % 8);
		read_packed();
	}
}

/* A packed table is read as the table is. */
static void
test_mrt(void **state)
{
	static struct mrt_writer file;

	(void)state;
	file.size = 0;
	mrt_index(&file, "", 1);
	for (int i = 0; i < 10000; i++) {
		char prefix[32];

		sprintf(prefix, "10.%d.%d.0/24", i >> 8, i & 255);
		mrt_route(&file, prefix, "192.0.2.1");
	}
	packed_size = 0;
	pack_times(file.data, file.size, 6, 1);
	expect_routes(10000);
	assert_int_equal(now.progress.format, ROUTE_FORMAT_MRT);
	assert_int_equal(now.progress.numbers, 10001);
	packed_size -= 100;
	expect_failure("cut off");
	assert_in_range(now.progress.routes, 9000, 9999);
}

/* A record far longer than what is at hand at any moment. */
static void
test_long_record(void **state)
{
	enum { WAYS = 40000, PEERS = 1000, BEST = 31234 };
	static struct mrt_writer file;

	(void)state;
	file.size = 0;
	mrt_index(&file, "", PEERS);
	mrt_begin_rib(&file, MRT_RIB4, "10.0.0.0/8", WAYS);
	for (uint32_t i = 0; i < WAYS; i++) {
		mrt_begin_way(
		    &file, i == BEST ? 0 : (uint16_t)(1 + i % (PEERS - 1)));
		mrt_next_hop(&file, i == BEST ? "192.0.2.7" : "192.0.2.1");
		mrt_end_way(&file);
	}
	mrt_end(&file);
	mrt_route(&file, "11.0.0.0/8", "192.0.2.1");
	packed_size = 0;
	pack_times(file.data, file.size, 6, 1);
	expect_routes(2);
	assert_int_equal(now.line[0].gateway.byte[3], 7);
	assert_true(now.calls >= file.size / (128 * 1024));
	reading_of(&now, file.data, file.size, 1);
	assert_int_equal(now.progress.routes, 2);
	assert_int_equal(now.line[0].gateway.byte[3], 7);
	assert_true(now.calls >= file.size / (128 * 1024));
}

/* What is inside is looked at as a plain file is. */
static void
test_no_routes_inside(void **state)
{
	(void)state;
	packed_size = 0;
	pack_times("10.0.0.0/8\0", 11, 6, 1);
	expect_failure("the file is neither text nor MRT nor gzip");
	packed_size = 0;
	pack("BZh91AY", 6);
	expect_failure("the file is packed by bzip2");
}

/* 64 MiB out of 64 KiB: in many calls, and without any memory. */
static void
test_bomb(void **state)
{
	static char zeros[1 << 16];
	struct file file = { "bomb", (char *)packed, 0 };
	struct route_line line[64];
	struct route_reader *r;

	(void)state;
	memset(zeros, '#', sizeof(zeros));
	packed_size = 0;
	pack_times(zeros, sizeof(zeros), 9, 1024);
	file.size = packed_size;
	assert_true(packed_size < 100000);
	assert_int_equal(route_reader_open(&r, &file), 0);
	alloc_fail_after = 0;
	memset(&now, 0, sizeof(now));
	while (route_reader_state(r) == ROUTE_MORE)
		reading_step(r, &now, line, 64);
	assert_int_equal(alloc_fail_after, 0);
	alloc_fail_after = -1;
	assert_int_equal(route_reader_state(r), ROUTE_END);
	assert_int_equal(route_reader_errors(r)->count, 1);
	assert_true(now.calls >= 1024);
	route_reader_close(r);
}

/* Blocks of nothing, 30 MB of them: a call reads a piece. */
static void
test_empty_blocks(void **state)
{
	enum { SIZE = 30 * 1000 * 1000 };
	static const uint8_t header[10] = { 0x1f, 0x8b, 8 };
	static const uint8_t block[5] = { 0, 0, 0, 0xff, 0xff };
	char *data = malloc(SIZE);
	struct file file = { "empty", data, SIZE };
	struct route_line line[64];
	struct route_reader *r;

	(void)state;
	assert_non_null(data);
	memcpy(data, header, sizeof(header));
	for (size_t at = sizeof(header); at < SIZE; at += sizeof(block))
		memcpy(data + at, block, sizeof(block));
	assert_int_equal(route_reader_open(&r, &file), 0);
	memset(&now, 0, sizeof(now));
	while (route_reader_state(r) == ROUTE_MORE)
		reading_step(r, &now, line, 64);
	assert_int_equal(route_reader_state(r), ROUTE_FAILED);
	assert_true(now.calls > SIZE / 100000);
	route_reader_close(r);
	free(data);
}

static void
test_no_memory(void **state)
{
	struct file file = { "r", (char *)packed, 0 };
	struct route_reader *r;
	int fails;

	(void)state;
	packed_size = 0;
	pack(two, 6);
	file.size = packed_size;
	for (fails = 0;; fails++) {
		int error;

		alloc_fail_after = fails;
		error = route_reader_open(&r, &file);
		alloc_fail_after = -1;
		if (error == 0)
			break;
		assert_int_equal(error, -ENOMEM);
	}
	assert_int_equal(fails, 2);
	route_reader_close(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_header_fields),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_garbage_behind),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_random_damage),
		cmocka_unit_test(test_mrt),
		cmocka_unit_test(test_long_record),
		cmocka_unit_test(test_no_routes_inside),
		cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_empty_blocks),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
