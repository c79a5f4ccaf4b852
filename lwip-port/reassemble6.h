/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6 packets to ourselves that come in pieces (RFC 8200 4.5, RFC 5722), put
 * together before lwIP sees them: lwIP's own reassembly keeps the other pieces
 * when two overlap, and quotes its own pointers when time is over.
 */
#ifndef LWIP_PORT_REASSEMBLE6_H
#define LWIP_PORT_REASSEMBLE6_H

#include <stddef.h>
#include <stdint.h>

#include "lwip-port/ip6_check.h"

enum {
	REASSEMBLE_PACKETS = 16,
	REASSEMBLE_PIECES = 192, /* of all packets: three of 64 KiB */
	REASSEMBLE_SECONDS = 60, /* RFC 8200 4.5 */
};

/* A piece, as a copy of its packet from the IPv6 header on. */
struct reassemble_piece {
	uint32_t start, end;           /* of what it carries, in the whole */
	uint16_t at;                   /* where that begins in `packet` */
	uint16_t len;                  /* of `packet` */
	uint8_t *packet;               /* NULL: free */
	struct reassemble_piece *next; /* in order of `start` */
};

struct reassemble_packet {
	uint8_t key[36]; /* source, destination, identification */
	uint16_t iface;  /* of the first piece that came */
	bool used;
	bool dead;      /* pieces overlap: nothing of it counts any more */
	uint32_t total; /* bytes of all pieces; 0: not known */
	uint64_t until_us;
	struct reassemble_piece *piece;
	/* of the piece with offset 0 */
	uint16_t header_len; /* the headers before its fragment header */
	uint16_t named_at;   /* the byte in them that names that */
};

struct reassembly {
	struct reassemble_packet packet[REASSEMBLE_PACKETS];
	struct reassemble_piece piece[REASSEMBLE_PIECES];
	void *(*alloc)(size_t size); /* NULL when memory is out */
	void (*free)(void *memory);
	bool refused;      /* the last fragment was of no use */
	uint32_t given_up; /* packets that gave way; the caller counts them */
};

/* Takes a copy of a fragment that `walk` found; the packet that is whole with
 * it, or NULL. */
struct reassemble_packet *reassemble_add(struct reassembly *r, uint64_t now_us,
    uint16_t iface, const uint8_t *packet, size_t len,
    const struct ip6_walk *walk);

/* Bytes of a whole packet from the IPv6 header on; and those bytes. */
size_t reassemble_size(const struct reassemble_packet *p);
void reassemble_take(const struct reassemble_packet *p, uint8_t *out);

void reassemble_free(struct reassembly *r, struct reassemble_packet *p);

/*
 * A packet that waits too long, or NULL. When its first piece came, `first` is
 * that: the source is told (RFC 8200 4.5). The caller frees the packet.
 */
struct reassemble_packet *reassemble_late(struct reassembly *r, uint64_t now_us,
    const struct reassemble_piece **first);

#endif
