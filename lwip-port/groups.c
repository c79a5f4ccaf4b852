/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The multicast groups that a port receives: those of all its interfaces (RFC
 * 1112 6.4, RFC 2464 7). All-systems and all-nodes are always ours.
 *
 * A port is told in the next turn: a config changes many interfaces at once.
 */
#include "kernel/log.h"
#include "lwip-port/private.h"
#include "lwip/mld6.h"
#include "lwip/stats.h"

struct groups {
	uint8_t mac[PORT_MULTICAST_MAX][ETH_ALEN];
	uint32_t count, lost;
};

/* Ports that do not know their groups yet. */
static struct port *stale[PORT_MAX];

/* Adds a group's MAC once. */
static void
group_add(struct groups *g, const uint8_t *mac)
{
	for (uint32_t i = 0; i < g->count; i++)
		if (memcmp(g->mac[i], mac, ETH_ALEN) == 0)
			return;
	if (g->count == PORT_MULTICAST_MAX)
		g->lost++;
	else
		memcpy(g->mac[g->count++], mac, ETH_ALEN);
}

static void
groups_of(struct groups *groups, struct stack_iface *ifc)
{
	uint8_t mac[ETH_ALEN] = { 0x33, 0x33 };
	const struct mld_group *g;

	for (g = netif_mld6_data(&ifc->netif); g; g = g->next) {
		memcpy(mac + 2, &g->group_address.addr[3], 4);
		group_add(groups, mac);
	}
}

/* Who snoops on MLD does not learn of a group without a place here. */
static void
table_tell(const struct port *port)
{
	static STAT_COUNTER told;
	STAT_COUNTER refused = lwip_stats.memp[MEMP_MLD6_GROUP]->err;

	if (refused != told)
		log_error(port->name, "no place for a group beyond %d",
		    MEMP_NUM_MLD6_GROUP);
	told = refused;
}

static void
tell(struct port *port)
{
	static const uint8_t all4[] = { 0x01, 0x00, 0x5e, 0, 0, 1 };
	static const uint8_t all6[] = { 0x33, 0x33, 0, 0, 0, 1 };
	static struct groups groups;
	int error;

	table_tell(port);
	groups.count = groups.lost = 0;
	group_add(&groups, all4);
	group_add(&groups, all6);
	for (uint16_t i = 0; i < IFACE_MAX; i++) {
		struct stack_iface *ifc = stack_iface(i);

		if (ifc && ifc->port == port)
			groups_of(&groups, ifc);
	}
	if (groups.lost > 0)
		log_error(port->name, "cannot receive %u groups beyond %d",
		    (unsigned int)groups.lost, PORT_MULTICAST_MAX);
	error = port->ops->set_multicast(
	    port, (const uint8_t(*)[ETH_ALEN])groups.mac, groups.count);
	if (error != 0)
		log_error(port->name, "cannot receive %u groups: error %d",
		    (unsigned int)groups.count, -error);
}

void
groups_changed(struct port *port)
{
	stale[port->index] = port;
}

void
groups_poll(void)
{
	for (uint32_t i = 0; i < PORT_MAX; i++) {
		struct port *port = stale[i];

		stale[i] = NULL;
		if (port)
			tell(port);
	}
}
