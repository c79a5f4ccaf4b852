/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/config_args.c control/config_error.c control/config_lex.c
 * control/ip_class.c control/iptext.c net/addr.c tests/unit/mrt_writer.c
 * libs: routes
 */
/*
 * Any bytes as MRT records behind a PEER_INDEX_TABLE of four peers.
 */
#include "tests/fuzz/route_check.h"
#include "tests/unit/mrt_writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mrt_writer file;

	file.size = 0;
	mrt_index(&file, "fuzz", 4);
	if (size <= MRT_ROOM - file.size)
		mrt_put(&file, data, size);
	check_file(file.data, file.size);
	return 0;
}
