/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory of a chosen page size (pages.h): anonymous mappings with
 * MADV_NOHUGEPAGE or MADV_HUGEPAGE. Where the system's transparent huge pages
 * are off, huge ones come from those reserved in /proc/sys/vm/nr_hugepages.
 */
#include "tests/bench/pages.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { REGIONS = 64 };

static struct region {
	uintptr_t start;
	size_t size;
	enum pages kind;
} region[REGIONS];
static unsigned regions;
static bool hugetlb; /* the last resort was taken */

static void *
die(const char *what, size_t size)
{
	fprintf(stderr, "bench: %zu MiB: ", size >> 20);
	perror(what);
	exit(2);
}

/* Address space aligned to a huge page; what is too much is given back. */
static void *
reserve(size_t size)
{
	size_t more = size + PAGES_HUGE_SIZE;
	uint8_t *p = mmap(NULL, more, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	size_t head;

	if (p == MAP_FAILED)
		return die("mmap", size);
	head = -(uintptr_t)p & (PAGES_HUGE_SIZE - 1);
	if (head > 0)
		munmap(p, head);
	munmap(p + head + size, PAGES_HUGE_SIZE - head);
	return p + head;
}

static void
map_reserved(void *p, size_t size)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_HUGETLB;

	if (mmap(p, size, PROT_READ | PROT_WRITE, flags, -1, 0) == MAP_FAILED)
		die("no transparent huge pages, and nr_hugepages", size);
	hugetlb = true;
}

void *
pages_alloc(enum pages kind, size_t size)
{
	void *p;

	size = (size + PAGES_HUGE_SIZE - 1) & -PAGES_HUGE_SIZE;
	p = reserve(size);
	if (kind == PAGES_4K)
		madvise(p, size, MADV_NOHUGEPAGE);
	else if (madvise(p, size, MADV_HUGEPAGE) != 0)
		map_reserved(p, size);
	memset(p, 0, size);
	if (regions == REGIONS)
		die("too many regions", size);
	region[regions++] = (struct region){ (uintptr_t)p, size, kind };
	return p;
}

const char *
pages_how(enum pages kind)
{
	if (kind == PAGES_4K)
		return "anonymous, MADV_NOHUGEPAGE";
	return hugetlb ? "MAP_HUGETLB" : "anonymous, MADV_HUGEPAGE";
}

/* Bytes of huge pages, of either make, in a mapping that smaps tells about. */
static void
read_mapping(const char *line, size_t *huge)
{
	size_t kib;

	if (sscanf(line, "AnonHugePages: %zu kB", &kib) == 1 ||
	    sscanf(line, "Private_Hugetlb: %zu kB", &kib) == 1)
		*huge += kib << 10;
}

/*
 * Neighbours with the same advice are one mapping to the kernel, so that only
 * sums can be compared: of all mappings that begin or end with a region.
 */
bool
pages_check(enum pages kind)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	uintptr_t start = 0, end = 0, s, e;
	size_t huge = 0, want = 0;
	char line[512];
	unsigned i;

	if (f == NULL)
		return false;
	for (i = 0; i < regions; i++)
		want += region[i].kind == PAGES_HUGE ? region[i].size : 0;
	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &s, &e) == 2) {
			start = s;
			end = e;
			continue;
		}
		for (i = 0; i < regions; i++)
			if (region[i].kind == kind &&
			    region[i].start >= start && region[i].start < end)
				break;
		if (i < regions)
			read_mapping(line, &huge);
	}
	fclose(f);
	return kind == PAGES_4K ? huge == 0 : huge == want;
}
