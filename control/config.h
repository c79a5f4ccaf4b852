/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The config as a tree: what barewire.conf says, parsed and checked, not yet
 * applied. See docs/config.md for the grammar (FRR's where FRR has one).
 *
 * A config owns its arrays: config_free gives them back. Counts of arrays
 * are bounded by memory alone. Order is the order of the text. Lines and
 * columns tell where something was written; they are for messages alone.
 */
#ifndef CONTROL_CONFIG_H
#define CONTROL_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "control/files.h"
#include "net/addr.h"
#include "net/port.h"
#include "net/punt.h"

enum {
	CONFIG_NAME_MAX = 64,
	CONFIG_IFNAME_MAX = 16,
	CONFIG_USER_NAME_MAX = 32,
	CONFIG_USER_HASH_MAX = 128,
	CONFIG_ERRORS_MAX = 20, /* kept; the others are only counted */
	CONFIG_WARNINGS_MAX = 8,
	CONFIG_MESSAGE_MAX = 160,
	/* Of an interface: the link-local one and a lease come on top. */
	CONFIG_INTERFACE_ADDRESSES = 14,
	CONFIG_MTU_MIN = 576,      /* RFC 1122 3.3.3 */
	CONFIG_MTU_MIN_IP6 = 1280, /* RFC 8200 5 */
	CONFIG_MTU_DEFAULT = 1500,
	CONFIG_FRAME_OVERHEAD = 18, /* Ethernet header and an 802.1Q tag */
	CONFIG_DISTANCE_STATIC = 1,
	CONFIG_HTTP_PORT = 80,
	CONFIG_VID_MAX = 4094, /* IEEE 802.1Q, 9.6: 0 and 4095 are reserved */
	/* Interfaces, and IPv4 addresses besides the first of each: the local
	 * stack has a number for so many. */
	CONFIG_STACK_PLACES = 250,
	CONFIG_RING_MIN = 64, /* descriptors; all sizes are powers of two */
	CONFIG_RING_MAX = 4096,
	CONFIG_DOMAIN_MAX = 254,     /* RFC 1035 2.3.4, as text with NUL */
	CONFIG_ND_INTERVAL = 600000, /* ms, of RFC 4861 6.2.1 */
	CONFIG_ND_HOP_LIMIT = 64,
	CONFIG_ND_VALID = 2592000, /* s */
	CONFIG_ND_PREFERRED = 604800,
};

#define CONFIG_HOSTNAME_DEFAULT "barewire"

struct config_at {
	uint32_t line;   /* from 1; 0: not given */
	uint32_t column; /* from 1, in bytes */
};

struct config_address {
	struct ip_addr addr; /* host bits kept */
	uint8_t len;
	struct config_at at;
};

/* The numbers of `ipv6 nd`, as they go into router advertisements. */
enum nd_number {
	ND_INTERVAL,  /* ms: MaxRtrAdvInterval */
	ND_LIFETIME,  /* s: AdvDefaultLifetime */
	ND_REACHABLE, /* ms: AdvReachableTime */
	ND_RETRANS,   /* ms: AdvRetransTimer */
	ND_HOP_LIMIT, /* AdvCurHopLimit */
	ND_MTU,       /* AdvLinkMTU; 0: no option */
	ND_NUMBERS,
};

/* As in two bits of a router advertisement (RFC 4191 2.1). */
enum nd_preference { ND_MEDIUM = 0, ND_HIGH = 1, ND_LOW = 3 };

struct config_nd_prefix {
	struct ip_prefix prefix;
	uint32_t valid, preferred; /* s; UINT32_MAX: for ever */
	bool off_link, no_autoconfig, router_address;
	struct config_at at;
};

/* A resolver or a search domain (RFC 8106). */
struct config_nd_dns {
	struct ip_addr addr; /* family 0: it is a domain */
	char domain[CONFIG_DOMAIN_MAX];
	bool has_lifetime;
	uint32_t lifetime; /* s; UINT32_MAX: for ever */
};

struct config_nd {
	bool advertise; /* `no ipv6 nd suppress-ra` */
	bool managed, other;
	enum nd_preference preference;
	uint32_t given; /* bit n: number[n] was written */
	uint32_t number[ND_NUMBERS];
	struct config_at number_at[ND_NUMBERS];
	struct config_nd_prefix *prefix;
	uint32_t prefix_count;
	struct config_nd_dns *dns;
	uint32_t dns_count;
};

/* What may go up to core 0, or out as ICMP errors, by one port. */
struct config_limit {
	bool given;
	struct punt_rate rate; /* burst 0: not given */
};

struct config_limits {
	struct config_limit punt[PUNT_REASON_COUNT];
	struct config_limit icmp; /* errors of each kind */
};

struct config_interface {
	char name[CONFIG_IFNAME_MAX]; /* "port0", or "port0.100" */
	uint16_t vid;                 /* of a sub-interface; 0: a port */
	char description[CONFIG_NAME_MAX];
	uint16_t mtu;  /* 0: not given */
	uint16_t ring; /* descriptors a ring; 0: not given */
	bool shutdown;
	bool dhcp;      /* `ip address dhcp` */
	uint8_t verify; /* enum verify, of both families */
	struct config_address *address;
	uint32_t address_count;
	struct config_nd nd;
	uint32_t line;
	struct config_at at; /* its name, where it stands first */
	struct config_at mtu_at, ring_at;
	struct config_limits limits; /* else those of all interfaces */
};

/* What a core does between packets. */
enum config_poll {
	POLL_ADAPTIVE, /* looks again and again, and sleeps when idle */
	POLL_BUSY,     /* never sleeps */
};

enum route_type {
	ROUTE_UNICAST,
	ROUTE_BLACKHOLE,
	ROUTE_REJECT,
};

struct config_route {
	struct ip_prefix prefix;
	struct ip_addr gateway;        /* family 0: none (interface alone) */
	char iface[CONFIG_IFNAME_MAX]; /* "" when not given */
	enum route_type type;
	uint8_t distance;
	uint32_t line;
	uint32_t gateway_column;
	struct config_at iface_at;
};

struct config_neighbor {
	struct ip_addr addr;
	uint8_t mac[ETH_ALEN];
	char iface[CONFIG_IFNAME_MAX];
	struct config_at at, iface_at;
};

/* A login: parsed and kept, but without effect in this version. */
struct config_user {
	char name[CONFIG_USER_NAME_MAX];
	char hash[CONFIG_USER_HASH_MAX];
};

/* A bulk file: its good routes are read straight into the RIB. */
struct config_routes_file {
	char name[CONFIG_NAME_MAX];
	const struct file *file;
	bool strict; /* one bad line refuses the whole file */
	uint32_t line;
};

struct config {
	char hostname[CONFIG_NAME_MAX];
	uint16_t http_port;
	enum config_poll poll;
	char management[CONFIG_IFNAME_MAX]; /* "": console on every port */
	struct config_limits limits;        /* else the defaults */
	struct config_at management_at;
	struct config_interface *interface;
	uint32_t interface_count;
	struct config_route *route;
	uint32_t route_count;
	struct config_neighbor *neighbor;
	uint32_t neighbor_count;
	struct config_routes_file *routes_file;
	uint32_t routes_file_count;
	/* Without effect in this version: each of these is a warning. */
	uint16_t https_port; /* 0: not given */
	struct config_at https_at;
	struct config_user *user;
	uint32_t user_count;
	struct ip_addr *log_host;
	uint32_t log_host_count;
};

struct config_error {
	char file[CONFIG_NAME_MAX];
	uint32_t line;                    /* from 1 */
	uint32_t column;                  /* from 1, in bytes */
	char message[CONFIG_MESSAGE_MAX]; /* what was found and expected */
};

struct config_errors {
	struct config_error error[CONFIG_ERRORS_MAX];
	uint32_t count; /* all of them, kept or not */
	/* Warnings refuse nothing. */
	struct config_error warning[CONFIG_WARNINGS_MAX];
	uint32_t warning_count; /* all of them, kept or not */
};

/* What a config may refer to. */
struct config_world {
	struct port *const *port; /* NULL after the last; NULL: not known yet */
	const struct files *files;
};

/*
 * Parses and checks `text`. Empties `errors` first. Returns 0 and a config to
 * be freed, or -EINVAL with every error noted and nothing to free, or -ENOMEM
 * (nothing to free either).
 */
int config_parse(const char *file, const char *text, size_t size,
    const struct config_world *world, struct config *out,
    struct config_errors *errors);

/*
 * Reads what the good lines of `text` say before the ports are found, for
 * config_ring: any name will do for a port, and errors are passed over. Such a
 * config is for looking at alone. 0 and a config to be freed, or -ENOMEM.
 */
int config_preview(const char *text, size_t size, struct config *out);

/*
 * The config of a machine without one: every port up, DHCP on port0 and the
 * console there. 0 or -ENOMEM.
 */
int config_default(const struct config_world *world, struct config *out);

void config_free(struct config *c);

/* A number of `ipv6 nd`: what was written, or its default. */
uint32_t config_nd_number(const struct config_nd *nd, enum nd_number n);

/* By name; NULL when the config has none. */
struct config_interface *config_interface_find(
    const struct config *c, const char *name);

/* True when `iface` is a sub-interface's name, and `port` its port's. */
bool config_is_port_of(const char *port, const char *iface);

/*
 * For set-up, which makes buffers and rings once. The room of a buffer
 * (packet.h) for the largest packet of the config; descriptors that the
 * config asks for in each ring of a port, 0 when it says nothing.
 */
uint16_t config_buffer_room(const struct config *c);
uint16_t config_ring(const struct config *c, const char *port);

/*
 * Writes the config as text that config_parse reads back to the same tree.
 * Returns the length without NUL; writes at most `size` bytes with NUL.
 */
size_t config_render(const struct config *c, char *out, size_t size);

#endif
