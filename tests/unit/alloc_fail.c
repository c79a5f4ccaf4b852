/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes one allocation fail: for tests that wrap malloc, calloc, realloc and
 * aligned_alloc.
 */
#include "tests/unit/alloc_fail.h"

#include <stddef.h>

long alloc_fail_after = -1;
bool alloc_fail_stays;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_aligned_alloc(size_t align, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_aligned_alloc(size_t align, size_t size);

static int
fails(void)
{
	if (alloc_fail_after == 0 && alloc_fail_stays)
		return true;
	return alloc_fail_after >= 0 && alloc_fail_after-- == 0;
}

void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

void *
__wrap_aligned_alloc(size_t align, size_t size)
{
	return fails() ? NULL : __real_aligned_alloc(align, size);
}
