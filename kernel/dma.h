/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that devices read and write. RAM is identity-mapped, so the address
 * that a device uses is the pointer. x86 keeps DMA coherent with the caches;
 * the barriers below order our accesses as the device sees them.
 */
#ifndef KERNEL_DMA_H
#define KERNEL_DMA_H

#include <stddef.h>
#include <stdint.h>

/*
 * Zeroed, physically contiguous, never freed; `align` is a power of two.
 * Boot only: returns NULL when memory is out or the boot allocator is locked.
 */
void *dma_alloc(size_t size, size_t align);

static inline uint64_t
dma_addr(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

/* Earlier descriptor reads complete before later payload reads. */
#define dma_rmb() __asm__ volatile("lfence" ::: "memory")
/* Earlier descriptor writes are visible before a later tail write. */
#define dma_wmb() __asm__ volatile("sfence" ::: "memory")

#endif
