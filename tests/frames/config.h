/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The config of the world (world.h). tests/system/test_random_frames.py boots
 * the router with the like of it. Port N has the MAC 52:54:00:bb:00:0N.
 *
 * On ports 1 and 2 hosts .2 to .5 (::2 to ::5) are known; others are not.
 */
#ifndef TESTS_FRAMES_CONFIG_H
#define TESTS_FRAMES_CONFIG_H

#define WORLD_MAC(port)                                                        \
	{                                                                      \
		0x52, 0x54, 0x00, 0xbb, 0x00, (port)                           \
	}

/* Host `n` behind port `p`. */
#define WORLD_HOST(p, net4, net6, n)                                           \
	"neighbor " net4 n " lladdr 02:00:00:00:0" p ":0" n " port" p "\n"     \
	"neighbor " net6 n " lladdr 02:00:00:00:0" p ":0" n " port" p "\n"

#define WORLD_HOSTS(p, net4, net6)                                             \
	WORLD_HOST(p, net4, net6, "2")                                         \
	WORLD_HOST(p, net4, net6, "3")                                         \
	WORLD_HOST(p, net4, net6, "4")                                         \
	WORLD_HOST(p, net4, net6, "5")

#define WORLD_CONFIG                                                           \
	"interface port0\n"                                                    \
	" ip address 10.0.2.15/24\n"                                           \
	" ipv6 address 2001:db8::1/64\n"                                       \
	" mtu 9000\n"                                                          \
	"interface port1\n"                                                    \
	" ip address 192.0.2.1/24\n"                                           \
	" ipv6 address 2001:db8:1::1/64\n"                                     \
	"interface port2\n"                                                    \
	" ip address 198.51.100.1/24\n"                                        \
	" ipv6 address 2001:db8:2::1/64\n"                                     \
	" mtu 1280\n"                                                          \
	"ip route 11.1.0.0/16 192.0.2.2\n"                                     \
	"ip route 11.2.0.0/16 198.51.100.2\n"                                  \
	"ip route 11.3.0.0/16 198.51.100.9\n"                                  \
	"ip route 11.4.0.0/16 blackhole\n"                                     \
	"ip route 11.5.0.0/16 reject\n"                                        \
	"ip route 11.6.0.0/16 192.0.2.3\n"                                     \
	"ip route 11.6.0.0/16 192.0.2.4\n"                                     \
	"ip route 11.6.0.0/16 198.51.100.5\n"                                  \
	"ipv6 route 2001:db8:b1::/48 2001:db8:1::2\n"                          \
	"ipv6 route 2001:db8:b2::/48 2001:db8:2::2\n"                          \
	"ipv6 route 2001:db8:b3::/48 2001:db8:2::9\n"                          \
	"ipv6 route 2001:db8:b4::/48 blackhole\n"                              \
	"ipv6 route 2001:db8:b5::/48 reject\n"                                 \
	"ipv6 route 2001:db8:b6::/48 2001:db8:1::3\n"                          \
	"ipv6 route 2001:db8:b6::/48 2001:db8:1::4\n"                          \
	"ipv6 route 2001:db8:b6::/48 2001:db8:2::5\n" WORLD_HOSTS(             \
	    "1", "192.0.2.", "2001:db8:1::")                                   \
	    WORLD_HOSTS("2", "198.51.100.", "2001:db8:2::")

#endif
