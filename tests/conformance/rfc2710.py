# SPDX-License-Identifier: BSD-2-Clause
"""RFC 2710, Multicast Listener Discovery: the router as a listener.

The answer to a query comes at once when it grants no delay. One that must not
be answered is followed by one that must: when that answer is there, the other
one would be, too.
"""

from check import Differs
from clauses import involved
from icmp_errors import pseudo_checksum6
from nd import local, packed, solicited_node
from packets import Out, on, wrong_ether
from scapy.layers.inet6 import (ICMPv6MLQuery, IPv6, IPv6ExtHdrHopByHop,
                                RouterAlert)
from scapy.layers.l2 import Ether
from topology import LEFT, LINKS

REPORT = 131
ROUTERS = "ff02::2"
OWN = solicited_node(LEFT.ip6)
# Of a delay of zero some make a tick of their clock.
ANSWERS = 20


def query(group="::", wire="left", src="fe80::2", dst=None, hlim=1, alert=0,
          delay=0, code=0, cksum=None):
    dst = dst or ("ff02::1" if group == "::" else group)
    header = IPv6(src=src, dst=dst, hlim=hlim)
    if alert is not None:
        header = header / IPv6ExtHdrHopByHop(
            options=[RouterAlert(value=alert)])
    mac = "33:33:" + packed(dst)[12:].hex(":")
    return on(wire, Ether(src=LINKS[wire].host, dst=mac) / header
              / ICMPv6MLQuery(mladdr=group, mrd=delay, code=code,
                              cksum=cksum))


def is_report(frame, group):
    return frame[12:14] == b"\x86\xdd" and frame[20] == 0 \
        and frame[62] == REPORT and frame[70:86] == packed(group)


def report(group, wire="left"):
    """RFC 2710 3: to the group, from the link-local address, hop limit 1,
    with a router alert."""
    link = LINKS[wire]

    def wrong(frame):
        if not is_report(frame, group):
            return "no such report"
        packet = frame[14:54 + int.from_bytes(frame[18:20], "big")]
        if packet[7] != 1:
            return f"hop limit {packet[7]}"
        if packet[8:24] != packed(local(link)):
            return "source"
        if packet[24:40] != packed(group):
            return "destination"
        if b"\x05\x02\0\0" not in packet[42:48]:
            return "no router alert"
        if len(packet) != 72:
            return f"{len(packet)} bytes"
        # Only the upper-layer packet counts (RFC 8200 8.1).
        plain = packet[:4] + (24).to_bytes(2, "big") + b"\x3a" \
            + packet[7:40] + packet[48:]
        if pseudo_checksum6(plain):
            return "checksum"
        return wrong_ether(frame, link, "33:33:" + packed(group)[12:].hex(":"))

    return Out(wire, wrong, f"report of {group}")


@involved()
def rfc2710_4_general_query(lab):
    """A general query is answered with a report of each group of the router,
    but for all nodes."""
    groups = {ROUTERS, OWN, solicited_node(local(LEFT))}
    lab.check([query()], [report(g) for g in groups], wait=ANSWERS)
    if any(is_report(f, "ff02::1") for f in lab.hosts["left"].kept):
        raise Differs("all nodes are reported")


for what, group in (("all_routers", ROUTERS), ("solicited_node", OWN)):
    def asked(lab, group=group):
        lab.check([query(group)], [report(group)], wait=ANSWERS)

    asked.__name__ = f"rfc2710_4_query_{what}"
    asked.__doc__ = f"A query for {group} is answered with a report of it."
    involved()(asked)


@involved()
def rfc2710_4_all_nodes_never(lab):
    """All nodes is a group of which nobody reports."""
    unanswered(lab, query("ff02::1"), "ff02::1")


@involved()
def rfc2710_4_other_group(lab):
    """A query for a group that the router is not in is not answered."""
    unanswered(lab, query("ff02::1:ff12:3456", dst="ff02::1"),
               "ff02::1:ff12:3456")


def unanswered(lab, frame, group):
    lab.check([frame, query(OWN)], [report(OWN)], drops=None, wait=ANSWERS)
    if any(is_report(f, group) for f in lab.hosts["left"].kept):
        raise Differs("it is answered")


INVALID = {
    "global_source": ("from a global address", {"src": LEFT.host6}),
    "no_source": ("from no address", {"src": "::"}),
    "hop_limit_2": ("with hop limit 2", {"hlim": 2}),
    "hop_limit_255": ("with hop limit 255", {"hlim": 255}),
    "no_router_alert": ("without a router alert", {"alert": None}),
    "checksum": ("with a wrong checksum", {"cksum": 0x1234}),
}
for name, (what, fields) in INVALID.items():
    def ignored(lab, fields=fields):
        unanswered(lab, query(ROUTERS, **fields), ROUTERS)

    ignored.__name__ = f"rfc2710_3_{name}"
    ignored.__doc__ = f"A query {what} is ignored."
    involved()(ignored)
