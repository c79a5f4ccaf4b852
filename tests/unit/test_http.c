/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: console/http.c console/http_reply.c console/json.c console/utf8.c
 * tests/unit/http_client.c tests/unit/alloc_fail.c
 * libs: llhttp cjson
 * wrap: malloc calloc realloc aligned_alloc */
/*
 * The HTTP engine: framing, bounds, times, and memory running out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/alloc_fail.h"
#include "tests/unit/http_client.h"

#define HOST "Host: r\r\n"

static unsigned handled;

/* Tells method, path and query; "/big" is larger than any send buffer. */
static void
echo(void *arg, const struct http_request *q, struct http_response *r)
{
	size_t size = strcmp(q->path, "/big") == 0 ? 300000 : 9000;
	char *body = malloc(size);

	(void)arg;
	handled++;
	if (body == NULL)
		return;
	memset(body, 'x', size);
	if (size == 9000)
		size = (size_t)snprintf(body, size, "%s %s %s", q->method,
		    q->path, q->query != NULL ? q->query : "-");
	r->status = 200;
	r->type = "text/plain";
	r->body = body;
	r->size = size;
	r->owned = body;
}

/* Sends `text` in steps; the first answer in `a`, which stays valid. */
static void
ask_steps(const char *text, size_t step, struct answer *a)
{
	struct exchange x;

	exchange_begin(&x, echo, NULL);
	exchange_send(&x, text, strlen(text), step);
	if (!answer_parse(x.out, strncmp(text, "HEAD", 4) == 0, a))
		a->status = 0;
	exchange_end(&x);
}

static int
status_of(const char *text)
{
	struct answer whole, bytes;

	ask_steps(text, 1, &bytes);
	ask_steps(text, SIZE_MAX, &whole);
	assert_int_equal(bytes.status, whole.status);
	return whole.status;
}

static void
test_request(void **state)
{
	static const char text[] = "GET /a%20b?c=d HTTP/1.1\r\n" HOST "\r\n";
	struct answer a;

	(void)state;
	for (size_t step = 1; step <= sizeof(text); step++) {
		ask_steps(text, step, &a);
		assert_int_equal(a.status, 200);
		assert_int_equal(a.size, 14);
		assert_memory_equal(a.body, "GET /a%20b c=d", 14);
	}
}

/* Cut after every byte: no answer, and nothing is left behind. */
static void
test_cut(void **state)
{
	static const char text[] = "POST /a HTTP/1.1\r\n" HOST
				   "Transfer-Encoding: chunked\r\n\r\n"
				   "5;x=y\r\nhello\r\n0\r\nT: v\r\n\r\n";
	struct exchange x;

	(void)state;
	for (size_t cut = 0; cut < sizeof(text) - 1; cut++) {
		exchange_begin(&x, echo, NULL);
		exchange_send(&x, text, cut, SIZE_MAX);
		assert_int_equal(x.size, 0);
		exchange_end(&x);
	}
	assert_int_equal(status_of(text), 200);
}

static void
test_head(void **state)
{
	struct answer a;
	struct exchange x;
	static const char two[] = "HEAD /big HTTP/1.1\r\n" HOST "\r\n"
				  "GET /b HTTP/1.1\r\n" HOST "\r\n";

	(void)state;
	exchange_begin(&x, echo, NULL);
	exchange_send(&x, two, sizeof(two) - 1, 7);
	assert_true(answer_parse(x.out, true, &a));
	assert_true(answer_has(&a, "Content-Length: 300000"));
	assert_true(answer_parse(a.next, false, &a));
	assert_int_equal(a.size, 8);
	exchange_end(&x);
}

static void
test_pipelining(void **state)
{
	static const char one[] = "GET /big HTTP/1.1\r\n" HOST "\r\n";
	char text[20 * sizeof(one)] = "";
	struct exchange x;
	struct answer a;
	const char *at;

	(void)state;
	for (int i = 0; i < 10; i++)
		strcat(text, one);
	exchange_begin(&x, echo, NULL);
	/* No second answer is made while the first waits. */
	handled = 0;
	assert_int_equal(
	    http_input(&x.conn, text, strlen(text), 0), sizeof(one) - 1);
	assert_int_equal(http_input(&x.conn, text, strlen(text), 0), 0);
	assert_int_equal(handled, 1);
	exchange_drain(&x, 1000);
	exchange_send(
	    &x, text + sizeof(one) - 1, strlen(text) - (sizeof(one) - 1), 11);
	at = x.out;
	for (int i = 0; i < 10; i++) {
		assert_true(answer_parse(at, false, &a));
		assert_int_equal(a.size, 300000);
		at = a.next;
	}
	assert_int_equal(x.conn.phase, HTTP_IDLE);
	exchange_end(&x);
}

static const struct {
	const char *text;
	int status;
} refused[] = {
	{ "BREW / HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "\x16\x03\x01\x02\x00\x01", 400 },
	{ "GET\r\n\r\n", 400 },
	{ "GET / HTTP/2.0\r\n" HOST "\r\n", 505 },
	{ "GET / HTTP/0.9\r\n\r\n", 505 },
	{ "GET / HTTP/3.7\r\n" HOST "\r\n", 505 },
	{ "GET / HTTP/1.1\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST HOST "\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST "A : b\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST "Expect: x\r\n\r\n", 417 },
	{ "GET a HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "CONNECT a:1 HTTP/1.1\r\n" HOST "\r\n", 501 },
	{ "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505 },
	{ "GET / HTTP/1.1\r\n" HOST "Content-Length: x\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n"
	  "Content-Length: 2\r\n\r\n",
	    400 },
	{ "GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n"
	  "Transfer-Encoding: chunked\r\n\r\n",
	    400 },
	{ "PUT / HTTP/1.1\r\n" HOST "Content-Length: 65537\r\n\r\n", 413 },
	{ "PUT / HTTP/1.1\r\n" HOST
	  "Content-Length: 18446744073709551617\r\n\r\n",
	    400 },
	{ "PUT / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
	  "\r\nz\r\n",
	    400 },
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct answer a;

		if (status_of(refused[i].text) != refused[i].status)
			fail_msg("%s", refused[i].text);
		ask_steps(refused[i].text, SIZE_MAX, &a);
		assert_true(answer_has(&a, "Connection: close"));
		assert_true(
		    answer_has(&a, "Content-Type: application/problem+json"));
	}
}

static void
test_accepted(void **state)
{
	static const char *const cases[] = {
		"GET / HTTP/1.0\r\n\r\n",
		"\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n",
		"GET http://r/ HTTP/1.1\r\n" HOST "\r\n",
		"GET / HTTP/1.1\r\n" HOST "Connection: upgrade\r\n"
		"Upgrade: h2c\r\n\r\n",
		"PUT / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc",
		"GET /../../etc/passwd HTTP/1.1\r\n" HOST "\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (status_of(cases[i]) != 200)
			fail_msg("%s", cases[i]);
}

static void
test_connection(void **state)
{
	struct exchange x;
	struct answer a;
	static const char close[] = "GET /a HTTP/1.1\r\n" HOST
				    "Connection: close\r\n\r\n"
				    "GET /b HTTP/1.1\r\n" HOST "\r\n";
	static const char old[] = "GET /a HTTP/1.0\r\n"
				  "Connection: keep-alive\r\n\r\n";

	(void)state;
	exchange_begin(&x, echo, NULL);
	exchange_send(&x, close, sizeof(close) - 1, SIZE_MAX);
	assert_true(answer_parse(x.out, false, &a));
	assert_true(answer_has(&a, "Connection: close"));
	assert_string_equal(a.next, "");
	assert_int_equal(x.conn.phase, HTTP_LINGERING);
	exchange_end(&x);

	ask_steps(old, SIZE_MAX, &a);
	assert_true(answer_has(&a, "Connection: keep-alive"));
}

static void
test_expect(void **state)
{
	static const char text[] = "PUT /a HTTP/1.1\r\n" HOST
				   "Expect: 100-continue\r\n"
				   "Content-Length: 3\r\n\r\n";
	struct exchange x;
	struct answer a;

	(void)state;
	exchange_begin(&x, echo, NULL);
	exchange_send(&x, text, sizeof(text) - 1, 1);
	assert_true(answer_parse(x.out, false, &a));
	assert_int_equal(a.status, 100);
	exchange_send(&x, "abc", 3, 1);
	assert_true(answer_parse(a.next, false, &a));
	assert_int_equal(a.status, 200);
	exchange_end(&x);
}

/* A megabyte of `c` after `start`, given in steps. */
static int
flood(const char *start, char c, size_t step)
{
	enum { SIZE = 1 << 20 };
	char *text = malloc(SIZE);
	struct exchange x;
	struct answer a;

	memset(text, c, SIZE);
	memcpy(text, start, strlen(start));
	exchange_begin(&x, echo, NULL);
	exchange_send(&x, text, SIZE, step);
	assert_true(answer_parse(x.out, false, &a));
	assert_string_equal(a.next, "");
	assert_int_equal(x.conn.phase, HTTP_LINGERING);
	exchange_end(&x);
	free(text);
	return a.status;
}

static void
test_large(void **state)
{
	static const size_t steps[] = { 1, 1460, SIZE_MAX };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(flood("GET /", 'a', steps[i]), 431);
		assert_int_equal(flood("\r\n", '\n', steps[i]), 431);
		assert_int_equal(
		    flood("GET / HTTP/1.1\r\n" HOST "X: ", 'y', steps[i]), 431);
		assert_int_equal(flood("PUT / HTTP/1.1\r\n" HOST
				       "Content-Length: 1000000\r\n\r\n",
				     'y', steps[i]),
		    413);
		assert_int_equal(
		    flood("PUT / HTTP/1.1\r\n" HOST
			  "Transfer-Encoding: chunked\r\n\r\nfffff\r\n",
			'y', steps[i]),
		    413);
		assert_int_equal(flood("PUT / HTTP/1.1\r\n" HOST
				       "Transfer-Encoding: chunked\r\n\r\n1;x=",
				     'y', steps[i]),
		    413);
		assert_int_equal(
		    flood("PUT / HTTP/1.1\r\n" HOST
			  "Transfer-Encoding: chunked\r\n\r\n0\r\nT: ",
			'y', steps[i]),
		    413);
	}
}

/* Just within and just beyond the bound of the head. */
static void
test_head_bound(void **state)
{
	static const char start[] = "GET / HTTP/1.1\r\n" HOST "X: ";
	char text[HTTP_HEAD_MAX + 8];

	(void)state;
	for (size_t over = 0; over <= 1; over++) {
		size_t fill = HTTP_HEAD_MAX + over - strlen(start) - 4;

		strcpy(text, start);
		memset(text + strlen(start), 'y', fill);
		strcpy(text + strlen(start) + fill, "\r\n\r\n");
		assert_int_equal(status_of(text), over ? 431 : 200);
	}
}

static void
test_times(void **state)
{
	struct exchange x;
	struct answer a;

	(void)state;
	exchange_begin(&x, echo, NULL);
	assert_true(http_tick(&x.conn, HTTP_IDLE_MS - 1));
	assert_false(http_tick(&x.conn, HTTP_IDLE_MS));

	/* A byte now and then does not keep a request alive. */
	for (x.now_ms = 0; x.now_ms < HTTP_REQUEST_MS; x.now_ms += 1000) {
		exchange_send(&x, "\r\nGET /aaaaaaa" + x.now_ms / 1000, 1, 1);
		assert_true(http_tick(&x.conn, x.now_ms));
		assert_int_equal(x.conn.phase, HTTP_RECEIVING);
	}
	assert_true(http_tick(&x.conn, x.now_ms));
	exchange_drain(&x, SIZE_MAX);
	assert_true(answer_parse(x.out, false, &a));
	assert_int_equal(a.status, 408);
	assert_false(http_tick(&x.conn, x.now_ms + HTTP_LINGER_MS));
	exchange_end(&x);

	/* Nor does a byte taken now and then an answer. */
	exchange_begin(&x, echo, NULL);
	http_input(&x.conn, "GET / HTTP/1.0\r\n\r\n", 18, 0);
	http_sent(&x.conn, 1, HTTP_SEND_MS - 1);
	assert_false(http_tick(&x.conn, HTTP_SEND_MS));
	exchange_end(&x);
}

/* Each allocation in turn fails: a 503, then the end. */
static void
test_no_memory(void **state)
{
	static const char *const texts[] = {
		"GET / HTTP/1.1\r\n" HOST "\r\n",
		"GET a HTTP/1.1\r\n" HOST "\r\n",
		"\x01",
	};

	(void)state;
	for (size_t t = 0; t < 3; t++) {
		struct answer a = { .status = 503 };

		for (long n = 0; a.status == 503; n++) {
			assert_true(n < 100);
			alloc_fail_after = n;
			ask_steps(texts[t], SIZE_MAX, &a);
			if (a.status == 503)
				assert_true(
				    answer_has(&a, "Connection: close"));
		}
		alloc_fail_after = -1;
		assert_int_equal(a.status, t == 0 ? 200 : 400);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_pipelining),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_connection),
		cmocka_unit_test(test_expect),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_head_bound),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
