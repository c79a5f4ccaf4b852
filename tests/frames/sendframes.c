/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random frames (random.h) onto wires, as fast as they are taken. A wire is a
 * datagram socket, open as a number, and the path of its far end; frames that
 * come back on it are read and forgotten.
 *
 *   sendframes COUNT SEED PORT:SOCKET:PATH...
 *
 * Prints how many frames were sent on each port, of those how many every NIC
 * would take (to its own MAC or to all), and how many came back.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/frames/config.h"
#include "tests/frames/random.h"

enum { LONGEST = 1514, BATCH = 64, WIRES = 8 };

static struct wire {
	unsigned int port;
	int socket;
	struct sockaddr_un far;
	uint64_t sent, taken, came;
} wires[WIRES];

static bool
is_taken(const struct wire *w, const uint8_t *frame)
{
	const uint8_t mac[] = WORLD_MAC((uint8_t)w->port);
	static const uint8_t all[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	return memcmp(frame, mac, sizeof(mac)) == 0 ||
	       memcmp(frame, all, sizeof(all)) == 0;
}

/* Else the far end could not send. */
static void
drain(struct wire *w)
{
	static uint8_t byte[BATCH];
	struct mmsghdr m[BATCH] = { 0 };
	struct iovec at[BATCH];
	int n;

	for (int i = 0; i < BATCH; i++) {
		at[i] = (struct iovec){ &byte[i], 1 };
		m[i].msg_hdr.msg_iov = &at[i];
		m[i].msg_hdr.msg_iovlen = 1;
	}
	do {
		n = recvmmsg(w->socket, m, BATCH, MSG_DONTWAIT, NULL);
		w->came += n > 0 ? (uint64_t)n : 0;
	} while (n == BATCH);
}

static bool
send_batch(struct wire *w, struct frames_random *r, unsigned int n)
{
	static uint8_t frame[BATCH][LONGEST];
	struct mmsghdr m[BATCH] = { 0 };
	struct iovec at[BATCH];
	unsigned int done = 0;
	int sent;

	for (unsigned int i = 0; i < n; i++) {
		at[i].iov_base = frame[i];
		at[i].iov_len = frames_random_make(
		    r, (uint8_t)w->port, frame[i]);
		m[i].msg_hdr.msg_iov = &at[i];
		m[i].msg_hdr.msg_iovlen = 1;
		m[i].msg_hdr.msg_name = &w->far;
		m[i].msg_hdr.msg_namelen = sizeof(w->far);
		w->taken += is_taken(w, frame[i]);
	}
	while (done < n) {
		sent = sendmmsg(w->socket, m + done, n - done, 0);
		if (sent < 0) {
			perror("sendframes");
			return false;
		}
		done += (unsigned int)sent;
		drain(w);
	}
	w->sent += n;
	return true;
}

static bool
read_wire(struct wire *w, const char *text)
{
	int at = 0;

	if (sscanf(text, "%u:%d:%n", &w->port, &w->socket, &at) < 2 || at == 0)
		return false;
	w->far.sun_family = AF_UNIX;
	snprintf(w->far.sun_path, sizeof(w->far.sun_path), "%s", text + at);
	return true;
}

static int
usage(void)
{
	fputs("usage: sendframes COUNT SEED PORT:SOCKET:PATH...\n", stderr);
	return 2;
}

int
main(int argc, char **argv)
{
	struct frames_random r = { .longest = LONGEST };
	uint64_t left;
	int n = argc - 3, i;

	if (n < 1 || n > WIRES)
		return usage();
	left = strtoull(argv[1], NULL, 10);
	r.state = strtoull(argv[2], NULL, 10);
	if (r.state == 0)
		return usage();
	for (i = 0; i < n; i++)
		if (!read_wire(&wires[i], argv[i + 3]))
			return usage();
	for (i = 0; left > 0; i = (i + 1) % n) {
		unsigned int batch = left < BATCH ? (unsigned int)left : BATCH;

		if (!send_batch(&wires[i], &r, batch))
			return 1;
		left -= batch;
	}
	for (i = 0; i < n; i++)
		printf("%u %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		    wires[i].port, wires[i].sent, wires[i].taken,
		    wires[i].came);
	return 0;
}
