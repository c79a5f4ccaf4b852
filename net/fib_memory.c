/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory of a FIB: from the front of the region, and from lists of what
 * was freed, one for each size in granules. When nothing fits, free neighbours
 * are joined. Some memory is kept for withdrawals, which may need it for a
 * moment, too: so a full table can be made smaller.
 */
#include "net/fib_private.h"

enum {
	BATCH_GRANULES = sizeof(struct fib_batch) / FIB_GRANULE,
	RESERVE = 32 * 1024 / FIB_GRANULE,
	END_MAX = 1 << 29,
};

/* What is free says so itself. */
struct crumb {
	uint32_t next; /* 0: none */
	uint32_t granules;
};

/*
 * Gathers of narrow values count in signed multiples of 2 bytes, hence END_MAX,
 * and read 2 bytes more than a value: the last granule stays unused.
 */
void
fib_memory_init(struct fib *fib, uint32_t first, size_t end)
{
	fib->used = first;
	fib->end = (end < END_MAX ? (uint32_t)end : END_MAX) - 1;
	fib_reserve(fib, true);
}

void
fib_reserve(struct fib *fib, bool keep)
{
	fib->reserve = keep ? RESERVE : 0;
}

static struct crumb *
crumb_at(const struct fib *fib, uint32_t ref)
{
	return fib_at(fib, ref);
}

static uint32_t
take_free(struct fib *fib, uint32_t granules)
{
	uint32_t ref = fib->free[granules];

	fib->free[granules] = crumb_at(fib, ref)->next;
	fib->free_granules -= granules;
	fib->crumbs--;
	return ref;
}

static void
put_free(struct fib *fib, uint32_t ref, uint32_t granules)
{
	*crumb_at(fib, ref) =
	    (struct crumb){ .next = fib->free[granules], .granules = granules };
	fib->free[granules] = ref;
	fib->free_granules += granules;
	fib->crumbs++;
}

void
fib_free(struct fib *fib, uint32_t ref, uint32_t granules)
{
	put_free(fib, ref, granules);
	fib->freed++;
}

/* Merges two lists that are sorted by place. */
static uint32_t
merge(const struct fib *fib, uint32_t a, uint32_t b)
{
	uint32_t head = 0, *link = &head;

	while (a != 0 && b != 0) {
		uint32_t *from = a < b ? &a : &b;

		*link = *from;
		link = &crumb_at(fib, *from)->next;
		*from = *link;
	}
	*link = a != 0 ? a : b;
	return head;
}

/* All that is free, sorted by place; the lists are empty then. */
static uint32_t
sort_all(struct fib *fib)
{
	uint32_t run[32] = { 0 }; /* run n has 2^n crumbs, or none */
	uint32_t size, ref, next, n;

	for (size = 1; size <= FIB_CLASS_MAX; size++) {
		for (ref = fib->free[size]; ref != 0; ref = next) {
			next = crumb_at(fib, ref)->next;
			crumb_at(fib, ref)->next = 0;
			for (n = 0; run[n] != 0; n++) {
				ref = merge(fib, run[n], ref);
				run[n] = 0;
			}
			run[n] = ref;
		}
		fib->free[size] = 0;
	}
	fib->free_granules = 0;
	fib->crumbs = 0;
	for (n = 0, ref = 0; n < 32; n++)
		ref = merge(fib, run[n], ref);
	return ref;
}

/* Free again what lies together: in pieces as large as can be. */
static void
put_joined(struct fib *fib, uint32_t ref, uint32_t granules)
{
	uint32_t piece;

	if (ref + granules == fib->used) {
		fib->used = ref;
		return;
	}
	for (; granules > 0; ref += piece, granules -= piece) {
		piece = granules < FIB_CLASS_MAX ? granules : FIB_CLASS_MAX;
		put_free(fib, ref, piece);
	}
}

static void
join(struct fib *fib)
{
	uint32_t ref = sort_all(fib), next, granules;

	fib->freed = 0;
	for (; ref != 0; ref = next) {
		granules = crumb_at(fib, ref)->granules;
		next = crumb_at(fib, ref)->next;
		while (next == ref + granules) {
			granules += crumb_at(fib, next)->granules;
			next = crumb_at(fib, next)->next;
		}
		put_joined(fib, ref, granules);
	}
}

/* The front part of something larger that is free. */
static uint32_t
take_part(struct fib *fib, uint32_t granules)
{
	uint32_t whole, ref;

	for (whole = granules + 1; whole <= FIB_CLASS_MAX; whole++) {
		if (fib->free[whole] == 0)
			continue;
		ref = take_free(fib, whole);
		put_free(fib, ref + granules, whole - granules);
		return ref;
	}
	return 0;
}

static uint32_t
take(struct fib *fib, uint32_t granules)
{
	uint32_t ref = fib->used;

	if (fib->free[granules] != 0)
		return take_free(fib, granules);
	if (granules + fib->reserve > fib->end - fib->used)
		return take_part(fib, granules);
	fib->used += granules;
	return ref;
}

/* From the front or from the lists: what is kept back may be in either. */
static size_t
free_granules(const struct fib *fib)
{
	return fib->end - fib->used + fib->free_granules;
}

/* Joining is dear: it waits until some part of the crumbs is new, unless the
 * last memory is at stake. */
uint32_t
fib_alloc(struct fib *fib, uint32_t granules)
{
	uint32_t ref;

	if (granules + fib->reserve > free_granules(fib))
		return 0;
	ref = take(fib, granules);
	if (ref == 0 && fib->freed > (fib->reserve ? fib->crumbs / 8 : 0)) {
		join(fib);
		ref = take(fib, granules);
	}
	return ref;
}

/*
 * The first batch of a list needs no memory: there is one for what is parked,
 * and one for what is not yet.
 */
static uint32_t
own_batch(const struct fib *fib, uint32_t i)
{
	return (uint32_t)(((const uint8_t *)&fib->batch[i] - fib->base) /
			  FIB_GRANULE);
}

/* An empty batch behind the others. */
static bool
add_batch(struct fib *fib, struct fib_list *list)
{
	bool first = list->first == 0;
	uint32_t ref = own_batch(fib, fib->parked.first == own_batch(fib, 0));

	if (!first) {
		ref = fib_alloc(fib, BATCH_GRANULES);
		if (ref == 0)
			return false;
		((struct fib_batch *)fib_at(fib, list->last))->next = ref;
		list->granules += BATCH_GRANULES;
	}
	*(struct fib_batch *)fib_at(fib, ref) = (struct fib_batch){ 0 };
	if (first)
		list->first = list->fill = ref;
	list->last = ref;
	list->room += FIB_BATCH;
	return true;
}

bool
fib_retire_room(struct fib *fib, uint32_t count)
{
	while (fib->limbo.room < count)
		if (!add_batch(fib, &fib->limbo))
			return false;
	return true;
}

void
fib_retire(struct fib *fib, uint32_t ref, uint32_t granules)
{
	struct fib_list *list = &fib->limbo;
	struct fib_batch *batch = fib_at(fib, list->fill);

	if (batch->count == FIB_BATCH) {
		list->fill = batch->next;
		batch = fib_at(fib, list->fill);
	}
	batch->ref[batch->count] = ref;
	batch->granules[batch->count++] = (uint8_t)granules;
	list->count++;
	list->room--;
	list->granules += granules;
}

/* Also batches that a change had made ready, and then was refused. */
bool
fib_must_park(const struct fib *fib)
{
	return fib->limbo.granules > 0;
}

void
fib_park(struct fib *fib)
{
	fib->parked = fib->limbo;
	fib->limbo = (struct fib_list){ 0 };
}

void
fib_reclaim(struct fib *fib)
{
	uint32_t ref = fib->parked.first, next, i;

	for (; ref != 0; ref = next) {
		struct fib_batch *batch = fib_at(fib, ref);

		for (i = 0; i < batch->count; i++)
			fib_free(fib, batch->ref[i], batch->granules[i]);
		next = batch->next;
		if (ref != fib->parked.first)
			fib_free(fib, ref, BATCH_GRANULES);
	}
	fib->parked = (struct fib_list){ 0 };
}
