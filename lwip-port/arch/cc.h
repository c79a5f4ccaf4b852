/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lwIP asks of the compiler and the platform.
 */
#ifndef LWIP_PORT_ARCH_CC_H
#define LWIP_PORT_ARCH_CC_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* ssize_t is there: lwIP takes this as the sign of it. */
#ifndef SSIZE_MAX
#define SSIZE_MAX LONG_MAX
#endif
#define LWIP_NO_UNISTD_H 1

#define LWIP_DONT_PROVIDE_BYTEORDER_FUNCTIONS
#define lwip_htons(x) __builtin_bswap16(x)
#define lwip_htonl(x) __builtin_bswap32(x)

uint32_t stack_random(void);
void *stack_heap_alloc(size_t size);

/*
 * lwIP checks some bad input by assertion alone, so one that fails is logged
 * and lwIP goes on; a broken pointer faults and is told by a panic.
 */
void stack_assert_failed(const char *text, const char *file, int line);

#define LWIP_RAND()             stack_random()
#define LWIP_PLATFORM_DIAG(x)   ((void)0)
#define LWIP_PLATFORM_ASSERT(x) stack_assert_failed(x, __FILE__, __LINE__)

#endif
