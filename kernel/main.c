/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The composition root: puts the rooms together, then runs core 0's loop.
 * kernel_main() is the table of contents; the order of its lines matters, and
 * each line says why.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/bootinfo.h"
#include "console/console.h"
#include "control/config_load.h"
#include "control/router.h"
#include "control/system.h"
#include "drivers/nic.h"
#include "kernel/acpi.h"
#include "kernel/cpu.h"
#include "kernel/dma.h"
#include "kernel/log.h"
#include "kernel/mem.h"
#include "kernel/paging.h"
#include "kernel/panic.h"
#include "kernel/pci.h"
#include "kernel/random.h"
#include "kernel/time.h"
#include "lwip-port/stack.h"
#include "net/team.h"
#include "version.h"

enum {
	BUFFERS_RAM_SHARE = 8, /* at most an eighth of the RAM */
	NEIGHBORS = 8192,
};

static struct port port_storage[PORT_MAX];
static struct port *ports[PORT_MAX + 1];
static uint32_t port_count;

static struct pool pool;
static uint32_t buffers;
static struct counters worker_counters, control_counters;
static struct worker worker;
static struct worker *workers[] = { &worker };
static struct team team = {
	.worker = workers,
	.count = 1,
	.port = ports,
};

static struct file file_table[BOOT_FILE_MAX];
static char file_names[BOOT_FILE_MAX][BOOT_NAME_MAX];
static char volume_name[BOOT_NAME_MAX], loader_name[BOOT_NAME_MAX];
static struct files files;
static struct config config; /* of this boot, until it is applied */
static struct router router;
static struct system sys;

/* What the loader said, before its memory is anybody's. */
static void
take_bootinfo(const struct bootinfo *bi)
{
	memcpy(loader_name, bi->loader, sizeof(loader_name) - 1);
	memcpy(volume_name, bi->volume, sizeof(volume_name) - 1);
	files.file = file_table;
	files.volume = volume_name;
	files.count = bi->file_count;
	for (uint32_t i = 0; i < files.count; i++) {
		const struct boot_file *f = &bi->file[i];

		memcpy(file_names[i], f->name, BOOT_NAME_MAX - 1);
		file_table[i].name = file_names[i];
		file_table[i].data = (const char *)(uintptr_t)f->addr;
		file_table[i].size = f->size;
	}
	log_info(
	    "boot", "Barewire %s, loaded by %s", BAREWIRE_VERSION, loader_name);
	if (bi->notice[0] != '\0')
		log_warn("boot", "%s", bi->notice);
	if (volume_name[0] != '\0')
		log_info("boot", "config volume on %s, %u files", volume_name,
		    (unsigned)files.count);
	else
		log_info("boot", "no config volume");
}

/* Every NIC that a driver knows, in order of PCI address. */
static void
find_ports(void)
{
	struct config preview;

	config_load_preview(&files, &preview);
	for (uint32_t i = 0; i < pci_count() && port_count < PORT_MAX; i++) {
		struct port *p = &port_storage[port_count];
		memset(p, 0, sizeof(*p));
		p->index = (uint8_t)port_count;
		snprintf(p->name, sizeof(p->name), "port%u", port_count);
		p->rx_descriptors = config_ring(&preview, p->name);
		p->tx_descriptors = p->rx_descriptors;
		if (nic_probe(pci_get(i), p) == 0)
			ports[port_count++] = p;
	}
	config_free(&preview);
}

static const struct config_world world = { .port = ports, .files = &files };

static void
load_config(void)
{
	config_load(&world, &config);
	team.room = config_buffer_room(&config);
}

/* One pool for the one core that forwards and controls. */
static void
make_buffers(void)
{
	struct mem_stats ram;
	uint32_t limit;
	void *region;
	struct pkt **slots;

	mem_stats(&ram);
	limit =
	    (uint32_t)(ram.total / BUFFERS_RAM_SHARE / pkt_stride(team.room));
	buffers = team_buffers(&team, 0) + team_control_buffers(&team);
	if (buffers > limit)
		buffers = limit;
	region = dma_alloc(pool_region_size(buffers, team.room), POOL_BLOCK);
	slots = malloc(pool_slots_size(buffers));
	if (region == NULL || slots == NULL)
		panic("no memory for %u packet buffers", buffers);
	pool_init(&pool, slots, region, buffers, team.room);
	log_info("main", "%u packet buffers of %u bytes", buffers, team.room);
}

/* Core 0 forwards too while it is the only core in use. */
static void
make_worker(void)
{
	struct arena memory = { .size = team_memory(&team) };

	worker.pool = &pool;
	worker.counters = &worker_counters;
	memory.base = dma_alloc(memory.size, 64);
	if (memory.base == NULL || !team_wire(&team, &memory))
		panic("no memory for the links between cores");
}

static void
make_router(void)
{
	const struct router_parts parts = {
		.port = ports,
		.worker = workers,
		.worker_count = 1,
		.stack = &stack_lwip_ops,
		.pool = &pool,
		.counters = &control_counters,
		.neighbors = NEIGHBORS,
	};

	if (router_init(&router, &parts) != 0 ||
	    stack_init(&router, random_u32) != 0)
		panic("no memory for the router's tables");
}

/* A config that does not fit leaves the defaults, which always do. */
static void
apply_config(void)
{
	if (router_apply(&router, &config) == 0)
		return;
	log_error("main", "no memory for this config; using the defaults");
	config_free(&config);
	if (config_default(&world, &config) != 0 ||
	    router_apply(&router, &config) != 0)
		panic("no memory for the default config");
}

static void
system_memory(struct system_memory *out)
{
	struct mem_stats ram;

	mem_stats(&ram);
	*out = (struct system_memory){
		.total = ram.total,
		.used = ram.dma + ram.heap_used,
		.free = ram.heap - ram.heap_used,
		.heap_size = ram.heap,
		.heap_used = ram.heap_used,
		.buffers = buffers,
		.buffers_free = pool.count,
	};
}

static int
system_log_read(uint64_t seq, struct system_log_line *out)
{
	static const char *const levels[] = { "error", "warning", "info",
		"debug" };
	struct log_entry e;
	int error = log_read(seq, &e);

	if (error != 0)
		return error;
	out->seq = e.seq;
	out->time_us = e.time_us;
	out->level = levels[e.level];
	memcpy(out->area, e.area, sizeof(out->area));
	memcpy(out->text, e.text, sizeof(out->text));
	return 0;
}

static void
start_console(void)
{
	int error;

	sys = (struct system){
		.version = BAREWIRE_VERSION,
		.loader = loader_name,
		.volume = volume_name,
		.cpu_model = cpu_features()->brand,
		.tsc_hz = time_cycles_per_second(),
		.cpu = { { .id = 0, .control = true, .worker = &worker } },
		.cpu_count = 1,
		.uptime_us = time_us,
		.memory = system_memory,
		.log_read = system_log_read,
	};
	error = console_init(&router, &sys);
	if (error != 0)
		log_error("console", "does not listen: error %d", -error);
}

/* The line that says we forward; printed once. */
static void
announce(void)
{
	size_t routes = rib_count(router.rib);

	sys.boot_us = time_us();
	log_info("barewire", "ready: %u port%s, 1 worker, %zu route%s, %llu ms",
	    port_count, port_count == 1 ? "" : "s", routes,
	    routes == 1 ? "" : "s", (unsigned long long)sys.boot_us / 1000);
}

static _Noreturn void
loop(void)
{
	for (;;) {
		uint64_t now = time_us();

		worker_run_once(&worker, now, cpu_rdtsc());
		router_poll(&router, now);
		stack_poll(now);
		console_poll(now);
		log_poll();
	}
}

_Noreturn void
kernel_main(struct bootinfo *bi)
{
	cpu_init();          /* exceptions first: a fault must be seen */
	log_init(bi);        /* then a voice */
	mem_init(bi);        /* RAM for the page tables */
	paging_init(bi);     /* W^X, all RAM mapped, heap open */
	acpi_init(bi->rsdp); /* PM timer for time, MCFG for PCI */
	time_init();
	cpu_log();
	take_bootinfo(bi);
	pci_scan();
	find_ports();   /* rings are DMA memory: before the lock */
	load_config();  /* its names of ports are checked, its MTUs size... */
	make_buffers(); /* ...the buffers */
	make_worker();
	make_router();
	apply_config();
	start_console();
	mem_lock();                      /* what is left belongs to the heap */
	router_poll(&router, time_us()); /* publishes the first dataplane */
	announce();
	log_defer(); /* from here on the serial line must not hold us up */
	loop();
}
