/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* sanitize: thread */
/* wrap: free */
/* libs: router */
/* objects: tests/unit/stress_world.c tests/unit/log_stub.c */
/*
 * Workers forward while core 0 replaces FIB and adjacencies as fast as it can,
 * and stops and starts ports. No packet may leave by what is not valid any
 * more, and no buffer may be lost. What is freed is overwritten first.
 *
 * With the argument "broken" core 0 does not wait for the workers. The last
 * test runs that, and it must fail.
 */
#include <malloc.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "control/neighbor.h"
#include "control/router_private.h"
#include "tests/unit/stress_world.h"

enum {
	CHANGES = 6000,
	ENOUGH = 250, /* on a slow machine, after so many seconds: */
	SECONDS = 10,
	GIVE_UP = 60,
	POISON = 0xdd,
	OLD = 16, /* gateways that stay valid after their route is gone */
	TOGGLE_EACH = 32,
	FLAP_EACH = 20,
	GROW_EACH = 100,
	SPECIFICS = 16, /* routes under each route, with its gateway */
	SECOND_US = 1000000,
	NAP_NS = 50 * 1000,
};

static const char config[] = "interface port0\n ip address 10.0.0.1/16\n"
			     "interface port1\n ip address 10.1.0.1/16\n"
			     "interface port2\n ip address 10.2.0.1/16\n"
			     "interface port3\n ip address 10.3.0.1/16\n";

struct gateway {
	uint32_t port, version;
};

static struct {
	struct gateway route[STRESS_ROUTES];
	struct gateway old[OLD];
	uint32_t version;
	uint64_t now_us;
	uint64_t frames; /* that core 0 sent */
	uint32_t growths;
	bool broken;
} core0;

void __real_free(void *memory);
void __wrap_free(void *memory);

void
__wrap_free(void *memory)
{
	if (memory != NULL)
		memset(memory, POISON, malloc_usable_size(memory));
	__real_free(memory);
}

static void
halt(sem_t *wake, long ns)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += ns;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	sem_timedwait(wake, &t);
}

static void
rest(struct stress_core *c)
{
	enum worker_rest how = worker_may_rest(&c->worker);

	if (how == WORKER_STAYS)
		return;
	halt(&c->wake, how == WORKER_NAPS ? NAP_NS : 20 * NAP_NS);
	worker_woken(&c->worker);
}

static void *
run_worker(void *arg)
{
	struct stress_core *c = arg;
	uint64_t turn;
	uint32_t k;

	for (turn = 0; !atomic_load(&stress->stop); turn++) {
		for (k = 0; k < STRESS_ROUTES; k++)
			c->known[k] = atomic_load(&stress->settled[k]);
		if (worker_run_once(&c->worker, turn, turn) == 0)
			rest(c);
	}
	return NULL;
}

static void
learn(uint32_t route, const struct gateway *g)
{
	struct ip_addr a = stress_gateway(g->port, g->version);
	uint8_t mac[ETH_ALEN];

	stress_mac(mac, route, g->version, g->port);
	router_neighbor_heard(&stress->router, (uint16_t)g->port, &a, mac,
	    HEARD_SOLICITED | HEARD_OVERRIDE | HEARD_CREATE);
}

static void
forget(const struct gateway *g)
{
	struct ip_addr a = stress_gateway(g->port, g->version);
	uint32_t adj = adj_find(
	    &stress->router.adj, (uint16_t)g->port, a.family, a.byte);

	if (g->version != 0 && adj != ADJ_NONE)
		neighbor_lose(&stress->router, adj);
}

/* Route `k` and what is more specific, by this gateway. */
static void
change_routes(uint32_t k, const struct gateway *g,
    int (*change)(struct rib *rib, const struct rib_route *route))
{
	struct rib_route route = {
		.prefix = { { { 20, (uint8_t)k }, IP4 }, 16 },
		.gateway = stress_gateway(g->port, g->version),
		.iface = IFACE_NONE,
		.type = ROUTE_UNICAST,
		.source = SOURCE_STATIC,
		.distance = 1,
	};
	uint32_t i;

	STRESS_CHECK(change(stress->router.rib, &route) == 0);
	route.prefix.len = 24;
	for (i = 0; i < SPECIFICS; i++) {
		route.prefix.addr.byte[2] = (uint8_t)(i * 16 + g->version % 16);
		STRESS_CHECK(change(stress->router.rib, &route) == 0);
	}
}

static void
poll(void)
{
	uint32_t i;

	for (i = 0; core0.broken && i < STRESS_WORKERS; i++)
		atomic_store(&stress->workers[i]->quiescent, WORKER_ASLEEP);
	do {
		core0.now_us += SECOND_US;
		router_poll(&stress->router, core0.now_us);
	} while (!core0.broken && settle_has_work(&stress->router));
}

/* A route gets another gateway, which nobody has heard of before. */
static void
change(uint32_t k)
{
	struct gateway *g = &core0.route[k];
	struct gateway *old = &core0.old[core0.version % OLD];
	struct gateway was;

	forget(old);
	*old = *g;
	was = *g;
	g->version = core0.version++;
	g->port = (g->version ^ g->version >> 4) % STRESS_PORTS;
	atomic_store(&stress->tried[k], g->version);
	learn(k, g);
	change_routes(k, g, rib_add);
	if (was.version != 0)
		change_routes(k, &was, rib_remove);
	router_routes_changed(&stress->router);
	poll();
	STRESS_CHECK(!stress->router.dirty);
	atomic_store(&stress->settled[k], g->version);
}

/* A port that workers share, or one that has an owner, goes down or up. */
static void
toggle(uint32_t n)
{
	struct interface *i = &stress->router.interface[n % 2 == 0 ? 1 : 3];

	i->admin_up = !i->admin_up;
	stress->router.dirty = true;
}

/* A link goes down or comes back. */
static void
flap(uint32_t n)
{
	struct stress_port *sp = &stress->port[n % STRESS_PORTS];

	sp->down = !sp->down;
}

/* ThreadSanitizer does not see what gathers load, nor then what follows. */
static void
without_gathers(struct fib_home *home)
{
#ifdef __SANITIZE_THREAD__
	if (!fib_level_limit(home->fib, "popcnt"))
		fib_level_limit(home->fib, "baseline");
#else
	(void)home;
#endif
}

/* Another FIB takes the place of the one in use. */
static void
grow(void)
{
	struct router_private *p = stress->router.private;

	if (p->next != NULL)
		return;
	STRESS_CHECK(growth_begin(&stress->router, p->home->size) == 0);
	without_gathers(p->next);
	core0.growths++;
}

static void
speak(uint32_t n)
{
	uint8_t frame[60] = { 2 };
	uint16_t iface = (uint16_t)(n % STRESS_PORTS);

	memcpy(frame + 6, stress->ports[iface]->mac, ETH_ALEN);
	be16_store(frame + 12, STRESS_ETHERTYPE);
	if (router_transmit(&stress->router, iface, frame, sizeof(frame)) == 0)
		core0.frames++;
}

static void
doze(void)
{
	struct stress_core *c = &stress->control;

	bell_set(&c->worker.bell);
	if (!router_has_work(&stress->router))
		halt(&c->wake, NAP_NS);
	bell_clear(&c->worker.bell);
}

static void
setup(void)
{
	const struct files no_files = { NULL, 0, "" };
	struct config_errors errors = { .count = 0 };
	struct config_world world = { .files = &no_files };
	struct config c;
	uint32_t k;

	memset(&core0.route, 0, sizeof(core0.route));
	memset(&core0.old, 0, sizeof(core0.old));
	core0.version = STRESS_FIRST;
	core0.frames = core0.growths = 0;
	stress_setup();
	without_gathers(stress->router.private->home);
	world.port = stress->ports;
	STRESS_CHECK(config_parse("test.conf", config, strlen(config), &world,
			 &c, &errors) == 0);
	STRESS_CHECK(router_apply(&stress->router, &c) == 0);
	poll();
	for (k = 0; k < STRESS_ROUTES; k++)
		change(k);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Returns the checks that failed. */
static uint32_t
run(uint32_t changes, bool ports, bool tables)
{
	double begin = seconds();
	uint32_t i, n;

	for (i = 0; i < STRESS_WORKERS; i++)
		pthread_create(&stress->core[i].thread, NULL, run_worker,
		    &stress->core[i]);
	for (n = 0; n < changes && seconds() - begin < SECONDS; n++) {
		change(n * 7 % STRESS_ROUTES);
		speak(n);
		if (ports && n % TOGGLE_EACH == 0)
			toggle(n / TOGGLE_EACH);
		if (tables && n % FLAP_EACH == 0)
			flap(n / FLAP_EACH);
		if (tables && n % GROW_EACH == 0)
			grow();
		if (n % 8 == 0)
			doze();
	}
	atomic_store(&stress->stop, true);
	for (i = 0; i < STRESS_WORKERS; i++)
		pthread_join(stress->core[i].thread, NULL);
	print_message("%.0f changes a second\n", n / (seconds() - begin));
	STRESS_CHECK(n >= ENOUGH);
	return atomic_load(&stress->wrongs);
}

/* That there was load, and of each kind. */
static void
check_load(void)
{
	struct counters sum;
	uint64_t handed = 0, control = 0;
	uint32_t i, q;

	router_counters(&stress->router, &sum);
	for (i = 0; i < STRESS_PORTS; i++)
		for (q = 0; q < STRESS_WORKERS; q++)
			control += stress->port[i].queue[q].from_control;
	for (i = STRESS_SHARED; i < STRESS_PORTS; i++)
		handed += stress->port[i].queue[0].sent;
	print_message("%llu packets, %llu forwarded, %llu handed over, %llu "
		      "punted to the stack, %llu of %llu from core 0, %llu "
		      "sleeps\n",
	    (unsigned long long)sum.packets, (unsigned long long)sum.forwarded4,
	    (unsigned long long)handed, (unsigned long long)stress->inputs,
	    (unsigned long long)control, (unsigned long long)core0.frames,
	    (unsigned long long)sum.sleeps);
	STRESS_CHECK(sum.forwarded4 > ENOUGH && handed > ENOUGH);
	STRESS_CHECK(stress->inputs > 0 && control > 0 && sum.sleeps > 0);
}

static uint32_t
finish(void)
{
	uint32_t wrongs;

	stress_teardown();
	wrongs = atomic_load(&stress->wrongs);
	free(stress);
	return wrongs;
}

static void
test_snapshots(void **state)
{
	(void)state;
	setup();
	assert_int_equal(run(CHANGES, false, false), 0);
	check_load();
	assert_int_equal(finish(), 0);
}

static void
test_ports(void **state)
{
	(void)state;
	setup();
	assert_int_equal(run(CHANGES, true, false), 0);
	check_load();
	assert_true(stress->port[1].stops > 1 && stress->port[3].stops > 1);
	assert_int_equal(stress->port[0].stops, 0);
	assert_int_equal(finish(), 0);
}

static void
test_tables(void **state)
{
	(void)state;
	setup();
	assert_int_equal(run(CHANGES, false, true), 0);
	check_load();
	assert_true(core0.growths > 1);
	assert_int_equal(finish(), 0);
}

static int
run_broken(void)
{
	core0.broken = true;
	alarm(GIVE_UP);
	setup();
	return run(CHANGES, false, false) != 0;
}

/* The test sees it when memory is freed too early. */
static void
test_broken(void **state)
{
	char name[] = "test_stress", how[] = "broken";
	char *const argv[] = { name, how, NULL };
	int status = 0;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(0);
		execv("/proc/self/exe", argv);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status))
		assert_int_not_equal(WEXITSTATUS(status), 0);
	else
		assert_int_not_equal(WTERMSIG(status), SIGALRM);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_snapshots),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_broken),
	};

	if (argc > 1 && strcmp(argv[1], "broken") == 0)
		return run_broken();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
