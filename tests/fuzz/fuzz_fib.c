/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: net/addr.c tests/unit/fib_list.c */
/*
 * Any bytes as changes of a small FIB, of six bytes each, next to a list of
 * what it should hold:
 *
 *   0     what to do, the family, and whether the address is kept
 *   1     length of the prefix
 *   2     first bit of the address that may be other than before
 *   3, 4  the bits from there on
 *   5     the next hop
 *
 * The first byte says, too, whether memory is scarce. All is cleared in the
 * end, so that one FIB of each kind, which is large, serves for many inputs.
 */
#include <stdlib.h>

#include "tests/unit/fib_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	CHANGE = 6,
	DO = 7, /* of byte 0 */
	SIX = 8,
	KEEP = 16,
	SCARCE = 4096, /* bytes */
	ROOMY = 20000, /* routes that there is memory for, by estimate */
};

struct fuzz {
	struct fib_list list;
	struct ip_prefix prefix; /* of the change */
	bool roomy, loading;
	uint32_t loads;
};

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static void
take_prefix(struct fuzz *f, const uint8_t *data)
{
	uint8_t family = data[0] & SIX ? IP6 : IP4;
	uint8_t bits = ip_family_bits(family);
	uint32_t at = data[2] % bits, i;
	uint32_t value = (uint32_t)data[3] << 8 | data[4];
	struct ip_addr *a = &f->prefix.addr;

	if (!(data[0] & KEEP) || a->family != family)
		*a = (struct ip_addr){ .family = family };
	for (i = 0; i < 16 && at + i < bits; i++)
		if (value << i & 0x8000)
			a->byte[(at + i) / 8] ^=
			    (uint8_t)(0x80 >> (at + i) % 8);
	f->prefix.len = (uint8_t)(data[1] % (bits + 1));
}

/* Once an input, since all is painted then; a load that fails leaves nothing to
 * look at. */
static void
load(struct fuzz *f)
{
	if (f->loads++ > 0 || !f->roomy)
		return;
	f->loading = true;
	fib_load_begin(f->list.fib);
}

static void
end_load(struct fuzz *f)
{
	if (f->loading)
		require(fib_load_end(f->list.fib));
	f->loading = false;
}

static void
change(struct fuzz *f, const uint8_t *data)
{
	struct ip_prefix p;
	bool done = true;

	take_prefix(f, data);
	p = f->prefix;
	ip_addr_mask(&p.addr, p.len);
	switch (data[0] & DO) {
	case 0:
		fib_list_reclaim(&f->list);
		return;
	case 1:
		load(f);
		return;
	case 2:
		end_load(f);
		return;
	case 3:
	case 4:
		done = fib_list_clear(&f->list, &p);
		break;
	default:
		if (f->list.count < FIB_LIST_ROUTES)
			done = fib_list_set(&f->list, &p, 1u + data[5]);
		break;
	}
	require(done || !f->roomy);
	if (!f->loading)
		fib_list_check_edges(&f->list, &p);
}

static void
ready(struct fuzz *f, bool roomy)
{
	size_t more = roomy ? fib_memory(ROOMY, ROOMY) : SCARCE;

	if (f->list.fib == NULL)
		fib_list_setup(&f->list, fib_memory(0, 0) + more);
	f->prefix = (struct ip_prefix){ .len = 0 };
	f->roomy = roomy;
	f->loads = 0;
}

/* Where memory is scarce some may have to stay. */
static void
clear(struct fuzz *f)
{
	while (f->list.count > 0 &&
	       fib_list_clear(&f->list, &f->list.route[0].prefix))
		fib_list_check_edges(&f->list, &f->prefix);
	fib_list_check_all(&f->list);
	if (f->list.count == 0)
		return;
	require(!f->roomy);
	fib_list_teardown(&f->list);
	f->list.fib = NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fuzz kind[2];
	struct fuzz *f = &kind[size > 0 && data[0] & 0x80];

	ready(f, f == &kind[0]);
	for (; size >= CHANGE; data += CHANGE, size -= CHANGE)
		change(f, data);
	end_load(f);
	fib_list_check_all(&f->list);
	clear(f);
	return 0;
}
