# SPDX-License-Identifier: BSD-2-Clause
"""RFC 4862: addresses of the router that somebody else checks for
duplicates."""

from clauses import clause, involved
from nd import (ALL_NODES, ALL_NODES_MAC, OVERRIDE, ROUTER, advertisement,
                local, no_advertisement, solicit)
from topology import LEFT, LINKS, RIGHT


def probe(wire, target=None, **fields):
    """RFC 4862 5.4.2: from no address, and so without its MAC."""
    return solicit(wire, target, src="::", slla=False, **fields)


def defended(name, says, wire, target):
    clause(name, says, send=probe(wire, target), wait=10,
           out=advertisement(wire, target, to=ALL_NODES, mac=ALL_NODES_MAC,
                             flags=ROUTER | OVERRIDE))


for wire, link in LINKS.items():
    defended(f"rfc4862_5_4_3_defended_{wire}",
             "Who wants an address of the router is told, with all nodes, that"
             " it is taken: not solicited, O set.", wire, link.ip6)
    defended(f"rfc4862_5_4_3_defended_link_local_{wire}",
             "So it is with its link-local address.", wire, local(link))
defended("rfc4862_5_4_3_defended_127", "So with its end of a /127.", "left",
         "2001:db8:31::2")

for name, target in (("neighbor", LEFT.host6), ("nobody", "2001:db8:1::99"),
                     ("another_link", RIGHT.ip6)):
    def silent(lab, target=target):
        no_advertisement(lab, "left", probe("left", target,
                                            to_mac=LEFT.router))

    silent.__name__ = f"rfc4862_5_4_3_silent_{name}"
    silent.__doc__ = f"Who wants {target} there hears nothing of the router."
    involved()(silent)


@involved()
def rfc4862_5_4_3_hop_limit_254(lab):
    """A probe with a hop limit of 254 is not answered."""
    no_advertisement(lab, "left", probe("left", hlim=254))
