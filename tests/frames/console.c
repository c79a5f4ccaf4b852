/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In the console's place: a server that says again what it hears.
 */
#include "tests/frames/console.h"

#include "lwip/tcp.h"

enum { CONSOLE_PORT = 80 };

static err_t
echo(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	(void)arg;
	(void)err;
	if (p == NULL)
		return tcp_close(pcb);
	tcp_recved(pcb, p->tot_len);
	if (p->len <= tcp_sndbuf(pcb) &&
	    tcp_write(pcb, p->payload, p->len, TCP_WRITE_FLAG_COPY) == ERR_OK)
		tcp_output(pcb);
	pbuf_free(p);
	return ERR_OK;
}

static err_t
accept_client(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	if (err != ERR_OK || pcb == NULL)
		return ERR_VAL;
	tcp_recv(pcb, echo);
	return ERR_OK;
}

bool
console_listen(void)
{
	struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);

	if (pcb == NULL || tcp_bind(pcb, IP_ANY_TYPE, CONSOLE_PORT) != ERR_OK)
		return false;
	pcb = tcp_listen(pcb);
	if (pcb == NULL)
		return false;
	tcp_accept(pcb, accept_client);
	return true;
}
