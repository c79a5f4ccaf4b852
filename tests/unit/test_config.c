/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/config.c control/config_args.c control/config_check.c
 * control/config_error.c control/config_interface.c
 * control/config_keyword.c control/config_lex.c control/config_limit.c
 * control/config_parse.c control/config_render.c
 * control/config_nd.c control/config_nd_check.c control/config_nd_render.c
 * control/icmp6.c control/ra_build.c control/config_route.c
 * control/files.c control/ip_class.c control/iptext.c control/route_format.c
 * control/config_verify.c net/addr.c net/counters.c
 */
/*
 * What the config text means, and what is said about a wrong one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/iptext.h"
#include "tests/unit/config_equal.h"
#include "tests/unit/config_world.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct config_errors errors;

static void
parse_good(const char *text, struct config *out)
{
	if (parse_text(text, out, &errors) != 0)
		fail_msg("%s\n%u:%u: %s", text, errors.error[0].line,
		    errors.error[0].column, errors.error[0].message);
	assert_int_equal(errors.count, 0);
}

static const char contract_example[] =
    "hostname edge1\r\n"
    "interface port0\n"
    " description uplink ! to # the world  \n"
    " ip address 192.0.2.1/24\n"
    " ip address 192.0.2.2/24 secondary ! more\n"
    " ipv6 address 2001:db8::1/64\n"
    " mtu 1500\n"
    "interface port2#comment\n"
    "\tshutdown\n"
    "ip route 10.0.0.0/8 192.0.2.254 port0 7\n"
    "ip route 203.0.113.0/24 blackhole\n"
    "ipv6 route 2001:db8:1::/48 2001:db8::2\n"
    "neighbor 192.0.2.7 lladdr 02:00:00:00:00:07 port0\n"
    "routes ROUTES.TXT\n"
    "management interface port2\n"
    "service http 8080";

static void
test_contract_example(void **state)
{
	static const uint8_t mac[ETH_ALEN] = { 2, 0, 0, 0, 0, 7 };
	char name[IPTEXT_ADDR_MAX];
	struct config c;

	(void)state;
	parse_good(contract_example, &c);
	assert_int_equal(errors.warning_count, 0);
	assert_string_equal(c.hostname, "edge1");
	assert_int_equal(c.interface_count, 2);
	assert_string_equal(
	    c.interface[0].description, "uplink ! to # the world");
	assert_int_equal(c.interface[0].mtu, 1500);
	assert_int_equal(c.interface[0].address_count, 3);
	assert_int_equal(c.interface[0].line, 2);
	assert_string_equal(
	    ip_addr_format(&c.interface[0].address[1].addr, name), "192.0.2.2");
	assert_int_equal(c.interface[0].address[2].len, 64);
	assert_true(c.interface[1].shutdown);
	assert_int_equal(c.route_count, 3);
	assert_string_equal(c.route[0].iface, "port0");
	assert_int_equal(c.route[0].distance, 7);
	assert_int_equal(c.route[1].type, ROUTE_BLACKHOLE);
	assert_int_equal(c.route[1].gateway.family, 0);
	assert_int_equal(c.route[1].distance, CONFIG_DISTANCE_STATIC);
	assert_int_equal(c.route[2].gateway.family, IP6);
	assert_int_equal(c.neighbor_count, 1);
	assert_memory_equal(c.neighbor[0].mac, mac, ETH_ALEN);
	assert_int_equal(c.routes_file_count, 1);
	assert_ptr_equal(c.routes_file[0].file, &world_file_list[0]);
	assert_string_equal(c.management, "port2");
	assert_int_equal(c.http_port, 8080);
	config_free(&c);
}

/* Texts that mean the same. */
static const char *const same[][2] = {
	{ "", "! nothing\n\n  # at all\r\n\r\n" },
	{ "hostname a\n", "\xef\xbb\xbfhost a" },
	{ "ip route 10.0.0.0/8 1.2.3.4", "ip r 10.0.0.0 255.0.0.0 1.2.3.4" },
	{ "ip route 0.0.0.0/0 1.2.3.4", "ip route 0.0.0.0 0.0.0.0 1.2.3.4 1" },
	{ "ip route 10.0.0.0/8 blackhole 9", "ip route 10.0.0.0/8 Null0 9" },
	{ "ip route 10.0.0.0/8 reject", "ip route 10.0.0.0/8 r" },
	{ "ip route 1.0.0.1/32 port1 3", "ip rou 1.0.0.1/32 port1 3!x" },
	{ "interface port0\nmtu 1400\nip route 1.0.0.0/8 b",
	    "inte port0\nip route 1.0.0.0/8 b\ninte port0\nmt 1400" },
	{ "interface port0\n shutdown\n no shutdown\n",
	    "interface port0\n exit\nend\nexit\nint port0\n" },
	{ "interface port0\n mtu 1300\n", "interface port0\n mtu 1200\n"
					  " mtu 1300\n" },
	{ "interface port0\n ip address dhcp",
	    "interface port0\n ip addr d\n" },
	{ "interface port0\nip address 10.0.0.1/31\nneighbor 10.0.0.0 "
	  "lladdr 0200.0000.0007 port0",
	    "interface port0\nip address 10.0.0.1/31\nneighbor "
	    "10.0.0.0 "
	    "ll 02-00-00-00-00-07 port0" },
	{ "hostname a", "hostname b\nhostname a" },
	{ "", "hostname barewire\nservice http 80\npoll adaptive" },
	{ "poll busy", "poll a\npol b ! more" },
	/* in a block, and behind it */
	{ "punt-limit ttl 5 9\nint port0\nmtu 1400\npunt-limit ttl 7",
	    "int port0\npunt-limit ttl 7\nmtu 1400\nexit\npunt-l ttl 5 9" },
	{ "icmp rate-limit 5\nint port0\nicmp rate-limit 0",
	    "icmp r 9 3\nicmp r 5\nint port0\nicmp r 0\n" },
	{ "interface port0\n ring 512", "int port0\nring 64\nri 512" },
};

static void
test_same_meaning(void **state)
{
	struct config a, b;

	(void)state;
	for (size_t i = 0; i < COUNT(same); i++) {
		parse_good(same[i][0], &a);
		parse_good(same[i][1], &b);
		if (!config_equal(&a, &b))
			fail_msg("%s\n--\n%s", same[i][0], same[i][1]);
		config_free(&a);
		config_free(&b);
	}
}

struct wrong {
	const char *text;
	uint32_t line, column;
	const char *message;
};

#define P0 "interface port0\n"
#define A0 P0 " ip address 10.0.0.1/8\n"

static const struct wrong wrong[] = {
	{ "punt-limit", 1, 11,
	    "expected arp, nd, syn, tcp, icmp, fragment, local, neighbor, ttl, "
	    "options, mtu, no-route, reject, scope" },
	{ "punt-limit pings 5", 1, 12, "found \"pings\"" },
	{ "punt-limit arp", 1, 15,
	    "expected packets a second from 0 to 1000000, found end of line" },
	{ "punt-limit arp 1000001", 1, 16, "from 0 to 1000000" },
	{ "punt-limit arp 10 0", 1, 19,
	    "expected a burst of packets from 1 to 10000, found \"0\"" },
	{ P0 " punt-limit t 10 5", 2, 13, "ambiguous keyword \"t\": tcp, ttl" },
	{ P0 " punt-limit arp 10 10001", 2, 20, "from 1 to 10000" },
	{ P0 " punt-limit arp 10 5 1", 2, 22, "expected end of line" },
	{ "icmp 5", 1, 6, "expected rate-limit, found \"5\"" },
	{ "icmp rate-limit -1", 1, 17,
	    "expected packets a second from 0 to 1000000, found \"-1\"" },
	{ P0 " r", 2, 2, "ambiguous keyword \"r\": ring, routes" },
	{ "i", 1, 1, "ambiguous keyword \"i\": ip, ipv6, icmp, interface" },
	{ P0 " s", 2, 2, "ambiguous keyword \"s\": shutdown, service" },
	{ "nonsense x", 1, 1,
	    "expected ip, ipv6, icmp, hostname, interface, neighbor, routes, "
	    "management, poll, punt-limit, service, username, log, exit, end, "
	    "found "
	    "\"nonsense\"" },
	{ "ip", 1, 3, "expected route, found end of line" },
	{ "  ip forwarding", 1, 6, "expected route, found \"forwarding\"" },
	{ "mtu 1500", 1, 1, "\"mtu\" belongs below an interface line" },
	{ "ip address 1.2.3.4/8", 1, 4,
	    "\"address\" belongs below an interface line" },
	{ "no shutdown", 1, 1, "\"no\" belongs below an interface line" },
	{ "hostname", 1, 9,
	    "expected a name of up to 63 letters, digits, - "
	    "and ., found end of line" },
	{ "hostname -a", 1, 10, "found \"-a\"" },
	{ "hostname a b", 1, 12, "expected end of line, found \"b\"" },
	{ "hostname 01234567890123456789012345678901234567890123456789"
	  "01234567890123",
	    1, 10, "found \"01234567890123456789012345678901234567\"..." },
	{ "hostname a\001\xff", 1, 10, "found \"a??\"" },
	{ "interface", 1, 10, "expected an interface such as port0" },
	{ "interface port9", 1, 11,
	    "no interface \"port9\"; this machine has port0, port1, port2, "
	    "port3" },
	{ P0 " description ", 2, 13, "found end of line" },
	{ P0 " description a\xc0\x80", 2, 14, "of UTF-8" },
	{ P0 " description a\tb", 2, 14, "of UTF-8" },
	{ P0 " ip address", 2, 12,
	    "expected an IPv4 address with its length such as 192.0.2.1/24, or "
	    "dhcp, found end of line" },
	{ P0 " ip address 10.0.0.1", 2, 13, "found \"10.0.0.1\"" },
	{ P0 " ip address 2001:db8::1/64", 2, 13, "expected an IPv4 address" },
	{ P0 " ipv6 address 10.0.0.1/8", 2, 15, "expected an IPv6 address" },
	{ P0 " ip address 10.0.0.1/8 third", 2, 24,
	    "expected secondary or end of line, found \"third\"" },
	{ P0 " ip address 10.0.0.0/8", 2, 13, "is the network itself" },
	{ P0 " ip address 10.255.255.255/8", 2, 13,
	    "is the broadcast address of 10.0.0.0/8" },
	{ P0 " ipv6 address 2001:db8::/64", 2, 15, "is the network itself" },
	{ P0 " ip address 224.0.0.1/8", 2, 13, "is a multicast address" },
	{ P0 " ip address 127.0.0.1/8", 2, 13, "is a loopback address" },
	{ P0 " ip address 0.0.0.0/0", 2, 13, "this network" },
	{ P0 " ip address 241.0.0.1/8", 2, 13, "class E" },
	{ P0 " ip address 255.255.255.255/32", 2, 13, "the broadcast address" },
	{ P0 " ip address 10.0.0.1/0", 2, 13, "without a network" },
	{ P0 " ipv6 address ::1/128", 2, 15, "is the loopback address" },
	{ P0 " ipv6 address ::/128", 2, 15, "is the unspecified address" },
	{ P0 " ipv6 address ff02::1/64", 2, 15, "is a multicast address" },
	{ P0 " ipv6 address ::ffff:1.2.3.4/120", 2, 15, "IPv4-mapped" },
	{ P0 " mtu 575", 2, 6, "expected an MTU from 576 to 9198" },
	{ P0 " mtu 9199", 2, 6, "expected an MTU from 576 to 9198" },
	{ P0 " mtu 1e3", 2, 6, "found \"1e3\"" },
	{ P0 " mtu 99999999999999999999", 2, 6, "found \"99999" },
	{ "interface port1\n mtu 1501", 2, 6, "from 576 to 1500" },
	{ "interface port2\n mtu 1500", 2, 6, "from 576 to 1496" },
	{ "interface port3\n mtu 1583", 2, 6, "from 576 to 1582" },
	{ P0 " mtu 1279\n ipv6 address 2001:db8::1/64", 2, 6,
	    "expected an MTU of 1280 at least for the IPv6 addresses of "
	    "port0" },
	{ P0 " ring 32", 2, 7, "expected a power of two from 64 to 4096" },
	{ P0 " ring 8192", 2, 7, "expected a power of two from 64 to 4096" },
	{ P0 " ring 500", 2, 7, "expected a power of two, found \"500\"" },
	{ P0 " ring", 2, 6, "expected a power of two from 64 to 4096" },
	{ "ring 64", 1, 1, "\"ring\" belongs below an interface line" },
	{ "poll", 1, 5, "expected adaptive, busy, found end of line" },
	{ "poll often", 1, 6, "expected adaptive, busy, found \"often\"" },
	{ "poll busy now", 1, 11, "expected end of line" },
	{ A0 " ip address dhcp", 3, 13, "has an IPv4 address in line 2" },
	{ P0 " ip address dhcp\n ip address 10.0.0.1/8", 3, 13, "uses dhcp" },
	{ A0 "interface port1\n ip address 10.0.0.1/8", 4, 13,
	    "port0 has this address in line 2 already" },
	{ A0 "interface port1\n ip address 10.9.0.1/16", 4, 13,
	    "the network overlaps 10.0.0.0/8 of port0 in line 2" },
	{ "interface port1\n ip address 10.9.0.1/16\n" A0, 4, 13,
	    "the network overlaps 10.9.0.0/16 of port1 in line 2" },
	{ A0 "interface port1\n" A0, 5, 13, "in line 2 already" },
	{ "ip route", 1, 9, "expected an IPv4 prefix such as 10.0.0.0/8" },
	{ "ip route 10.0.0.0/33 1.2.3.4", 1, 10,
	    "expected an IPv4 prefix such as 10.0.0.0/8, found "
	    "\"10.0.0.0/33\"" },
	{ "ip route 10.0.0.1/8 1.2.3.4", 1, 10,
	    "host bits set; did you mean 10.0.0.0/8?" },
	{ "ip route 10.0.0.1 255.0.0.0 1.2.3.4", 1, 10,
	    "did you mean 10.0.0.0/8?" },
	{ "ip route 10.0.0.0 255.0.255.0 1.2.3.4", 1, 19,
	    "expected /LENGTH at the address or a netmask" },
	{ "ip route 10.0.0.0", 1, 18, "found end of line" },
	{ "ip route ::/0 1.2.3.4", 1, 10, "expected an IPv4 prefix" },
	{ "ipv6 route 10.0.0.0/8 ::", 1, 12, "expected an IPv6 prefix" },
	{ "ipv6 route 10.0.0.0 255.0.0.0 ::", 1, 12,
	    "expected an IPv6 prefix" },
	{ "ip route 10.0.0.0/8", 1, 20,
	    "expected a gateway, an interface, blackhole, reject or Null0" },
	{ "ip route 10.0.0.0/8 away", 1, 21, "found \"away\"" },
	{ "ip route 10.0.0.0/8 port7", 1, 21, "no interface \"port7\"" },
	{ "ip route 10.0.0.0/8 1.2.3.4/24", 1, 21,
	    "expected an IPv4 gateway without a length" },
	{ "ip route 10.0.0.0/8 1.2.3", 1, 21,
	    "expected an IPv4 gateway such as 192.0.2.1, found \"1.2.3\"" },
	{ "ip route 10.0.0.0/8 2001:db8::1", 1, 21, "an IPv4 gateway" },
	{ "ipv6 route ::/0 1.2.3.4", 1, 17,
	    "expected an IPv6 gateway such as 2001:db8::1" },
	{ "ip route 10.0.0.0/8 224.0.0.1", 1, 21, "a multicast address" },
	{ "ip route 10.0.0.0/8 1.2.3.4 tag", 1, 29, "no interface \"tag\"" },
	{ "ip route 10.0.0.0/8 1.2.3.4 0", 1, 29,
	    "expected a distance from 1 to 255, found \"0\"" },
	{ "ip route 10.0.0.0/8 1.2.3.4 256", 1, 29, "a distance" },
	{ "ip route 10.0.0.0/8 blackhole 1 2", 1, 33, "expected end of line" },
	{ "ipv6 route ::/0 fe80::1", 1, 17, "needs its interface" },
	{ "ipv6 route ::/0 fe80::1 5", 1, 17, "needs its interface" },
	{ A0 "ip route 11.0.0.0/8 10.0.0.1", 3, 21,
	    "10.0.0.1 is this router's own address on port0" },
	{ A0 "neighbor 10.0.0.2 lladdr 03:00:00:00:00:07 port0", 3, 26,
	    "is no station's MAC" },
	{ A0 "neighbor 10.0.0.2 lladdr 00:00:00:00:00:00 port0", 3, 26,
	    "is no station's MAC" },
	{ A0 "neighbor 10.0.0.2 lladdr 02:00:00:00:00 port0", 3, 26,
	    "expected a MAC address such as 02:00:00:00:00:07" },
	{ A0 "neighbor 10.0.0.2 mac", 3, 19, "expected lladdr" },
	{ A0 "neighbor 10.0.0.2 lladdr 02:00:00:00:00:07", 3, 43,
	    "expected an interface" },
	{ A0 "neighbor 11.0.0.2 lladdr 02:00:00:00:00:07 port0", 3, 10,
	    "11.0.0.2 is not on a network of port0" },
	{ A0 "neighbor 10.0.0.2 lladdr 02:00:00:00:00:07 port1", 3, 10,
	    "is not on a network of port1" },
	{ A0 "neighbor 10.0.0.0 lladdr 02:00:00:00:00:07 port0", 3, 10,
	    "is the network's or broadcast address on port0" },
	{ A0 "neighbor 10.0.0.1 lladdr 02:00:00:00:00:07 port0", 3, 10,
	    "own address" },
	{ "routes", 1, 7, "expected the name of a file" },
	{ "routes none.txt", 1, 8,
	    "no file \"none.txt\" on the config volume" },
	{ "routes routes.txt\nroutes Routes.txt", 2, 8,
	    "is read in line 1 already" },
	{ "management interface port4", 1, 22, "no interface \"port4\"" },
	{ "management port0", 1, 12, "expected interface" },
	{ "service http 0", 1, 14, "expected a TCP port from 1 to 65535" },
	{ "service http 65536", 1, 14, "expected a TCP port from 1 to 65535" },
	{ "service ssh 22", 1, 9, "expected http, https, found \"ssh\"" },
	{ "service https 80", 1, 15, "port 80 is that of service http" },
	{ "username", 1, 9, "expected a name of up to 31 bytes" },
	{ "username a hash x", 1, 12, "expected password-hash" },
	{ "username a password-hash", 1, 25, "expected a password's hash" },
	{ "log host x", 1, 10, "expected a log host's address" },
};

static void
test_wrong_lines(void **state)
{
	struct config c;

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		const struct wrong *w = &wrong[i];
		const struct config_error *e = &errors.error[0];

		assert_int_equal(parse_text(w->text, &c, &errors), -EINVAL);
		if (errors.count != 1 || e->line != w->line ||
		    e->column != w->column ||
		    strstr(e->message, w->message) == NULL)
			fail_msg("%s\n%u errors, %u:%u: %s", w->text,
			    errors.count, e->line, e->column, e->message);
		assert_string_equal(e->file, "barewire.conf");
	}
}

/* The lines below a wrong `interface` are checked, but blamed for nothing. */
static void
test_block_of_wrong_interface(void **state)
{
	struct config c;

	(void)state;
	assert_int_equal(
	    parse_text("interface port8\n ip address 10.0.0.1/8\n mtu 1500\n"
		       " description x\n shutdown\n ip address dhcp\n"
		       " mtu x\nip route 10.0.0.0/8 b\n",
		&c, &errors),
	    -EINVAL);
	assert_int_equal(errors.count, 2);
	assert_int_equal(errors.error[1].line, 7);
}

/* The first 20 by line, though the overlap is found last; all are counted. */
static void
test_many_errors(void **state)
{
	char text[4096] = A0 "interface port1\n ip address 10.1.0.1/16\n";
	struct config c;

	(void)state;
	for (int i = 0; i < 50; i++)
		strcat(text, "x\n");
	assert_int_equal(parse_text(text, &c, &errors), -EINVAL);
	assert_int_equal(errors.count, 51);
	for (uint32_t i = 0; i < CONFIG_ERRORS_MAX; i++)
		assert_int_equal(errors.error[i].line, 4 + i);
}

static void
test_warnings_refuse_nothing(void **state)
{
	struct config c;

	(void)state;
	parse_good("  service https 443\n"
		   "username admin password-hash $6$x$y\n"
		   "log host 192.0.2.9\nlog host 2001:db8::9\n",
	    &c);
	assert_int_equal(errors.warning_count, 4);
	assert_string_equal(errors.warning[0].message,
	    "service https has no effect in this version");
	assert_int_equal(errors.warning[0].line, 1);
	assert_int_equal(errors.warning[0].column, 3);
	assert_int_equal(c.https_port, 443);
	assert_string_equal(c.user[0].name, "admin");
	assert_string_equal(c.user[0].hash, "$6$x$y");
	assert_int_equal(c.log_host_count, 2);
	config_free(&c);
}

static void
test_addresses_of_one_interface(void **state)
{
	char text[2048] = P0, line[64];
	struct config c;

	(void)state;
	for (int i = 1; i <= CONFIG_INTERFACE_ADDRESSES; i++) {
		snprintf(line, sizeof(line), " ip address 10.0.0.%d/24\n", i);
		strcat(text, line);
	}
	parse_good(text, &c);
	config_free(&c);
	strcat(text, " ipv6 address 2001:db8::1/64\n");
	assert_int_equal(parse_text(text, &c, &errors), -EINVAL);
	assert_int_equal(errors.error[0].line, 2 + CONFIG_INTERFACE_ADDRESSES);
	/* every link has its own link-local network */
	parse_good("interface port0\n ipv6 address fe80::1/64\n"
		   "interface port1\n ipv6 address fe80::1/64\n"
		   "neighbor fe80::2 lladdr 02:00:00:00:00:07 port1",
	    &c);
	config_free(&c);
}

/* Files are not read yet: only what cannot be one of routes is refused. */
static void
test_routes_file(void **state)
{
	static const struct {
		const char *text;
		uint32_t column;
		const char *message;
	} refused[] = {
		{ "routes rib.bz2", 8,
		    "\"rib.bz2\" is packed by bzip2; expected text, MRT or "
		    "gzip" },
		{ "routes noise", 8,
		    "\"noise\" is neither text nor MRT nor gzip" },
		{ "routes EMPTY strictly", 14,
		    "expected strict or end of line, found \"strictly\"" },
		{ "routes EMPTY strict x", 21,
		    "expected end of line, found \"x\"" },
		{ "routes strict", 8,
		    "no file \"strict\" on the config volume" },
	};
	struct config c;

	(void)state;
	parse_good("routes empty\nroutes bad.txt s\nroutes rib.gz strict", &c);
	assert_int_equal(c.routes_file_count, 3);
	assert_false(c.routes_file[0].strict);
	assert_true(c.routes_file[1].strict);
	assert_true(c.routes_file[2].strict);
	config_free(&c);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_int_equal(
		    parse_text(refused[i].text, &c, &errors), -EINVAL);
		assert_int_equal(errors.count, 1);
		assert_int_equal(errors.error[0].column, refused[i].column);
		assert_string_equal(
		    errors.error[0].message, refused[i].message);
	}
}

/* A machine without ports or files, and text with NULs. */
static void
test_odd_surroundings(void **state)
{
	static struct port *const no_port = NULL;
	static const struct config_world nothing = { &no_port, NULL };
	struct config c;

	(void)state;
	assert_int_equal(config_parse("a", NULL, 0, &nothing, &c, &errors), 0);
	config_free(&c);
	assert_int_equal(
	    config_parse("a", "interface port0\nroutes x\nhost\0name a\n", 36,
		&nothing, &c, &errors),
	    -EINVAL);
	assert_int_equal(errors.count, 3);
	assert_string_equal(errors.error[0].message,
	    "no interface \"port0\"; this machine has none");
	assert_int_equal(config_default(&nothing, &c), 0);
	assert_int_equal(c.interface_count, 0);
	config_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_contract_example),
		cmocka_unit_test(test_same_meaning),
		cmocka_unit_test(test_wrong_lines),
		cmocka_unit_test(test_block_of_wrong_interface),
		cmocka_unit_test(test_many_errors),
		cmocka_unit_test(test_warnings_refuse_nothing),
		cmocka_unit_test(test_addresses_of_one_interface),
		cmocka_unit_test(test_routes_file),
		cmocka_unit_test(test_odd_surroundings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
