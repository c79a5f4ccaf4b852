/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/config_args.c control/config_error.c control/config_lex.c
 * control/ip_class.c control/iptext.c net/addr.c
 * libs: routes
 */
/*
 * Any bytes behind the first two of a gzip file.
 */
#include "tests/fuzz/route_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *file = malloc(size + 2);

	require(file != NULL);
	file[0] = 0x1f;
	file[1] = 0x8b;
	if (size > 0)
		memcpy(file + 2, data, size);
	check_file(file, size + 2);
	free(file);
	return 0;
}
