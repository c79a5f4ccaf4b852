/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which limits are in force for a port: those of its interface block, else
 * those at the top of the config, else the defaults. And the limiter of ICMP
 * errors (RFC 1812 4.3.2.8, RFC 4443 2.4 f): a bucket for each port and kind of
 * error, so that a flood on one port, or of one kind, mutes no other.
 */
#include "control/router_private.h"

/* ICMP errors of each kind that packets of one port may cause. */
static const struct punt_rate icmp_default = { 1000, 100 };

static struct punt_rate
choose(const struct config_limit *own, const struct config_limit *all,
    struct punt_rate otherwise)
{
	const struct config_limit *limit = own->given ? own : all;
	struct punt_rate rate = limit->given ? limit->rate : otherwise;

	if (rate.burst == 0)
		rate.burst = otherwise.burst;
	return rate;
}

static const struct config_limits *
limits_of(const struct config *c, const struct port *port)
{
	static const struct config_limits none;
	const struct config_interface *i = config_interface_find(c, port->name);

	return i ? &i->limits : &none;
}

void
limits_fill(const struct router *r, const struct config *c,
    struct punt_limits out[PORT_MAX])
{
	for (struct port **p = r->port; *p; p++) {
		const struct config_limits *own = limits_of(c, *p);

		for (uint32_t i = 0; i < PUNT_REASON_COUNT; i++) {
			struct punt_rate rate = choose(&own->punt[i],
			    &c->limits.punt[i], punt_defaults[i]);

			out[(*p)->index].limit[i] = bucket_limit(
			    rate.rate, rate.burst);
		}
	}
}

void
limits_commit_icmp(struct router *r)
{
	const struct config *c = &r->config;

	for (struct port **p = r->port; *p; p++) {
		struct punt_rate rate = choose(
		    &limits_of(c, *p)->icmp, &c->limits.icmp, icmp_default);

		r->private->icmp_limit[(*p)->index] = bucket_limit(
		    rate.rate, rate.burst);
	}
}

bool
icmp_allows(struct router *r, uint16_t iface, uint32_t kind)
{
	struct router_private *p = r->private;
	uint8_t port = interface_port(r, iface);
	const struct bucket_limit *limit = &p->icmp_limit[port];
	uint64_t *bucket = &p->icmp_full_ns[port][kind];
	uint64_t now_ns = p->now_us * NS_PER_US;

	if (!bucket_has(bucket, limit, now_ns)) {
		r->icmp[kind].limited++;
		return false;
	}
	bucket_take(bucket, limit->cost_ns, now_ns);
	r->icmp[kind].sent++;
	return true;
}
