/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A router and a machine for tests of the console: two ports, of which the
 * first has two queues and counts them, two cores, a few routes and neighbours,
 * a log. Nothing moves unless a test moves it.
 */
#ifndef TESTS_FAKE_CONSOLE_H
#define TESTS_FAKE_CONSOLE_H

#include "console/api.h"

enum { FAKE_ROUTES = 2500, FAKE_LOG_LINES = 300 };

extern struct router fake_router;
extern struct system fake_system;
extern struct api fake_api;
extern struct counters fake_control, fake_worker;
extern struct iface_counters fake_vlan; /* of every sub-interface */
extern struct port_hw_stats fake_hw;
extern struct port_queue_stats fake_queue; /* of port0's queue 1 */
extern uint64_t fake_uptime_us;

void fake_setup(void);

#endif
