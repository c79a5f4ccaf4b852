/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: console/tcp.c console/http.c console/http_reply.c console/json.c
 * console/utf8.c
 * libs: lwip llhttp cjson */
/*
 * The server on real lwIP: clients and server are one stack, whose only wire
 * leads back to it. The frames come in through either of two netifs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lwip-port/hooks.h"

#include "console/tcp.h"
#include "lwip/icmp.h"
#include "lwip/icmp6.h"
#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"
#include "lwip/timeouts.h"

enum { WIRE_MAX = 512, BODY = 200000, ADDRESS = 0x0100000a /* 10.0.0.1 */ };

#define REQUEST "GET / HTTP/1.1\r\nHost: r\r\n\r\n"

/* Static in each test: lwIP may tell of a reset after it. */
struct peer {
	struct tcp_pcb *pcb; /* NULL once lwIP has freed it */
	size_t got;
	bool fin, reset;
	bool deaf; /* does not open its window */
};

static struct netif netifs[2];
static unsigned arrive; /* index of the netif that frames come through */
static struct pbuf *wire[WIRE_MAX];
static unsigned wire_in, wire_out;
static uint32_t now_ms;
static unsigned handled;
static char junk[8000];

/* Nothing here is worth an ICMP error. */
void
icmp_dest_unreach(struct pbuf *p, enum icmp_dur_type t)
{
	(void)p;
	fail_msg("unreachable, %d", t);
}

void
icmp_time_exceeded(struct pbuf *p, enum icmp_te_type t)
{
	(void)p;
	fail_msg("time exceeded, %d", t);
}

void
icmp6_dest_unreach(struct pbuf *p, enum icmp6_dur_code c)
{
	(void)p;
	fail_msg("unreachable, %d", c);
}

u32_t
sys_now(void)
{
	return now_ms;
}

uint32_t
stack_random(void)
{
	return (uint32_t)rand();
}

void *
stack_heap_alloc(size_t size)
{
	return malloc(size);
}

void
stack_assert_failed(const char *text, const char *file, int line)
{
	fail_msg("%s:%d: %s", file, line, text);
}

struct netif *
hook_ip4_route(const ip4_addr_t *dst)
{
	(void)dst;
	return &netifs[0];
}

struct netif *
hook_ip6_route(const ip6_addr_t *dst)
{
	(void)dst;
	return NULL;
}

err_t
guard_segment(struct tcp_pcb *pcb, const struct tcp_hdr *tcp)
{
	(void)pcb;
	(void)tcp;
	return ERR_OK;
}

u32_t
hook_tcp_isn(const ip_addr_t *local, u16_t local_port, const ip_addr_t *remote,
    u16_t remote_port)
{
	(void)local;
	(void)remote;
	return now_ms * 1000u + local_port + remote_port;
}

static err_t
wire_output(struct netif *n, struct pbuf *p, const ip4_addr_t *dst)
{
	struct pbuf *copy = pbuf_clone(PBUF_RAW, PBUF_RAM, p);

	(void)n;
	(void)dst;
	assert_non_null(copy);
	assert_true(wire_in - wire_out < WIRE_MAX);
	wire[wire_in++ % WIRE_MAX] = copy;
	return ERR_OK;
}

static err_t
wire_init(struct netif *n)
{
	n->output = wire_output;
	n->mtu = 1500;
	n->hwaddr_len = 6;
	n->hwaddr[5] = (uint8_t)(1 + (n - netifs));
	n->flags = NETIF_FLAG_LINK_UP;
	return ERR_OK;
}

static void
run(uint32_t ms)
{
	while (ms-- > 0) {
		now_ms++;
		sys_check_timeouts();
		while (wire_out != wire_in) {
			struct netif *n = &netifs[arrive];

			n->input(wire[wire_out++ % WIRE_MAX], n);
		}
	}
}

/* Fills in an answer that takes many windows. */
static void
handler(void *arg, const struct http_request *q, struct http_response *r)
{
	(void)arg;
	(void)q;
	handled++;
	r->owned = calloc(1, BODY);
	r->body = r->owned;
	r->size = BODY;
	r->status = 200;
}

static err_t
peer_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	struct peer *c = arg;

	(void)err;
	if (p == NULL) {
		c->fin = true;
		return ERR_OK;
	}
	c->got += p->tot_len;
	if (!c->deaf)
		tcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	return ERR_OK;
}

static void
peer_err(void *arg, err_t err)
{
	struct peer *c = arg;

	c->reset = err == ERR_RST;
	c->pcb = NULL;
}

static err_t
peer_connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	(void)pcb;
	return err;
}

static void
peer_open(struct peer *c, uint16_t port)
{
	ip_addr_t to = IPADDR4_INIT(ADDRESS);

	memset(c, 0, sizeof(*c));
	c->pcb = tcp_new();
	assert_non_null(c->pcb);
	tcp_arg(c->pcb, c);
	tcp_recv(c->pcb, peer_recv);
	tcp_err(c->pcb, peer_err);
	assert_int_equal(
	    tcp_connect(c->pcb, &to, port, peer_connected), ERR_OK);
	run(20);
}

static void
peer_send(struct peer *c, const char *text)
{
	u16_t size = (u16_t)strlen(text);

	assert_int_equal(
	    tcp_write(c->pcb, text, size, TCP_WRITE_FLAG_COPY), ERR_OK);
	tcp_output(c->pcb);
}

static void
peer_abort(struct peer *c)
{
	if (c->pcb != NULL)
		tcp_abort(c->pcb);
	run(50);
}

static unsigned
active(void)
{
	unsigned n = 0;

	for (struct tcp_pcb *p = tcp_active_pcbs; p != NULL; p = p->next)
		n++;
	return n;
}

static void
test_keep_alive(void **state)
{
	static struct peer c;

	(void)state;
	peer_open(&c, 80);
	peer_send(&c, REQUEST REQUEST);
	run(5000);
	assert_int_equal(handled, 2);
	assert_true(c.got > 2 * BODY && !c.fin);
	peer_send(&c, "GET / HTTP/1.1\r\nHost: r\r\nConnection: close\r\n\r\n");
	run(5000);
	assert_int_equal(handled, 3);
	assert_true(c.got > 3 * BODY && c.fin);
	tcp_close(c.pcb);
}

/* A client that sends its FIN with the request gets the whole answer. */
static void
test_half_close(void **state)
{
	static struct peer c;

	(void)state;
	peer_open(&c, 80);
	peer_send(&c, REQUEST);
	tcp_shutdown(c.pcb, 0, 1);
	run(5000);
	assert_true(c.got > BODY && c.fin);
}

static void
test_times(void **state)
{
	static struct peer idle, slow, deaf;

	(void)state;
	peer_open(&idle, 80);
	run(HTTP_IDLE_MS + 1000);
	assert_true(idle.fin && idle.got == 0);
	tcp_close(idle.pcb);

	peer_open(&slow, 80);
	peer_send(&slow, "GET");
	run(HTTP_REQUEST_MS + 1000);
	assert_true(slow.fin && slow.got > 100);
	run(HTTP_LINGER_MS + 1000);
	assert_true(slow.reset);

	/* Its closed window hides the reset from it, but not from us. */
	peer_open(&deaf, 80);
	deaf.deaf = true;
	peer_send(&deaf, REQUEST);
	run(HTTP_SEND_MS + 2000);
	assert_int_equal(active(), 1);
	peer_abort(&deaf);
}

/* The refusal arrives though the client goes on sending. */
static void
test_large(void **state)
{
	static struct peer c;
	size_t sent = 0;

	(void)state;
	peer_open(&c, 80);
	peer_send(&c, "PUT / HTTP/1.1\r\nHost: r\r\n"
		      "Content-Length: 1000000\r\n\r\n");
	while (sent < 1000000) {
		assert_non_null(c.pcb);
		if (tcp_sndbuf(c.pcb) >= sizeof(junk) &&
		    tcp_write(c.pcb, junk, sizeof(junk), 0) == ERR_OK)
			sent += sizeof(junk);
		tcp_output(c.pcb);
		run(2);
	}
	assert_true(c.got > 100 && c.got < 2000 && c.fin);
	assert_int_equal(handled, 0);
	peer_abort(&c);
}

/* More clients than places: the oldest idle ones go, the newest is served. */
static void
test_full(void **state)
{
	static struct peer c[TCP_CLIENTS_MAX + 8];
	const unsigned n = sizeof(c) / sizeof(c[0]);

	(void)state;
	for (unsigned i = 0; i < n; i++)
		peer_open(&c[i], 80);
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(c[i].reset, i < n - TCP_CLIENTS_MAX);
	peer_send(&c[n - 1], REQUEST);
	run(3000);
	assert_true(c[n - 1].got > BODY);
	for (unsigned i = 0; i < n; i++)
		peer_abort(&c[i]);
}

/* The client vanishes at every stage of an answer. */
static void
test_reset(void **state)
{
	static struct peer c;

	(void)state;
	for (uint32_t ms = 0; ms < 60; ms++) {
		peer_open(&c, 80);
		peer_send(&c, REQUEST);
		run(ms);
		peer_abort(&c);
		assert_int_equal(active(), 0);
	}
}

static void
test_port_change(void **state)
{
	static struct peer c;

	(void)state;
	assert_int_equal(tcp_server_listen(8080, 0), 0);
	assert_int_equal(tcp_server_listen(8080, 0), 0);
	peer_open(&c, 80);
	assert_true(c.reset);
	peer_open(&c, 8080);
	assert_false(c.reset);
	/* Back again while a connection of the old port lives. */
	assert_int_equal(tcp_server_listen(80, 0), 0);
	assert_int_equal(tcp_server_listen(8080, 0), 0);
	assert_false(c.reset);
	tcp_server_stop();
	run(10);
	assert_true(c.reset);
}

static void
test_management(void **state)
{
	static struct peer through0, through1;

	(void)state;
	peer_open(&through0, 80);
	arrive = 1;
	peer_open(&through1, 80);
	assert_int_equal(tcp_server_listen(80, netif_get_index(&netifs[1])), 0);
	run(10);
	assert_true(through0.reset);
	assert_false(through1.reset);
	peer_send(&through1, REQUEST);
	run(3000);
	assert_true(through1.got > BODY);
	peer_abort(&through1);

	peer_open(&through1, 80);
	assert_false(through1.reset);
	arrive = 0;
	peer_open(&through0, 80);
	assert_true(through0.reset);
	assert_true(tcp_server_listen(80, 99) < 0);
	run(10);
	assert_true(through1.reset);
}

static int
setup(void **state)
{
	(void)state;
	handled = 0;
	arrive = 0;
	return tcp_server_listen(80, 0);
}

/* After the last TIME-WAIT, nothing is left. */
static int
teardown(void **state)
{
	(void)state;
	tcp_server_stop();
	run(4 * TCP_MSL);
	assert_int_equal(active(), 0);
	assert_int_equal(lwip_stats.mem.used, 0);
	return 0;
}

static int
begin(void **state)
{
	ip4_addr_t own = { ADDRESS }, mask = { 0xff };
	ip4_addr_t none = { 0 };

	(void)state;
	lwip_init();
	for (unsigned i = 0; i < 2; i++) {
		assert_non_null(netif_add(&netifs[i], i == 0 ? &own : &none,
		    i == 0 ? &mask : &none, &none, NULL, wire_init, ip4_input));
		netif_set_up(&netifs[i]);
	}
	tcp_server_init(handler, NULL);
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_keep_alive),
		TEST(test_half_close),
		TEST(test_times),
		TEST(test_large),
		TEST(test_full),
		TEST(test_reset),
		TEST(test_port_change),
		TEST(test_management),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
