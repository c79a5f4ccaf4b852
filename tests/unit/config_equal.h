/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether two configs say the same; lines and columns do not count.
 */
#ifndef TESTS_UNIT_CONFIG_EQUAL_H
#define TESTS_UNIT_CONFIG_EQUAL_H

#include <stdbool.h>
#include <string.h>

#include "control/config.h"

static inline bool
nd_prefix_equal(
    const struct config_nd_prefix *a, const struct config_nd_prefix *b)
{
	return ip_addr_equal(&a->prefix.addr, &b->prefix.addr) &&
	       a->prefix.len == b->prefix.len && a->valid == b->valid &&
	       a->preferred == b->preferred && a->off_link == b->off_link &&
	       a->no_autoconfig == b->no_autoconfig &&
	       a->router_address == b->router_address;
}

static inline bool
nd_dns_equal(const struct config_nd_dns *a, const struct config_nd_dns *b)
{
	return ip_addr_equal(&a->addr, &b->addr) &&
	       strcmp(a->domain, b->domain) == 0 &&
	       a->has_lifetime == b->has_lifetime && a->lifetime == b->lifetime;
}

static inline bool
nd_equal(const struct config_nd *a, const struct config_nd *b)
{
	if (a->advertise != b->advertise || a->managed != b->managed ||
	    a->other != b->other || a->preference != b->preference ||
	    a->given != b->given ||
	    memcmp(a->number, b->number, sizeof(a->number)) != 0 ||
	    a->prefix_count != b->prefix_count || a->dns_count != b->dns_count)
		return false;
	for (uint32_t i = 0; i < a->prefix_count; i++)
		if (!nd_prefix_equal(&a->prefix[i], &b->prefix[i]))
			return false;
	for (uint32_t i = 0; i < a->dns_count; i++)
		if (!nd_dns_equal(&a->dns[i], &b->dns[i]))
			return false;
	return true;
}

static inline bool
limit_equal(const struct config_limit *a, const struct config_limit *b)
{
	return a->given == b->given && a->rate.rate == b->rate.rate &&
	       a->rate.burst == b->rate.burst;
}

static inline bool
limits_equal(const struct config_limits *a, const struct config_limits *b)
{
	for (uint32_t i = 0; i < PUNT_REASON_COUNT; i++)
		if (!limit_equal(&a->punt[i], &b->punt[i]))
			return false;
	return limit_equal(&a->icmp, &b->icmp);
}

static inline bool
interface_equal(
    const struct config_interface *a, const struct config_interface *b)
{
	if (strcmp(a->name, b->name) != 0 ||
	    strcmp(a->description, b->description) != 0 || a->mtu != b->mtu ||
	    a->ring != b->ring || a->shutdown != b->shutdown ||
	    a->dhcp != b->dhcp || a->verify != b->verify ||
	    a->address_count != b->address_count ||
	    !limits_equal(&a->limits, &b->limits) || !nd_equal(&a->nd, &b->nd))
		return false;
	for (uint32_t i = 0; i < a->address_count; i++)
		if (!ip_addr_equal(&a->address[i].addr, &b->address[i].addr) ||
		    a->address[i].len != b->address[i].len)
			return false;
	return true;
}

static inline bool
route_equal(const struct config_route *a, const struct config_route *b)
{
	return ip_addr_equal(&a->prefix.addr, &b->prefix.addr) &&
	       a->prefix.len == b->prefix.len &&
	       ip_addr_equal(&a->gateway, &b->gateway) &&
	       strcmp(a->iface, b->iface) == 0 && a->type == b->type &&
	       a->distance == b->distance;
}

static inline bool
neighbor_equal(const struct config_neighbor *a, const struct config_neighbor *b)
{
	return ip_addr_equal(&a->addr, &b->addr) &&
	       memcmp(a->mac, b->mac, ETH_ALEN) == 0 &&
	       strcmp(a->iface, b->iface) == 0;
}

static inline bool
config_lists_equal(const struct config *a, const struct config *b)
{
	for (uint32_t i = 0; i < a->interface_count; i++)
		if (!interface_equal(&a->interface[i], &b->interface[i]))
			return false;
	for (uint32_t i = 0; i < a->route_count; i++)
		if (!route_equal(&a->route[i], &b->route[i]))
			return false;
	for (uint32_t i = 0; i < a->neighbor_count; i++)
		if (!neighbor_equal(&a->neighbor[i], &b->neighbor[i]))
			return false;
	for (uint32_t i = 0; i < a->routes_file_count; i++)
		if (a->routes_file[i].file != b->routes_file[i].file ||
		    a->routes_file[i].strict != b->routes_file[i].strict)
			return false;
	for (uint32_t i = 0; i < a->user_count; i++)
		if (strcmp(a->user[i].name, b->user[i].name) != 0 ||
		    strcmp(a->user[i].hash, b->user[i].hash) != 0)
			return false;
	for (uint32_t i = 0; i < a->log_host_count; i++)
		if (!ip_addr_equal(&a->log_host[i], &b->log_host[i]))
			return false;
	return true;
}

static inline bool
config_equal(const struct config *a, const struct config *b)
{
	return strcmp(a->hostname, b->hostname) == 0 && a->poll == b->poll &&
	       a->http_port == b->http_port && a->https_port == b->https_port &&
	       strcmp(a->management, b->management) == 0 &&
	       limits_equal(&a->limits, &b->limits) &&
	       a->interface_count == b->interface_count &&
	       a->route_count == b->route_count &&
	       a->neighbor_count == b->neighbor_count &&
	       a->routes_file_count == b->routes_file_count &&
	       a->user_count == b->user_count &&
	       a->log_host_count == b->log_host_count &&
	       config_lists_equal(a, b);
}

#endif
