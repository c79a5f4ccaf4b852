/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/82599/inprocess.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/mmio.h"
#include "tests/82599/inprocess_pci.h"

enum {
	PORTS = HOST_FUNCTIONS,
	WIRE_FRAMES = 4096, /* as many as the largest ring has */
};

struct inprocess_frame {
	uint32_t len;
	uint8_t bytes[I82599_FRAME_MAX];
};

static struct inprocess *ports[PORTS];
static uint32_t port_count;

static void
complain(struct inprocess *s, const char *kind, const char *text)
{
	snprintf(s->text, sizeof(s->text), "%s: %s", kind, text);
	fprintf(stderr, "82599 %s %s\n", s->pci.address, s->text);
}

/*
 * Entering a model. While it runs, its own wire and timer wait.
 */

static void
deliver(struct inprocess *s)
{
	struct inprocess_frame *f;

	while (s->count > 0 && (s->lossy || i82599_can_receive(s->model))) {
		f = &s->waiting[s->first];
		s->first = (s->first + 1) % WIRE_FRAMES;
		s->count--;
		s->busy = true;
		i82599_receive(s->model, f->bytes, f->len);
		s->busy = false;
	}
}

static void
deliver_all(void)
{
	uint32_t i;

	for (i = 0; i < port_count; i++) {
		if (ports[i]->count > 0 && !ports[i]->busy)
			deliver(ports[i]);
	}
}

static void
leave(struct inprocess *s)
{
	s->busy = false;
	deliver_all();
}

static struct inprocess *
next_timer(uint64_t until)
{
	struct inprocess *next = NULL;
	uint32_t i;

	for (i = 0; i < port_count; i++) {
		if (ports[i]->timer <= until) {
			until = ports[i]->timer;
			next = ports[i];
		}
	}
	return next;
}

void
inprocess_pass(uint64_t ns)
{
	uint64_t until = host.ns + ns;
	struct inprocess *s;

	while ((s = next_timer(until)) != NULL) {
		if (host.ns < s->timer)
			host.ns = s->timer;
		s->timer = UINT64_MAX;
		s->busy = true;
		i82599_timer(s->model);
		leave(s);
	}
	host.ns = until;
}

/*
 * What a model asks for.
 */

static bool
reachable(struct inprocess *s, const char *what, uint64_t addr, uint32_t len)
{
	char text[INPROCESS_TEXT / 2];

	if (host_dma_contains(addr, len))
		return true;
	s->faults++;
	snprintf(text, sizeof(text), "%s %u bytes at 0x%llx", what,
	    (unsigned)len, (unsigned long long)addr);
	complain(s, "fault", text);
	return false;
}

/* Bus addresses are pointers (kernel/dma.h). */
static void *
memory_at(uint64_t addr)
{
	return (void *)(uintptr_t)addr;
}

static bool
dma_read(void *ctx, uint64_t addr, void *buf, uint32_t len)
{
	if (!reachable(ctx, "reads", addr, len))
		return false;
	memcpy(buf, memory_at(addr), len);
	return true;
}

static bool
dma_write(void *ctx, uint64_t addr, const void *buf, uint32_t len)
{
	if (!reachable(ctx, "writes", addr, len))
		return false;
	memcpy(memory_at(addr), buf, len);
	return true;
}

static void
keep(struct inprocess *s, const uint8_t *frame, uint32_t len)
{
	struct inprocess_frame *f;

	if (s->count == WIRE_FRAMES || len > I82599_FRAME_MAX) {
		s->wire_lost++;
		return;
	}
	f = &s->waiting[(s->first + s->count++) % WIRE_FRAMES];
	f->len = len;
	memcpy(f->bytes, frame, len);
}

void
inprocess_receive(struct inprocess *to, const uint8_t *frame, uint32_t len)
{
	bool now = !to->busy && to->count == 0;

	to->received++;
	if (now && (to->lossy || i82599_can_receive(to->model))) {
		to->busy = true;
		i82599_receive(to->model, frame, len);
		to->busy = false;
	} else {
		keep(to, frame, len);
	}
}

static void
transmit(void *ctx, const uint8_t *frame, uint32_t len)
{
	struct inprocess *s = ctx;

	s->sent++;
	if (s->transmitted != NULL)
		s->transmitted(s->ctx, frame, len);
	else if (s->peer != NULL)
		inprocess_receive(s->peer, frame, len);
}

static void
msix(void *ctx, uint32_t vector)
{
	inprocess_msix(ctx, vector);
}

static void
irq(void *ctx, bool level)
{
	struct inprocess *s = ctx;
	bool rises = level && !s->irq;

	s->irq = level;
	if (rises && inprocess_interrupts(s) == I82599_INTX)
		s->rises++;
	else if (rises && inprocess_interrupts(s) == I82599_MSI)
		s->msi_messages++;
}

static uint64_t
now(void *ctx)
{
	return host.ns;
}

static void
set_timer(void *ctx, uint64_t when)
{
	struct inprocess *s = ctx;

	s->timer = when;
}

/* Nothing to do: leave() looks at every wire. */
static void
receive_ready(void *ctx)
{
}

static void
violation(void *ctx, const char *section, const char *text)
{
	struct inprocess *s = ctx;

	s->violations++;
	complain(s, section, text);
}

static const struct i82599_ops ops = {
	.dma_read = dma_read,
	.dma_write = dma_write,
	.transmit = transmit,
	.msix = msix,
	.irq = irq,
	.now = now,
	.set_timer = set_timer,
	.receive_ready = receive_ready,
	.violation = violation,
};

/*
 * kernel/mmio.h. A BAR's address is that of something in struct inprocess,
 * and is never followed.
 */

static struct inprocess *
port_at(const volatile void *base, bool *table)
{
	uint32_t i;

	for (i = 0; i < port_count; i++) {
		*table = base == ports[i]->function.bar[BAR_MSIX];
		if (*table || base == ports[i]->function.bar[BAR_REGISTERS])
			return ports[i];
	}
	fprintf(stderr, "82599: access to a BAR of nobody\n");
	abort();
}

uint32_t
mmio_read32(const volatile void *base, uint32_t offset)
{
	bool table;
	struct inprocess *s = port_at(base, &table);
	uint32_t v;

	inprocess_pass(INPROCESS_READ_NS);
	if (table)
		return inprocess_table_read(s, offset);
	s->busy = true;
	v = (uint32_t)i82599_read(s->model, offset, sizeof(v));
	leave(s);
	return v;
}

void
mmio_write32(volatile void *base, uint32_t offset, uint32_t value)
{
	bool table;
	struct inprocess *s = port_at(base, &table);

	if (table) {
		inprocess_table_write(s, offset, value);
		return;
	}
	s->busy = true;
	i82599_write(s->model, offset, value, sizeof(value));
	leave(s);
}

/*
 * The machine.
 */

static void
config_written(struct host_function *f)
{
	struct inprocess *s = f->owner;

	s->busy = true;
	i82599_set_bus_master(s->model, inprocess_bus_master(s));
	i82599_set_interrupts(s->model, inprocess_interrupts(s));
	leave(s);
	inprocess_send_messages(s);
}

void
inprocess_begin(void)
{
	struct pci_device none;

	host_reset(&none, 0, 0);
	host.pass = inprocess_pass;
	port_count = 0;
}

static void *
zeroed(size_t size)
{
	void *p = calloc(1, size);

	if (p == NULL)
		abort();
	return p;
}

struct inprocess *
inprocess_new(const struct i82599_config *config)
{
	struct inprocess *s = zeroed(sizeof(*s));

	if (port_count == PORTS)
		abort();
	s->waiting = zeroed(WIRE_FRAMES * sizeof(s->waiting[0]));
	s->timer = UINT64_MAX;
	s->busy = true;
	s->model = i82599_new(config, &ops, s);
	s->busy = false;
	if (s->model == NULL)
		abort();
	inprocess_pci_fill(s, (uint8_t)port_count, config->function);
	s->function.owner = s;
	s->function.written = config_written;
	host_add_function(&s->function);
	ports[port_count++] = s;
	config_written(&s->function);
	return s;
}

uint32_t
inprocess_end(void)
{
	struct pci_device none;
	uint32_t i, bad = 0;

	for (i = 0; i < port_count; i++) {
		bad += ports[i]->violations + ports[i]->faults;
		i82599_free(ports[i]->model);
		free(ports[i]->waiting);
		free(ports[i]);
	}
	port_count = 0;
	host_reset(&none, 0, 0);
	return bad;
}

void
inprocess_wire(struct inprocess *a, struct inprocess *b)
{
	a->peer = b;
	b->peer = a;
}

void
inprocess_set_link(struct inprocess *port, bool up)
{
	port->busy = true;
	i82599_set_link(port->model, up);
	leave(port);
}

uint32_t
inprocess_waiting(const struct inprocess *port)
{
	return port->count;
}
