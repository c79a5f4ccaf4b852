/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: console/http.c console/http_reply.c console/json.c console/utf8.c
 * console/api.c console/api_system.c console/api_interfaces.c
 * console/api_routes.c console/api_counters.c console/metrics.c
 * console/metrics_cores.c console/metrics_interfaces.c console/cores.c
 * console/statistics.c console/text.c console/uri.c console/web.c
 * control/icmp_names.c control/iptext.c net/addr.c net/counters.c
 * tests/unit/fake_console.c tests/unit/http_client.c
 * libs: llhttp cjson
 */
/*
 * Any bytes as HTTP, at any pace. The first byte says how many are given and
 * taken at once; whatever the pace, the answers are the same.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/fake_console.h"
#include "tests/unit/http_client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Runs the bytes through a connection. A copy of all answers, to be freed. */
static char *
run(const char *data, size_t size, size_t step)
{
	struct exchange x;
	struct answer a;
	char *out;

	exchange_begin(&x, api_handle, &fake_api);
	exchange_send(&x, data, size, step);
	if (x.size != 0 && !answer_parse(x.out, true, &a))
		abort();
	http_tick(&x.conn, HTTP_SEND_MS);
	exchange_end(&x);
	out = malloc(x.size + 1);
	memcpy(out, x.out, x.size + 1);
	return out;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *paced, *whole;

	if (size == 0 || size > 20000)
		return 0;
	fake_setup();
	paced = run((const char *)data + 1, size - 1, data[0] + 1u);
	whole = run((const char *)data + 1, size - 1, SIZE_MAX);
	if (strcmp(paced, whole) != 0)
		abort();
	free(paced);
	free(whole);
	return 0;
}
