/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The composition root: puts the rooms together, then runs the cores' loops.
 * kernel_main(), at the end, is the table of contents; the order of its lines
 * matters, and each line says why. Before it come the loops, then its steps.
 *
 * Core 0 controls. The others are workers, worker n on core n + 1. A core 0
 * that is alone is worker 0 too.
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
#include "kernel/lapic.h"
#include "kernel/log.h"
#include "kernel/mem.h"
#include "kernel/paging.h"
#include "kernel/panic.h"
#include "kernel/pci.h"
#include "kernel/random.h"
#include "kernel/smp.h"
#include "kernel/time.h"
#include "lwip-port/stack.h"
#include "net/team.h"
#include "version.h"

enum {
	BUFFERS_RAM_SHARE = 4, /* at most a quarter of the RAM */
	/* Entries of the table of neighbours: of each port, with what holds no
	 * MAC yet, and for gateways; at most so much of the RAM. */
	NEIGHBORS_PORT = 10240,
	NEIGHBORS_MORE = 2048,
	NEIGHBORS_RAM_SHARE = 48,
	NEIGHBOR_BYTES = 112,
	IDLE_US = 100,      /* without packets, before a core may halt */
	NAP_US = 50,        /* how long a NIC that cannot wake us may wait */
	TICK_US = 1000,     /* how long core 0's timers may wait */
	LOOK_US = 100000,   /* until a worker looks though nothing woke it */
	LINKS_US = 1500000, /* from start until we do not wait for links */
};

static struct port port_storage[PORT_MAX];
static struct port *ports[PORT_MAX + 1];
static uint32_t port_count;

static struct worker *worker; /* as many as there are */
static struct worker *workers[WORKER_MAX];
static struct pool pools[WORKER_MAX], control_pool;
static struct counters worker_counters[WORKER_MAX], control_counters;
static struct bell control_bell;
static struct team team = { .worker = workers, .port = ports };
static uint32_t buffers;
static _Atomic bool open_for_work; /* the workers wait for it */
_Static_assert(SMP_MAX - 1 <= (int)WORKER_MAX, "a worker for each core");

static struct file file_table[BOOT_FILE_MAX];
static char file_names[BOOT_FILE_MAX][BOOT_NAME_MAX];
static char volume_name[BOOT_NAME_MAX], loader_name[BOOT_NAME_MAX];
static struct files files;
static const struct config_world world = { .port = ports, .files = &files };
static struct config config; /* of this boot, until it is applied */
static struct router router;
static struct system sys;

static bool
alone(void)
{
	return smp_count() == 1;
}

/* The core that a worker runs on. */
static uint32_t
core_of(const struct worker *w)
{
	return alone() ? 0 : w->id + 1;
}

/* Ends the halt of a core, from any core. */
static void
wake_core(void *core)
{
	lapic_send(smp_apic_id((uint32_t)(uintptr_t)core), VECTOR_WAKE);
}

/* Whether a core that had its last packet at `busy` may halt now. */
static bool
may_rest(uint64_t now, uint64_t busy)
{
	return now - busy >= IDLE_US && lapic_present() &&
	       atomic_load_explicit(&router.poll_mode, memory_order_relaxed) ==
	           POLL_ADAPTIVE;
}

/* Halts a worker's core until there is work, at most `most`. */
static void
rest(struct worker *w, uint32_t most)
{
	enum worker_rest depth = worker_may_rest(w);

	if (depth == WORKER_STAYS)
		return;
	lapic_wait(depth == WORKER_NAPS ? NAP_US : most);
	worker_woken(w);
}

/* Returns how long the next turn may wait. */
static uint32_t
control_turn(uint64_t now)
{
	router_poll(&router, now);
	stack_poll(now);
	console_poll(now);
	return log_poll() ? NAP_US : TICK_US;
}

/* Core 0 with no other. */
static _Noreturn void
loop_alone(void)
{
	uint64_t busy = time_us();

	for (;;) {
		uint64_t now = time_us();
		uint32_t most;

		if (worker_run_once(&worker[0], now, cpu_rdtsc()) > 0)
			busy = now;
		most = control_turn(now);
		if (may_rest(now, busy) && !router_has_work(&router))
			rest(&worker[0], most);
	}
}

/* Core 0 with workers. */
static _Noreturn void
loop_control(void)
{
	uint64_t busy = time_us();

	for (;;) {
		uint64_t now = time_us();
		uint32_t most;

		if (router_has_work(&router))
			busy = now;
		most = control_turn(now);
		if (!may_rest(now, busy)) {
			cpu_pause();
			continue;
		}
		bell_set(&control_bell);
		if (!router_has_work(&router))
			lapic_wait(most);
		bell_clear(&control_bell);
	}
}

/* Every other core. */
static void
loop_worker(uint32_t core)
{
	struct worker *w;
	uint64_t busy;

	/*
	 * Halted: the others boot on what it does not use. And without a timer,
	 * which would be a write to the local APIC each time: under QEMU 7.2
	 * with several processors, one such write was lost in some 400 boots,
	 * most likely while another processor moved a device's BAR, and this
	 * one then slept for ever.
	 */
	while (!atomic_load_explicit(&open_for_work, memory_order_acquire))
		lapic_wait(0);
	w = &worker[core - 1];
	for (busy = time_us();;) {
		uint64_t now = time_us();

		if (worker_run_once(w, now, cpu_rdtsc()) > 0)
			busy = now;
		else if (may_rest(now, busy))
			/* What a message that is lost costs at most. */
			rest(w, LOOK_US);
		else
			cpu_pause(); /* its sibling has better use for it */
	}
}

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

/* Before the ports: there is a queue pair for each worker. */
static void
start_cores(void)
{
	uint32_t cores = smp_start(loop_worker);

	team.count = cores == 1 ? 1 : cores - 1;
	team.control = alone() ? NULL : &control_bell;
	worker = dma_alloc(team.count * sizeof(*worker), 64);
	if (worker == NULL)
		panic("no memory for the workers");
	for (uint32_t i = 0; i < team.count; i++)
		workers[i] = &worker[i];
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
		if (nic_probe(pci_get(i), p) != 0)
			continue;
		team_choose_queues(&team, p);
		ports[port_count++] = p;
	}
	config_free(&preview);
}

static void
load_config(void)
{
	config_load(&world, &config);
	team.room = config_buffer_room(&config);
}

static void
make_pool(struct pool *pool, uint32_t n)
{
	void *region = dma_alloc(pool_region_size(n, team.room), POOL_BLOCK);
	struct pkt **slots = malloc(pool_slots_size(n));

	if (region == NULL || slots == NULL)
		panic("no memory for %u packet buffers", n);
	pool_init(pool, slots, region, n, team.room);
	buffers += n;
}

static void
make_buffers(void)
{
	uint32_t worker_share[WORKER_MAX], control_share;
	struct mem_stats ram;

	mem_stats(&ram);
	team_divide(&team,
	    ram.total / BUFFERS_RAM_SHARE / pkt_stride(team.room), worker_share,
	    &control_share);
	if (team_shorten_rings(&team, worker_share))
		log_warn("main", "little memory: receive rings are shortened");
	if (!alone())
		make_pool(&control_pool, control_share);
	for (uint32_t i = 0; i < team.count; i++)
		make_pool(&pools[i], worker_share[i]);
	log_info("main", "%u packet buffers of %u bytes", buffers, team.room);
}

/* How the others, and the NICs, end the halt of a worker's core. */
static void
make_wakeable(struct worker *w)
{
	uint32_t core = core_of(w), apic_id = smp_apic_id(core);

	w->bell.wake = wake_core;
	w->bell.arg = (void *)(uintptr_t)core;
	if (!lapic_present())
		return;
	for (uint32_t i = 0; i < w->rx_count; i++)
		w->rx[i].port->message[w->rx[i].queue] = (struct port_message){
			.address = lapic_message_address(apic_id),
			.data = lapic_message_data(VECTOR_WAKE),
		};
}

static void
make_workers(void)
{
	struct arena memory = { .size = team_memory(&team) };

	for (uint32_t i = 0; i < team.count; i++) {
		worker[i].pool = &pools[i];
		worker[i].counters = &worker_counters[i];
	}
	memory.base = dma_alloc(memory.size, 64);
	if (memory.base == NULL || !team_wire(&team, &memory))
		panic("no memory for the links between cores");
	for (uint32_t i = 0; i < team.count; i++)
		make_wakeable(&worker[i]);
	control_bell.wake = wake_core; /* of core 0 */
}

static uint32_t
neighbors_wanted(void)
{
	uint32_t wanted = port_count * NEIGHBORS_PORT + NEIGHBORS_MORE;
	struct mem_stats ram;
	uint64_t most;

	mem_stats(&ram);
	most = ram.total / NEIGHBORS_RAM_SHARE / NEIGHBOR_BYTES;
	return wanted < most ? wanted : (uint32_t)most;
}

static void
make_router(void)
{
	const struct router_parts parts = {
		.port = ports,
		.worker = workers,
		.worker_count = team.count,
		.stack = &stack_lwip_ops,
		.pool = alone() ? &pools[0] : &control_pool,
		.counters = &control_counters,
		.neighbors = neighbors_wanted(),
		.random = random_u32,
		.clock_us = time_us,
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
	uint32_t free = control_pool.count;
	struct mem_stats ram;

	mem_stats(&ram);
	for (uint32_t i = 0; i < team.count; i++)
		free += pools[i].count;
	*out = (struct system_memory){
		.total = ram.total,
		.used = ram.dma + ram.heap_used,
		.free = ram.heap - ram.heap_used,
		.heap_size = ram.heap,
		.heap_used = ram.heap_used,
		.buffers = buffers,
		.buffers_free = free,
	};
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
		.cpu_count = smp_count(),
		.uptime_us = time_us,
		.memory = system_memory,
		.log_read = system_log_read,
	};
	for (uint32_t i = 0; i < sys.cpu_count; i++)
		sys.cpu[i] = (struct system_cpu){
			.id = i,
			.apic_id = smp_apic_id(i),
			.control = i == 0,
		};
	for (uint32_t i = 0; i < team.count; i++)
		sys.cpu[core_of(&worker[i])].worker = &worker[i];
	error = console_init(&router, &sys);
	if (error != 0)
		log_error("console", "does not listen: error %d", -error);
}

/* The boot's files are loaded, and links had a while to come up. */
static bool
is_ready(uint64_t waited)
{
	return !router_loading(&router) &&
	       (router_links_up(&router) || waited >= LINKS_US);
}

/* Starts the ports; packets flow by what is loaded so far. */
static void
start_forwarding(void)
{
	uint64_t start = time_us(), now;

	atomic_store_explicit(&open_for_work, true, memory_order_release);
	for (uint32_t core = 1; core < smp_count(); core++)
		wake_core((void *)(uintptr_t)core);
	do {
		now = time_us();
		if (alone())
			worker_run_once(&worker[0], now, cpu_rdtsc());
		control_turn(now);
	} while (!is_ready(now - start));
}

/* The line that says we forward; printed once. */
static void
announce(void)
{
	size_t routes = rib_count(router.rib);

	sys.boot_us = time_us();
	log_info("barewire",
	    "ready: %u port%s, %u worker%s, %zu route%s, %llu ms", port_count,
	    port_count == 1 ? "" : "s", team.count, team.count == 1 ? "" : "s",
	    routes, routes == 1 ? "" : "s",
	    (unsigned long long)sys.boot_us / 1000);
	mem_log();
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
	lapic_init();
	smp_reserve(bi);
	take_bootinfo(bi); /* last use of what the loader left */
	start_cores();     /* they wait until we are done */
	pci_scan();
	find_ports();   /* rings are DMA memory: before the lock */
	load_config();  /* its names of ports are checked, its MTUs size... */
	make_buffers(); /* ...the buffers */
	make_workers();
	make_router();
	apply_config();
	start_console();
	mem_lock(); /* what is left belongs to the heap */
	start_forwarding();
	announce();
	log_defer(); /* from here on the serial line must not hold us up */
	if (alone())
		loop_alone();
	loop_control();
}
