# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812, Requirements for IP Version 4 Routers."""
from clauses import clause
from icmp_errors import TTL_EXCEEDED, icmp4
from packets import left, udp4

clause("rfc1812_5_3_1_ttl_one",
       "TTL 1 is not forwarded: time exceeded goes to the sender.",
       send=left(udp4(ttl=1)), out=icmp4("left", TTL_EXCEEDED, udp4(ttl=1)),
       drops={"ttl": 1})
