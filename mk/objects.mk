# SPDX-License-Identifier: BSD-2-Clause
#
# What the kernel is linked from, one object a line, in the order of the
# rooms. A new file in a room is one new line here. build/ROOM/NAME.o is made
# from ROOM/NAME.c or ROOM/NAME.S; a missing file is an error, not a guess.

BOOT_OBJS := \
	boot/entry.o \
	boot/memory.o \
	boot/multiboot2.o \
	boot/trampoline.o \

KERNEL_OBJS := \
	kernel/acpi.o \
	kernel/acpi_tables.o \
	kernel/cpu.o \
	kernel/font.o \
	kernel/ksyms.o \
	kernel/lapic.o \
	kernel/log.o \
	kernel/logring.o \
	kernel/main.o \
	kernel/mem.o \
	kernel/memmap.o \
	kernel/mmio.o \
	kernel/msi.o \
	kernel/paging.o \
	kernel/panic.o \
	kernel/pci.o \
	kernel/random.o \
	kernel/screen.o \
	kernel/serial.o \
	kernel/smp.o \
	kernel/smp_select.o \
	kernel/syscalls.o \
	kernel/time.o \
	kernel/traps.o \
	kernel/vector.o \

DRIVER_OBJS := \
	drivers/e1000.o \
	drivers/e1000_hw.o \
	drivers/e1000_phy.o \
	drivers/e1000_ring.o \
	drivers/ixgbe.o \
	drivers/ixgbe_eeprom.o \
	drivers/ixgbe_hw.o \
	drivers/ixgbe_i2c.o \
	drivers/ixgbe_init.o \
	drivers/ixgbe_link.o \
	drivers/ixgbe_ring.o \
	drivers/ixgbe_sfp.o \
	drivers/ixgbe_stats.o \
	drivers/nic.o \
	drivers/nic_ring.o \

NET_OBJS := \
	net/addr.o \
	net/adjacency.o \
	net/counters.o \
	net/fib.o \
	net/fib_block.o \
	net/fib_change.o \
	net/fib_image.o \
	net/fib_level.o \
	net/fib_lookup.o \
	net/fib_lookup_avx512.o \
	net/fib_memory.o \
	net/forward.o \
	net/fragment.o \
	net/link.o \
	net/nexthop.o \
	net/pool.o \
	net/punt.o \
	net/spsc.o \
	net/team.o \
	net/verify.o \
	net/worker.o \

CONTROL_OBJS := \
	control/commit.o \
	control/config.o \
	control/config_args.o \
	control/config_check.o \
	control/config_error.o \
	control/config_interface.o \
	control/config_keyword.o \
	control/config_lex.o \
	control/config_limit.o \
	control/config_load.o \
	control/config_nd.o \
	control/config_nd_check.o \
	control/config_nd_render.o \
	control/config_parse.o \
	control/config_render.o \
	control/config_route.o \
	control/config_verify.o \
	control/counters.o \
	control/files.o \
	control/forward_slow.o \
	control/gateways.o \
	control/growth.o \
	control/gunzip.o \
	control/icmp.o \
	control/icmp6.o \
	control/icmp_names.o \
	control/icmp_send.o \
	control/interface.o \
	control/interface_plan.o \
	control/ip_class.o \
	control/iptext.o \
	control/limit.o \
	control/load.o \
	control/load_files.o \
	control/load_tell.o \
	control/lookup.o \
	control/mrt.o \
	control/mrt_path.o \
	control/neighbor.o \
	control/neighbor_ask.o \
	control/neighbor_iface.o \
	control/neighbor_list.o \
	control/neighbor_queue.o \
	control/neighbor_show.o \
	control/neighbor_state.o \
	control/options4.o \
	control/options6.o \
	control/output.o \
	control/publish.o \
	control/punt.o \
	control/ra.o \
	control/ra_build.o \
	control/ra_input.o \
	control/ra_timer.o \
	control/reclaim.o \
	control/rib.o \
	control/rib_choose.o \
	control/rib_fill.o \
	control/rib_list.o \
	control/rib_longest.o \
	control/rib_network.o \
	control/rib_path.o \
	control/rib_reach.o \
	control/rib_set.o \
	control/rib_settle.o \
	control/rib_table.o \
	control/route_fast.o \
	control/route_file.o \
	control/route_format.o \
	control/route_source.o \
	control/route_text.o \
	control/router.o \
	control/seen.o \
	control/settle.o \
	control/system.o \

# These see lwIP's headers.
LWIP_PORT_OBJS := \
	lwip-port/anycast.o \
	lwip-port/detect.o \
	lwip-port/errors.o \
	lwip-port/groups.o \
	lwip-port/guard.o \
	lwip-port/hooks.o \
	lwip-port/iface.o \
	lwip-port/input.o \
	lwip-port/ip6_check.o \
	lwip-port/nd.o \
	lwip-port/nd_path.o \
	lwip-port/nd_send.o \
	lwip-port/neighbor.o \
	lwip-port/output.o \
	lwip-port/own6.o \
	lwip-port/reassemble6.o \
	lwip-port/refused.o \
	lwip-port/siphash.o \
	lwip-port/stack.o \

# These see lwIP's, llhttp's and cJSON's headers.
CONSOLE_OBJS := \
	console/api.o \
	console/api_counters.o \
	console/api_interfaces.o \
	console/api_routes.o \
	console/api_system.o \
	console/console.o \
	console/cores.o \
	console/http.o \
	console/http_reply.o \
	console/json.o \
	console/metrics.o \
	console/metrics_cores.o \
	console/metrics_interfaces.o \
	console/statistics.o \
	console/tcp.o \
	console/text.o \
	console/uri.o \
	console/utf8.o \
	console/web.o \
	console/web_files.o \

OBJS = $(BOOT_OBJS) $(KERNEL_OBJS) $(DRIVER_OBJS) $(NET_OBJS) \
	$(CONTROL_OBJS) $(LWIP_PORT_OBJS) $(CONSOLE_OBJS)

# Other people's code, from the cache: compiled without our warnings.
LLHTTP_OBJS := \
	llhttp/api.o \
	llhttp/http.o \
	llhttp/llhttp.o \

CJSON_OBJS := \
	cjson/cJSON.o \

# What unpacks; nothing that packs.
ZLIB_OBJS := \
	zlib/adler32.o \
	zlib/crc32.o \
	zlib/inffast.o \
	zlib/inflate.o \
	zlib/inftrees.o \
	zlib/zutil.o \

LWIP_OBJS := \
	lwip/core/def.o \
	lwip/core/dns.o \
	lwip/core/inet_chksum.o \
	lwip/core/init.o \
	lwip/core/ip.o \
	lwip/core/mem.o \
	lwip/core/memp.o \
	lwip/core/netif.o \
	lwip/core/pbuf.o \
	lwip/core/raw.o \
	lwip/core/stats.o \
	lwip/core/sys.o \
	lwip/core/tcp.o \
	lwip/core/tcp_in.o \
	lwip/core/tcp_out.o \
	lwip/core/timeouts.o \
	lwip/core/udp.o \
	lwip/core/ipv4/dhcp.o \
	lwip/core/ipv4/etharp.o \
	lwip/core/ipv4/icmp.o \
	lwip/core/ipv4/igmp.o \
	lwip/core/ipv4/ip4.o \
	lwip/core/ipv4/ip4_addr.o \
	lwip/core/ipv4/ip4_frag.o \
	lwip/core/ipv6/dhcp6.o \
	lwip/core/ipv6/ethip6.o \
	lwip/core/ipv6/icmp6.o \
	lwip/core/ipv6/inet6.o \
	lwip/core/ipv6/ip6.o \
	lwip/core/ipv6/ip6_addr.o \
	lwip/core/ipv6/ip6_frag.o \
	lwip/core/ipv6/mld6.o \
	lwip/core/ipv6/nd6.o \
	lwip/netif/ethernet.o \

# lwIP needs its configuration before it can be compiled.
ifneq ($(wildcard lwip-port/lwipopts.h),)
THIRD_PARTY_OBJS = $(LLHTTP_OBJS) $(CJSON_OBJS) $(ZLIB_OBJS) $(LWIP_OBJS)
else
THIRD_PARTY_OBJS = $(LLHTTP_OBJS) $(CJSON_OBJS) $(ZLIB_OBJS)
endif
