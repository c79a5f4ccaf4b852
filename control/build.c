/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the RIB and the interfaces to a dataplane that workers can read.
 */
#include <errno.h>

#include "control/router_private.h"

static void
build_env(const struct router *r, const struct interface *interface,
    struct rib_build_env *env)
{
	memset(env, 0, sizeof(*env));
	for (uint16_t i = 0; i < r->interface_count; i++) {
		env->local[i] = interface[i].admin_up;
		env->up[i] = interface[i].admin_up && interface[i].link.up;
	}
	env->adjacency = neighbor_gateway;
}

int
build_snapshot(struct router *r, struct rib *rib,
    const struct interface *interface, struct snapshot **out)
{
	struct rib_build_env env;
	struct rib_image *image;
	int error;

	build_env(r, interface, &env);
	env.arg = r;
	error = rib_build(rib, &env, &image);
	if (error)
		return error;
	*out = snapshot_create(r, interface, image);
	if (*out)
		return 0;
	rib_image_free(image);
	return -ENOMEM;
}

void
build_commit(struct router *r, struct snapshot *s)
{
	rib_built(r->rib);
	publish(r, s);
	neighbor_count_users(r);
}
