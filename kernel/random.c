/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A generator with fast key erasure: every block of key stream first replaces
 * the key, so that what was given out cannot be computed from what is left.
 *
 * The key absorbs 64 bits at a time: they are XORed into the counter part of
 * the state, and the key stream of that state becomes the new key.
 */
#include "kernel/random.h"

#include <stdbool.h>
#include <string.h>

#include "kernel/acpi.h"
#include "kernel/cpu.h"
#include "kernel/log.h"

enum {
	KEY_WORDS = 8,
	BLOCK_WORDS = 16,
	ROUNDS = 20,
	HARDWARE_WORDS = 8,      /* 64 bits each */
	HARDWARE_RETRIES = 1000, /* RDSEED runs dry for some microseconds */
	RESEED_BLOCKS = 65536,
	JITTER_ALONE = 2048,  /* samples; a few bits of each are random */
	JITTER_BESIDE = 256,  /* next to hardware */
	JITTER_STRIDE = 4093, /* prime: walks every line of the buffer */
	JITTER_BUFFER = 32768,
};

static uint32_t key[KEY_WORDS];
static uint32_t counter;
static bool seeded;

static uint32_t
rotl(uint32_t v, int n)
{
	return v << n | v >> (32 - n);
}

static void
quarter_round(uint32_t *s, int a, int b, int c, int d)
{
	s[a] += s[b];
	s[d] = rotl(s[d] ^ s[a], 16);
	s[c] += s[d];
	s[b] = rotl(s[b] ^ s[c], 12);
	s[a] += s[b];
	s[d] = rotl(s[d] ^ s[a], 8);
	s[c] += s[d];
	s[b] = rotl(s[b] ^ s[c], 7);
}

/* RFC 8439, 2.3: one block for the key, a counter and a nonce. */
static void
chacha20(uint32_t count, uint64_t nonce, uint32_t out[BLOCK_WORDS])
{
	uint32_t in[BLOCK_WORDS] = { 0x61707865, 0x3320646e, 0x79622d32,
		0x6b206574 };
	int i;

	memcpy(&in[4], key, sizeof(key));
	in[12] = count;
	in[13] = (uint32_t)nonce;
	in[14] = (uint32_t)(nonce >> 32);
	memcpy(out, in, sizeof(in));
	for (i = 0; i < ROUNDS; i += 2) {
		quarter_round(out, 0, 4, 8, 12);
		quarter_round(out, 1, 5, 9, 13);
		quarter_round(out, 2, 6, 10, 14);
		quarter_round(out, 3, 7, 11, 15);
		quarter_round(out, 0, 5, 10, 15);
		quarter_round(out, 1, 6, 11, 12);
		quarter_round(out, 2, 7, 8, 13);
		quarter_round(out, 3, 4, 9, 14);
	}
	for (i = 0; i < BLOCK_WORDS; i++)
		out[i] += in[i];
}

static void
absorb(uint64_t v)
{
	uint32_t block[BLOCK_WORDS];

	chacha20(++counter, v, block);
	memcpy(key, block, sizeof(key));
}

static bool
rdrand(uint64_t *v)
{
	bool ok;

	__asm__ volatile("rdrand %0" : "=r"(*v), "=@ccc"(ok));
	return ok;
}

static bool
rdseed(uint64_t *v)
{
	bool ok;

	__asm__ volatile("rdseed %0" : "=r"(*v), "=@ccc"(ok));
	return ok;
}

static bool
with_retries(bool (*read)(uint64_t *), uint64_t *v)
{
	int i;

	for (i = 0; i < HARDWARE_RETRIES; i++) {
		if (read(v))
			return true;
		cpu_pause();
	}
	return false;
}

/* Some processors return one value for ever: that is refused. */
static bool
absorb_hardware(void)
{
	bool (*read)(uint64_t *) = cpu_features()->rdseed ? rdseed : rdrand;
	uint64_t v, last = 0;
	int i;

	if (!cpu_features()->rdseed && !cpu_features()->rdrand)
		return false;
	for (i = 0; i < HARDWARE_WORDS; i++) {
		if (!with_retries(read, &v) || (i > 0 && v == last))
			return false;
		absorb(v);
		last = v;
	}
	return true;
}

/* How long memory and a slow port take, in cycles, is never quite the same. */
static void
absorb_jitter(uint32_t samples)
{
	static volatile uint8_t buffer[JITTER_BUFFER];
	uint32_t i, at = 0;

	for (i = 0; i < samples; i++) {
		at = (at + JITTER_STRIDE) % JITTER_BUFFER;
		buffer[at] = (uint8_t)(buffer[at] + 1);
		if (i % 64 == 0 && acpi_pm_timer_present())
			absorb(acpi_pm_timer_read());
		absorb(cpu_rdtsc());
	}
}

static void
seed(void)
{
	bool hardware = absorb_hardware();

	absorb_jitter(hardware ? JITTER_BESIDE : JITTER_ALONE);
	seeded = true;
	log_info("random", "seeded by %s",
	    hardware ? cpu_features()->rdseed ? "RDSEED and jitter"
	                                      : "RDRAND and jitter"
		     : "jitter alone");
}

void
random_bytes(void *out, size_t n)
{
	uint32_t block[BLOCK_WORDS];
	uint8_t *p = out;
	size_t take;

	if (!seeded)
		seed();
	while (n > 0) {
		if (++counter % RESEED_BLOCKS == 0)
			absorb_hardware();
		chacha20(counter, cpu_rdtsc(), block);
		memcpy(key, block, sizeof(key));
		take = sizeof(block) - sizeof(key);
		if (take > n)
			take = n;
		memcpy(p, &block[KEY_WORDS], take);
		p += take;
		n -= take;
	}
}

uint32_t
random_u32(void)
{
	uint32_t v;

	random_bytes(&v, sizeof(v));
	return v;
}
