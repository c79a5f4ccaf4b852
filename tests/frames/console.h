/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A TCP server on the world's router (world.h).
 */
#ifndef TESTS_FRAMES_CONSOLE_H
#define TESTS_FRAMES_CONSOLE_H

#include <stdbool.h>

/* False when lwIP has no room for it. */
bool console_listen(void);

#endif
