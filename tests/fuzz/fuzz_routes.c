/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/config_args.c control/config_error.c control/config_lex.c
 * control/ip_class.c control/iptext.c net/addr.c
 * libs: routes
 */
/*
 * Any bytes as a file of bulk routes. Each line is a route, an error, or
 * neither, and a route is one that can be written and read again.
 */
#include <stdlib.h>
#include <string.h>

#include "control/iptext.h"
#include "control/route_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct config_errors errors;

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static int
check_route(
    void *arg, const struct ip_prefix *prefix, const struct ip_addr *gateway)
{
	char text[IPTEXT_PREFIX_MAX];
	struct ip_prefix again;
	struct ip_addr addr;

	(*(int64_t *)arg)++;
	require(prefix->addr.family == gateway->family);
	ip_prefix_format(prefix, text);
	require(
	    ip_prefix_parse(text, strlen(text), &again.addr, &again.len) == 0);
	require(again.len == prefix->len);
	require(ip_addr_equal(&again.addr, &prefix->addr));
	require(ip_addr_mask(&again.addr, again.len));
	ip_addr_format(gateway, text);
	require(ip_addr_parse(text, strlen(text), &addr) == 0);
	require(ip_addr_equal(&addr, gateway));
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct file file = { "fuzz", (const char *)data, size };
	int64_t called = 0;
	int64_t lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	memset(&errors, 0, sizeof(errors));
	require(
	    route_file_read(&file, &errors, check_route, &called) == called);
	require(called + errors.count <= lines);
	return 0;
}
