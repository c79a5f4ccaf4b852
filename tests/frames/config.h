/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The config of the world (world.h). tests/system/test_random_frames.py boots
 * the router with the like of it. Port N has the MAC 52:54:00:bb:00:0N.
 *
 * A link is a port's number, or that of a sub-interface:
 *
 *   0  port0      9000 bytes      3  port2.100  1280 bytes, as port2
 *   1  port1      1500 bytes      4  port0.100  1500 bytes
 *   2  port2      1280 bytes
 *
 * Sources are verified loosely on link 1, strictly on 2; on 4 IPv4's strictly
 * and IPv6's loosely.
 *
 * On all but link 0 hosts .2 to .5 (::2 to ::5) are known; others are not.
 */
#ifndef TESTS_FRAMES_CONFIG_H
#define TESTS_FRAMES_CONFIG_H

#define WORLD_MAC(port)                                                        \
	{                                                                      \
		0x52, 0x54, 0x00, 0xbb, 0x00, (port)                           \
	}

/* Host `n` on a link, by its number and its interface. */
#define WORLD_HOST(link, on, net4, net6, n)                                    \
	"neighbor " net4 n " lladdr 02:00:00:00:0" link ":0" n " " on "\n"     \
	"neighbor " net6 n " lladdr 02:00:00:00:0" link ":0" n " " on "\n"

#define WORLD_HOSTS(link, on, net4, net6)                                      \
	WORLD_HOST(link, on, net4, net6, "2")                                  \
	WORLD_HOST(link, on, net4, net6, "3")                                  \
	WORLD_HOST(link, on, net4, net6, "4")                                  \
	WORLD_HOST(link, on, net4, net6, "5")

#define WORLD_CONFIG                                                           \
	"interface port0\n"                                                    \
	" ip address 10.0.2.15/24\n"                                           \
	" ipv6 address 2001:db8::1/64\n"                                       \
	" mtu 9000\n"                                                          \
	"interface port1\n"                                                    \
	" ip address 192.0.2.1/24\n"                                           \
	" ipv6 address 2001:db8:1::1/64\n"                                     \
	" ip verify unicast source reachable-via any\n"                        \
	" ipv6 verify unicast source reachable-via any\n"                      \
	"interface port2\n"                                                    \
	" ip address 198.51.100.1/24\n"                                        \
	" ipv6 address 2001:db8:2::1/64\n"                                     \
	" ip verify unicast source reachable-via rx\n"                         \
	" ipv6 verify unicast source reachable-via rx\n"                       \
	" mtu 1280\n"                                                          \
	"interface port2.100\n"                                                \
	" ip address 203.0.113.1/24\n"                                         \
	" ipv6 address 2001:db8:3::1/64\n"                                     \
	"interface port0.100\n"                                                \
	" ip address 192.168.4.1/24\n"                                         \
	" ipv6 address 2001:db8:4::1/64\n"                                     \
	" ip verify unicast source reachable-via rx\n"                         \
	" ipv6 verify unicast source reachable-via any\n"                      \
	" mtu 1500\n"                                                          \
	"ip route 11.1.0.0/16 192.0.2.2\n"                                     \
	"ip route 11.2.0.0/16 198.51.100.2\n"                                  \
	"ip route 11.3.0.0/16 198.51.100.9\n"                                  \
	"ip route 11.4.0.0/16 blackhole\n"                                     \
	"ip route 11.5.0.0/16 reject\n"                                        \
	"ip route 11.6.0.0/16 192.0.2.3\n"                                     \
	"ip route 11.6.0.0/16 192.0.2.4\n"                                     \
	"ip route 11.6.0.0/16 198.51.100.5\n"                                  \
	"ip route 11.7.0.0/16 203.0.113.2\n"                                   \
	"ip route 11.8.0.0/16 192.168.4.2\n"                                   \
	"ip route 11.9.0.0/16 192.0.2.5\n"                                     \
	"ip route 11.9.0.0/16 203.0.113.5\n"                                   \
	"ipv6 route 2001:db8:b1::/48 2001:db8:1::2\n"                          \
	"ipv6 route 2001:db8:b2::/48 2001:db8:2::2\n"                          \
	"ipv6 route 2001:db8:b3::/48 2001:db8:2::9\n"                          \
	"ipv6 route 2001:db8:b4::/48 blackhole\n"                              \
	"ipv6 route 2001:db8:b5::/48 reject\n"                                 \
	"ipv6 route 2001:db8:b6::/48 2001:db8:1::3\n"                          \
	"ipv6 route 2001:db8:b6::/48 2001:db8:1::4\n"                          \
	"ipv6 route 2001:db8:b6::/48 2001:db8:2::5\n"                          \
	"ipv6 route 2001:db8:b7::/48 2001:db8:3::2\n"                          \
	"ipv6 route 2001:db8:b8::/48 2001:db8:4::2\n"                          \
	"ipv6 route 2001:db8:b9::/48 2001:db8:1::5\n"                          \
	"ipv6 route 2001:db8:b9::/48 2001:db8:3::5\n" WORLD_HOSTS(             \
	    "1", "port1", "192.0.2.", "2001:db8:1::") WORLD_HOSTS("2",         \
	    "port2", "198.51.100.", "2001:db8:2::")                            \
	    WORLD_HOSTS("3", "port2.100", "203.0.113.", "2001:db8:3::")        \
		WORLD_HOSTS("4", "port0.100", "192.168.4.", "2001:db8:4::")

#endif
