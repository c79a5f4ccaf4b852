# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791, Internet Protocol."""

from clauses import clause
from packets import (forwarded, ip4_frame, left, udp4, with_header)

clause("rfc791_3_1_forwarded",
       "A good packet goes on to its next hop, one less in its TTL.",
       send=left(udp4()), out=forwarded("right", udp4()))
clause("rfc791_3_1_version_5",
       "A packet whose version is not 4 is discarded.",
       send=ip4_frame("left", with_header(udp4(), 0, b"\x55")),
       drops={"ip-version": 1})
