/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small FIB and a list of what it should hold, which is searched from end to
 * end: the truth that needs no proof. Checks compare the two, and
 * end the program when they differ.
 */
#ifndef TESTS_UNIT_FIB_LIST_H
#define TESTS_UNIT_FIB_LIST_H

#include "net/fib.h"

enum { FIB_LIST_ROUTES = 600 };

struct fib_list_route {
	struct ip_prefix prefix;
	uint32_t nexthop;
};

struct fib_list {
	struct fib *fib; /* NULL: too little memory */
	void *memory;
	struct fib_list_route route[FIB_LIST_ROUTES];
	uint32_t count;
};

void fib_list_setup(struct fib_list *l, size_t bytes);
void fib_list_teardown(struct fib_list *l);

/*
 * Changes both. False, and neither has changed, when the FIB says so: also
 * after parking and reclaiming, which these do when they have to.
 */
bool fib_list_set(
    struct fib_list *l, const struct ip_prefix *prefix, uint32_t nexthop);
bool fib_list_clear(struct fib_list *l, const struct ip_prefix *prefix);
void fib_list_reclaim(struct fib_list *l);

/* The next hop by the list. */
uint32_t fib_list_lookup(const struct fib_list *l, const struct ip_addr *a);

void fib_list_check(const struct fib_list *l, const struct ip_addr *a);
/* Both ends of a prefix, and the addresses just outside. */
void fib_list_check_edges(
    const struct fib_list *l, const struct ip_prefix *prefix);
/* Each route: what it is and its edges; and how many there are. */
void fib_list_check_all(const struct fib_list *l);

/* An address of which one bit in `density` is set, so that prefixes nest. */
struct ip_addr fib_list_addr(uint8_t family, int density);
/* Such a prefix. Often it is the longest one, or the default route. */
struct ip_prefix fib_list_prefix(uint8_t family, int density);

#endif
