/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plays scripts (play.h).
 */
#include "tests/frames/play.h"

#include <string.h>

#include "tests/frames/judge.h"
#include "tests/frames/mend.h"
#include "tests/frames/oracle.h"
#include "tests/frames/world.h"

enum {
	ETHER = 14,
	TAG = 4,
	V4 = 20,
	V6 = 40,
	TCP = 20,
	HEARD_MAX = 64,
	SILENCE_US = 11 * 1000 * 1000,
};

/* What left since the last frame came, without its tag. */
static struct heard {
	uint8_t port;
	uint16_t tci; /* 0: it had no tag, since VID 0 never leaves */
	uint16_t len;
	uint8_t frame[WORLD_FRAME_MAX];
} heard[HEARD_MAX];
static uint32_t heard_count;

/* The last TCP segment over IPv4 that the router sent: its packet's start. */
static uint8_t segment[V4 + TCP];
static uint16_t segment_len; /* the packet's, 0: there was none */

static const uint32_t pause_us[] = { 0, 0, 0, 1000, 30000, 1100000, 5000000,
	31000000 };

/* The router asks for neighbours, and tells groups, whenever it likes. */
static bool
is_question(const uint8_t *frame, uint16_t len)
{
	uint16_t type = be16_load(frame + 12);

	if (type == 0x0806)
		return frame[21] == 1;
	if (type != 0x86dd || len < ETHER + V6 + 8)
		return false;
	/* None of them can have been forwarded. */
	return frame[38] == 0xff ||
	       (frame[20] == 58 && frame[21] == 255 && frame[54] == 135);
}

static void
listen(uint8_t port, const uint8_t *frame, uint16_t len)
{
	struct heard *h = &heard[heard_count % HEARD_MAX];

	*h = (struct heard){ .port = port, .len = len };
	memcpy(h->frame, frame, len);
	if (be16_load(frame + 12) == 0x8100) {
		h->tci = be16_load(frame + ETHER);
		h->len -= TAG;
		memcpy(h->frame + 12, frame + 12 + TAG, h->len - 12u);
	}
	frame = h->frame;
	len = h->len;
	if (is_question(frame, len))
		return;
	heard_count++;
	if (len >= ETHER + V4 + TCP && be16_load(frame + 12) == 0x0800 &&
	    frame[ETHER] == 0x45 && frame[ETHER + 9] == 6) {
		memcpy(segment, frame + ETHER, sizeof(segment));
		segment_len = len - ETHER;
	}
}

static void
fault(const char *what, const uint8_t *frame, uint16_t len)
{
	world_show("a frame that came", frame, len);
	for (uint32_t i = 0; i < heard_count && i < HEARD_MAX; i++)
		world_show("what left", heard[i].frame, heard[i].len);
	world_fail(__FILE__, __LINE__, what);
}

/* With the priority that it came with, where it leaves with a tag. */
static bool
on_a_way(const struct oracle *o, const struct heard *h)
{
	for (uint32_t i = 0; i < o->way_count; i++) {
		const struct oracle_way *way = &o->way[i];
		const struct oracle_link *link = oracle_link(way->link);
		const uint8_t mac[] = { 2, 0, 0, 0, way->link, way->host };

		if (link->port == h->port &&
		    h->tci == (link->vid ? link->vid | o->priority : 0) &&
		    memcmp(mac, h->frame, sizeof(mac)) == 0)
			return true;
	}
	return false;
}

/* One hop less; the judge has looked at the checksum. */
static bool
is_forwarded(const uint8_t *in, const uint8_t *out, uint32_t len)
{
	bool four = in[0] >> 4 == 4;
	uint32_t ttl = four ? 8 : 7;

	if (out[ttl] != in[ttl] - 1 || memcmp(in, out, ttl) != 0)
		return false;
	if (!four)
		return memcmp(in + 8, out + 8, len - 8) == 0;
	return in[9] == out[9] && memcmp(in + 12, out + 12, len - 12) == 0;
}

static void
expect_forward(const struct oracle *o, const uint8_t *frame, uint16_t len)
{
	if (heard_count != 1)
		fault("one frame is to leave", frame, len);
	if (!on_a_way(o, &heard[0]))
		fault("it is to leave by its route", frame, len);
	if (heard[0].len != ETHER + o->len ||
	    !is_forwarded(frame + o->at, heard[0].frame + ETHER, o->len))
		fault("it is to leave unchanged", frame, len);
}

/* All pieces together are the packet (RFC 791, 3.2). */
static bool
is_whole(const struct oracle *o, const uint8_t *ip)
{
	uint32_t done = V4, first = be16_load(ip + 6);

	for (uint32_t i = 0; i < heard_count; i++) {
		const uint8_t *piece = heard[i].frame + ETHER;
		uint32_t size = heard[i].len - ETHER - V4;
		uint32_t at = be16_load(piece + 6);
		bool last = i == heard_count - 1 && !(first & 0x2000);

		if (!on_a_way(o, &heard[i]) || piece[0] != 0x45 ||
		    piece[1] != ip[1] || memcmp(piece + 4, ip + 4, 2) != 0 ||
		    piece[8] != ip[8] - 1 || piece[9] != ip[9] ||
		    memcmp(piece + 12, ip + 12, 8) != 0 ||
		    (at & 0x2000) != (last ? 0 : 0x2000) ||
		    (at & 0x1fff) != (first & 0x1fff) + (done - V4) / 8)
			return false;
		if (done + size > o->len ||
		    memcmp(piece + V4, ip + done, size) != 0)
			return false;
		done += size;
	}
	return done == o->len;
}

static uint64_t
forwarded(const struct counters *c)
{
	return c->forwarded4 + c->forwarded6;
}

/* Of the router itself, a group or a broadcast. */
static bool
is_for_router(const uint8_t *dst, uint8_t family)
{
	if (family == IP6 ? dst[0] == 0xff : dst[0] >= 224)
		return true;
	for (uint16_t i = 0; i < world->router.interface_count; i++) {
		const struct interface *on = &world->router.interface[i];

		for (uint32_t k = 0; k < on->address_count; k++)
			if (on->address[k].addr.family == family &&
			    memcmp(on->address[k].addr.byte, dst,
				family == IP4 ? 4 : 16) == 0)
				return true;
	}
	return false;
}

/*
 * Is there anything that the router could do with it without a word? It waits
 * for an address or other fragments, TCP or discovery takes note of it, or an
 * answer waits for its neighbour. All else is to be counted as a drop.
 */
static bool
may_be_used(const struct oracle *o, const uint8_t *frame, uint16_t len)
{
	static const uint8_t notes[] = { 2, 128, 130, 131, 133, 134, 135, 136 };
	const uint8_t *ip = frame + o->at;

	if (len >= o->at + V4 + TCP && o->type == 0x0800) {
		if (!is_for_router(ip + 16, IP4) || ip[0] != 0x45 ||
		    (be16_load(ip + 6) & 0x3fff) != 0)
			return true;
		return ip[9] == 6 || (ip[9] == 1 && ip[V4] == 8);
	}
	if (len >= o->at + V6 + 8 && o->type == 0x86dd) {
		if (!is_for_router(ip + 24, IP6) || ip[6] != 58)
			return ip[6] != 17 || !is_for_router(ip + 24, IP6);
		return memchr(notes, ip[V6], sizeof(notes)) != NULL;
	}
	return true;
}

/* Without those of packets that came before and waited. */
static uint64_t
drops_of(const struct counters *c)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < DROP_REASON_COUNT; i++)
		if (i != DROP_REASSEMBLY && i != DROP_NEIGHBOR_QUEUE &&
		    i != DROP_NO_NEIGHBOR)
			n += c[0].drop[i] + c[1].drop[i];
	return n;
}

static void
compare(const struct oracle *o, const uint8_t *frame, uint16_t len,
    const struct counters *before)
{
	struct counters now[2];

	world_counters(&now[0], &now[1]);
	switch (o->verdict) {
	case VERDICT_FORWARD:
		expect_forward(o, frame, len);
		break;
	case VERDICT_FRAGMENT:
		if (!is_whole(o, frame + o->at))
			fault("it is to leave in pieces", frame, len);
		break;
	case VERDICT_SILENT:
		if (heard_count > 0)
			fault("nothing is to leave", frame, len);
		/* fall through */
	case VERDICT_STOP:
		if (drops_of(now) != drops_of(before) + 1)
			fault("it is to be counted, once", frame, len);
		if (forwarded(&now[0]) != forwarded(&before[0]) ||
		    forwarded(&now[1]) != forwarded(&before[1]))
			fault("it is not to go on", frame, len);
		break;
	case VERDICT_ANY:
		if (drops_of(now) > drops_of(before) + 1)
			fault("it is to be counted once", frame, len);
		if (drops_of(now) == drops_of(before) && heard_count == 0 &&
		    !may_be_used(o, frame, len))
			fault("it is to be counted", frame, len);
		break;
	}
}

static void
play_alone(uint8_t port, const uint8_t *frame, uint16_t len)
{
	struct oracle o = oracle_ask(port, frame, len);
	struct counters before[2];

	world_counters(&before[0], &before[1]);
	heard_count = 0;
	WORLD_REQUIRE(world_offer(port, frame, len));
	world_run(0);
	WORLD_REQUIRE(heard_count <= HEARD_MAX);
	compare(&o, frame, len, before);
}

void
play_frame(uint8_t port, const uint8_t *frame, uint16_t len)
{
	world->listener = listen;
	play_alone(port, frame, len);
}

/* A client's: it acknowledges what it got, and goes on. */
static void
make_answer(uint8_t *frame, uint16_t len)
{
	uint8_t *ip = frame + ETHER, *tcp = ip + V4;
	const uint8_t *said = segment + V4;
	uint32_t got;

	if (segment_len == 0 || len < ETHER + V4 + TCP)
		return;
	got = segment_len - V4 - (said[12] >> 4) * 4u;
	be16_store(frame + 12, 0x0800);
	ip[0] = 0x45;
	be16_store(ip + 6, 0);
	ip[8] |= 0x40;
	ip[9] = 6;
	memcpy(ip + 12, segment + 16, 4);
	memcpy(ip + 16, segment + 12, 4);
	memcpy(tcp, said + 2, 2);
	memcpy(tcp + 2, said, 2);
	memcpy(tcp + 4, said + 8, 4);
	got += (said[13] & 2) != 0; /* SYN */
	got += said[13] & 1;        /* FIN */
	be32_store(tcp + 8, be32_load(said + 4) + got);
	tcp[12] = 0x50 | (tcp[12] & 15);
	mend_frame(frame, len);
}

uint32_t
play_cut(const uint8_t *script, size_t size, struct play_record *out)
{
	uint32_t n = 0;

	while (size > PLAY_RECORD && n < PLAY_RECORDS) {
		size_t len = be16_load(script + 1);

		if (len > size - PLAY_RECORD)
			len = size - PLAY_RECORD;
		if (len > WORLD_FRAME_MAX)
			len = WORLD_FRAME_MAX;
		out[n++] = (struct play_record){ script[0], (uint16_t)len,
			script + PLAY_RECORD };
		script += PLAY_RECORD + len;
		size -= PLAY_RECORD + len;
	}
	return n;
}

static void
play_record(const struct play_record *record)
{
	static uint8_t frame[WORLD_FRAME_MAX];
	uint8_t port = (record->how & PLAY_PORT) % WORLD_PORTS;

	memcpy(frame, record->frame, record->len);
	world_run(pause_us[(record->how & PLAY_TIME) >> 4]);
	if (record->how & PLAY_ANSWER)
		make_answer(frame, record->len);
	if (record->how & PLAY_MEND)
		mend_frame(frame, record->len);
	if (record->how & PLAY_MORE)
		WORLD_REQUIRE(world_offer(port, frame, record->len));
	else
		play_alone(port, frame, record->len);
}

void
play_script(const uint8_t *script, size_t size)
{
	struct play_record record[PLAY_RECORDS];
	uint32_t n = play_cut(script, size, record), i;

	world->listener = listen;
	segment_len = 0;
	world_run(SILENCE_US);
	for (i = 0; i < n; i++) {
		/* A burst is over: what follows is alone. */
		if (i > 0 && (record[i - 1].how & PLAY_MORE) &&
		    !(record[i].how & PLAY_MORE))
			world_run(0);
		play_record(&record[i]);
	}
	world_run(0);
	world_check();
}
