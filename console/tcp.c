/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The HTTP engine on lwIP's raw TCP API.
 *
 * Received bytes that the engine does not take yet stay in the client's pbuf
 * chain, and the window is opened for what it took only. Bytes to send are
 * copied by lwIP within tcp_sndbuf, so that an answer can be freed at any time.
 *
 * lwIP must know when a callback has aborted its pcb: each one ends in
 * verdict(), which says ERR_ABRT when the client lost its pcb that way.
 */
#include "console/tcp.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "lwip/ip.h"
#include "lwip/netif.h"
#include "lwip/prot/ethernet.h"
#include "lwip/sys.h"
#include "lwip/tcp.h"

/* Unit of tcp_poll: 500 ms. The backlog is lwIP's largest: half-open
 * connections have a bound of their own. */
enum { POLL_INTERVAL = 1 };

struct client {
	struct tcp_pcb *pcb; /* NULL: this client is free */
	struct pbuf *in;     /* received, not yet taken by the engine */
	bool fin;            /* the client sends no more */
	bool shut;           /* our FIN is on its way */
	uint8_t netif_index; /* where it came in */
	struct http_conn http;
};

static struct client clients[TCP_CLIENTS_MAX];
static struct tcp_pcb *listener;
static http_handler *server_handler;
static void *server_arg;

/* Gives back what a client holds. Its pcb is no longer ours. */
static void
client_free(struct client *c)
{
	http_destroy(&c->http);
	if (c->in != NULL)
		pbuf_free(c->in);
	c->in = NULL;
	c->pcb = NULL;
}

static struct tcp_pcb *
client_detach(struct client *c)
{
	struct tcp_pcb *pcb = c->pcb;

	tcp_arg(pcb, NULL);
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	tcp_err(pcb, NULL);
	tcp_poll(pcb, NULL, 0);
	client_free(c);
	return pcb;
}

static err_t
client_abort(struct client *c)
{
	tcp_abort(client_detach(c));
	return ERR_ABRT;
}

/* Everything was sent and the client closed: so do we. */
static err_t
client_close(struct client *c)
{
	struct tcp_pcb *pcb = client_detach(c);

	if (tcp_close(pcb) == ERR_OK)
		return ERR_OK;
	tcp_abort(pcb);
	return ERR_ABRT;
}

/* Hands the engine's bytes to TCP as far as it takes them. */
static void
client_send(struct client *c)
{
	struct http_span s = http_output(&c->http);

	while (s.size != 0) {
		size_t n = LWIP_MIN(s.size, tcp_sndbuf(c->pcb));
		err_t e = ERR_MEM;

		/* Short of memory: a smaller piece may still go. */
		for (; n != 0; n /= 2) {
			e = tcp_write(c->pcb, s.data, (u16_t)n,
			    TCP_WRITE_FLAG_COPY | TCP_WRITE_FLAG_MORE);
			if (e != ERR_MEM)
				break;
		}
		if (n == 0 || e != ERR_OK)
			break;
		http_sent(&c->http, n, sys_now());
		s = http_output(&c->http);
	}
	tcp_output(c->pcb);
}

/* Gives the engine what was received. True when it took something. */
static bool
client_feed(struct client *c)
{
	struct pbuf *next;
	size_t used;

	/* A chain may hold pbufs that were trimmed to nothing. */
	while (c->in != NULL && c->in->len == 0) {
		next = c->in->next;
		if (next != NULL)
			pbuf_ref(next);
		pbuf_free(c->in);
		c->in = next;
	}
	if (c->in == NULL)
		return false;
	used = http_input(&c->http, c->in->payload, c->in->len, sys_now());
	if (used == 0)
		return false;
	if (used == c->in->tot_len) {
		pbuf_free(c->in);
		c->in = NULL;
	} else
		c->in = pbuf_free_header(c->in, (u16_t)used);
	tcp_recved(c->pcb, (u16_t)used);
	return true;
}

/* Moves bytes both ways until nothing moves, then sees whether to close. */
static err_t
client_run(struct client *c)
{
	do
		client_send(c);
	while (client_feed(c));
	client_send(c);

	if (c->http.phase == HTTP_SENDING)
		return ERR_OK;
	if (c->fin)
		return client_close(c);
	if (c->http.phase == HTTP_LINGERING && !c->shut) {
		/* Our FIN; what still comes is read, lest a reset
		 * overtake the answer. */
		if (tcp_shutdown(c->pcb, 0, 1) != ERR_OK)
			return client_abort(c);
		c->shut = true;
	}
	return ERR_OK;
}

static err_t
on_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	struct client *c = arg;

	(void)pcb;
	(void)err;
	if (p == NULL)
		c->fin = true;
	else if (c->in == NULL)
		c->in = p;
	else
		pbuf_cat(c->in, p);
	return client_run(c);
}

static err_t
on_sent(void *arg, struct tcp_pcb *pcb, u16_t size)
{
	(void)pcb;
	(void)size;
	return client_run(arg);
}

static err_t
on_poll(void *arg, struct tcp_pcb *pcb)
{
	struct client *c = arg;

	(void)pcb;
	if (!http_tick(&c->http, sys_now()))
		return c->http.phase == HTTP_IDLE ? client_close(c)
		                                  : client_abort(c);
	return client_run(c);
}

/* lwIP has freed the pcb. */
static void
on_err(void *arg, err_t err)
{
	(void)err;
	client_free(arg);
}

/*
 * A place for a new client: a free one; else that of the client that can be
 * spared best and has been so for longest. A client that is being answered
 * is never dropped.
 */
static struct client *
client_place(void)
{
	static const uint8_t rank[] = {
		[HTTP_LINGERING] = 3,
		[HTTP_IDLE] = 2,
		[HTTP_RECEIVING] = 1,
		[HTTP_SENDING] = 0,
	};
	uint32_t now = sys_now();
	struct client *best = NULL;

	for (struct client *c = clients; c < clients + TCP_CLIENTS_MAX; c++) {
		const struct http_conn *h = &c->http, *b;

		if (c->pcb == NULL)
			return c;
		b = best == NULL ? NULL : &best->http;
		if (rank[h->phase] != 0 &&
		    (b == NULL || rank[h->phase] > rank[b->phase] ||
			(rank[h->phase] == rank[b->phase] &&
			    now - h->since_ms > now - b->since_ms)))
			best = c;
	}
	if (best != NULL)
		client_abort(best);
	return best;
}

static err_t
on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
	struct client *c;

	(void)arg;
	if (err != ERR_OK || pcb == NULL)
		return ERR_VAL;
	c = client_place();
	if (c == NULL) {
		tcp_abort(pcb);
		return ERR_ABRT;
	}
	memset(c, 0, sizeof(*c));
	c->pcb = pcb;
	c->netif_index = netif_get_index(ip_current_input_netif());
	http_init(&c->http, server_handler, server_arg, sys_now());
	/* Answers may leave through another interface. */
	tcp_bind_netif(pcb, NULL);
	tcp_arg(pcb, c);
	tcp_recv(pcb, on_recv);
	tcp_sent(pcb, on_sent);
	tcp_err(pcb, on_err);
	tcp_poll(pcb, on_poll, POLL_INTERVAL);
	return ERR_OK;
}

static void
listener_close(void)
{
	if (listener != NULL)
		tcp_close(listener);
	listener = NULL;
}

void
tcp_server_init(http_handler *handler, void *arg)
{
	server_handler = handler;
	server_arg = arg;
}

/* A listening pcb on a port that may be in use by the listener before. */
static struct tcp_pcb *
listener_open(uint16_t port, const struct netif *netif, int *error)
{
	struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_ANY), *l = NULL;
	err_t e = ERR_MEM;

	if (pcb != NULL) {
		/* Connections of this port that are closing do not count. */
		ip_set_option(pcb, SOF_REUSEADDR);
		tcp_bind_netif(pcb, netif);
		e = tcp_bind(pcb, IP_ANY_TYPE, port);
	}
	if (e == ERR_OK)
		l = tcp_listen_with_backlog_and_err(
		    pcb, TCP_DEFAULT_LISTEN_BACKLOG, &e);
	if (l == NULL) {
		*error = e == ERR_USE ? -EADDRINUSE : -ENOMEM;
		if (pcb != NULL)
			tcp_close(pcb);
		return NULL;
	}
	tcp_accept(l, on_accept);
	return l;
}

static void
drop_clients(const struct netif *allowed)
{
	for (struct client *c = clients; c < clients + TCP_CLIENTS_MAX; c++)
		if (c->pcb != NULL &&
		    (allowed == NULL ||
			c->netif_index != netif_get_index(allowed)))
			client_abort(c);
}

void
tcp_server_stop(void)
{
	listener_close();
	drop_clients(NULL);
}

int
tcp_server_listen(uint16_t port, uint8_t netif_index)
{
	struct netif *netif = netif_get_by_index(netif_index);
	struct tcp_pcb *l;
	int error = 0;

	if (netif_index != NETIF_NO_INDEX && netif == NULL) {
		/* Rather no console than one on the wrong side. */
		tcp_server_stop();
		return -ENODEV;
	}
	/* The same port cannot be bound twice. */
	if (listener != NULL && listener->local_port == port) {
		tcp_bind_netif(listener, netif);
	} else {
		l = listener_open(port, netif, &error);
		if (l == NULL)
			return error;
		listener_close();
		listener = l;
	}
	if (netif != NULL)
		drop_clients(netif);
	return 0;
}
