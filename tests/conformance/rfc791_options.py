# SPDX-License-Identifier: BSD-2-Clause
"""IPv4 options: RFC 791 3.1, RFC 1812 4.2.2.2, 4.3.3.5 and 5.3.13, RFC 7126,
RFC 2113. The packets are the left host's, to the right one."""

from clauses import clause
from icmp_errors import PARAMETER, TTL_EXCEEDED, icmp4
from options import (END, HEADER, LOOSE, NOP, RECORD_ROUTE, ROUTER_ALERT,
                     STRICT, UNKNOWN, UNKNOWN_COPIED, address, any_bytes, nops,
                     record_route, route, timestamp)
from packets import Out, difference, echo4, either, exactly, forwarded, hop, \
    left, packet_of, udp4, with_header, wrong_ether
from topology import LEFT, RIGHT

OWN = RIGHT.ip4  # 4.2.2.2: of the interface that the packet leaves by
OTHER = "10.1.2.3"


def packet(options, **fields):
    return udp4(size=160, options=any_bytes(options), **fields)


def updated(before, after):
    """The packet with these options in place of those."""
    data = hop(packet(before))
    return exactly("right", with_header(data, HEADER, any_bytes(after)))


def unchanged(name, says, options, **more):
    clause(name, says, send=left(packet(options)),
           out=forwarded("right", packet(options)), **more)


def changed(name, says, before, after, **more):
    clause(name, says, send=left(packet(before)),
           out=updated(before, after), **more)


def bad_option(name, says, options, at=HEADER, linux=None):
    """Parameter problem, with a pointer into the option at `at`, or just
    behind it where bytes are missing."""
    sent = packet(options)
    pointers = range(at, (bytes(sent)[0] & 15) * 4)
    tests = [icmp4("left", PARAMETER, sent, rest=bytes([p, 0, 0, 0]))
             for p in pointers]

    clause(name, says, send=left(sent), out=either(*tests), drops={"parameter": 1}, linux=linux)


# Passed on

unchanged("rfc1812_5_3_13_1_unknown_option",
          "An option that the router does not know goes on unchanged.", UNKNOWN)
unchanged("rfc1812_5_3_13_1_unknown_option_copied",
          "So does one with the copied flag.", UNKNOWN_COPIED)
unchanged("rfc1812_5_3_13_1_several_unknown_options",
          "Forty bytes of options that the router does not know go on.",
          (UNKNOWN + UNKNOWN_COPIED) * 5)
unchanged("rfc791_3_1_option_nop",
          "No-operation and end-of-list are one byte each, without a length.",
          nops(3) + END)
unchanged("rfc791_3_1_option_bytes_after_end",
          "What follows the end of the list is no option, and is not looked at.",
          END + b"\x07\xff\xff",
          linux="It overwrites them with zeros.")
unchanged("rfc2113_2_1_router_alert",
          "Router alert, on a packet of a protocol that the router has no part"
          " in, goes on like any other.", ROUTER_ALERT)
unchanged("rfc791_3_1_option_security",
          "The security option goes on unchanged.", bytes([130, 11]) + bytes(9))

# Source routes

for name, kind in (("4_3_lsrr", LOOSE), ("4_4_ssrr", STRICT)):
    sent = udp4(size=160, dst=LEFT.ip4,
                options=any_bytes(route(kind, RIGHT.host4)))
    clause(f"rfc7126_{name}_refused",
           "A source route through the router is refused, without a word.",
           send=left(sent), drops={"options": 1})
    clause(f"rfc7126_{name}_refused_on_its_way",
           "A source route that names others is refused as well.",
           send=left(packet(route(kind, OTHER, OTHER))), drops={"options": 1})
    clause(f"rfc7126_{name}_refused_behind_nops",
           "It is found behind other options.",
           send=left(packet(UNKNOWN + nops(4) + route(kind, OTHER))),
           drops={"options": 1})

# Record route

changed("rfc1812_5_3_13_5_record_route",
        "The router puts the address of the way out into the next slot.",
        record_route(None, None), record_route(OWN, None, pointer=8))
changed("rfc1812_5_3_13_5_record_route_second",
        "It leaves the slots before alone.",
        record_route(OTHER, None, pointer=8),
        record_route(OTHER, OWN, pointer=12))
unchanged("rfc791_3_1_record_route_full",
          "When no slot is left, the packet goes on as it is.",
          record_route(OTHER, OTHER, pointer=12))
unchanged("rfc791_3_1_record_route_pointer_far_beyond",
          "A pointer far beyond the option is one of a full list, too.",
          record_route(OTHER, pointer=255))
bad_option("rfc791_3_1_record_route_part_of_a_slot",
           "Room for a part of an address is an error: parameter problem.",
           bytes([7, 6, 4, 0, 0, 0]))
bad_option("rfc791_3_1_record_route_pointer_3",
           "A pointer below 4 is an error: parameter problem.",
           record_route(None, pointer=3))
changed("rfc791_3_1_record_route_behind_nops",
        "Options need no alignment.", NOP + record_route(None),
        NOP + record_route(OWN, pointer=8))

# Timestamps

ZERO = bytes(4)


def stamped(name, says, before, after, at, linux=None):
    """`after` has zeros where the stamp is, which may be any: of the day, or
    another time with the top bit."""
    data = packet(before)
    expected = with_header(hop(data), HEADER, any_bytes(after))
    at += HEADER

    def wrong(frame):
        got = packet_of(frame)
        if got is None or len(got) != len(expected):
            return "no such packet"
        stamp = int.from_bytes(got[at:at + 4], "big")
        if not stamp:
            return "no timestamp"
        if not stamp >> 31 and stamp >= 24 * 3600 * 1000:
            return "a time after midnight that no day has"
        filled = with_header(expected, at, got[at:at + 4])
        if got != filled:
            return difference(filled, got)
        return wrong_ether(frame, RIGHT, None)

    clause(name, says, send=left(data), out=Out("right", wrong, says),
           linux=linux)


stamped("rfc1812_5_3_13_6_timestamp_alone",
        "Flag 0: a timestamp goes into the next slot.",
        timestamp(0, ZERO, ZERO), timestamp(0, ZERO, ZERO, pointer=9), 4)
stamped("rfc1812_5_3_13_6_timestamp_with_address",
        "Flag 1: the address of the way out, then a timestamp.",
        timestamp(1, ZERO, ZERO),
        timestamp(1, address(OWN), ZERO, pointer=13), 8,
        linux="It puts in the address of the way in.")
stamped("rfc1812_5_3_13_6_timestamp_prespecified",
        "Flag 3: a timestamp behind the address, if that is the router's.",
        timestamp(3, address(OWN), ZERO),
        timestamp(3, address(OWN), ZERO, pointer=13), 8)
unchanged("rfc791_3_1_timestamp_prespecified_other",
          "Flag 3: the address of somebody else is left to them.",
          timestamp(3, address(OTHER), ZERO))
changed("rfc791_3_1_timestamp_full",
        "When no slot is left, the overflow count rises by one.",
        timestamp(0, b"abcd", pointer=9),
        timestamp(0, b"abcd", pointer=9, overflow=1))
bad_option("rfc791_3_1_timestamp_overflow_overflows",
           "When the overflow count is at 15 already: parameter problem.",
           timestamp(0, b"abcd", pointer=9, overflow=15))
bad_option("rfc791_3_1_timestamp_part_of_a_slot",
           "Room for a part of address and stamp: parameter problem.",
           timestamp(1, ZERO))
bad_option("rfc791_3_1_timestamp_pointer_4",
           "A pointer below 5: parameter problem.",
           timestamp(0, ZERO, pointer=4))

# Malformed

bad_option("rfc1812_4_3_3_5_option_length_0",
           "An option with length 0: parameter problem.", b"\x5e\0\0\0")
bad_option("rfc1812_4_3_3_5_option_length_1",
           "An option with length 1: parameter problem.", b"\x5e\x01\0\0")
bad_option("rfc1812_4_3_3_5_option_beyond_header",
           "An option longer than the header: parameter problem.",
           b"\x5e\x05\0\0")
bad_option("rfc1812_4_3_3_5_option_without_length",
           "An option that ends before its length: parameter problem.",
           nops(3) + b"\x5e", at=HEADER + 3)
clause("rfc1812_4_3_2_3_options_are_quoted",
       "An error quotes the header with its options.",
       send=left(packet(UNKNOWN, ttl=1)),
       out=icmp4("left", TTL_EXCEEDED, packet(UNKNOWN, ttl=1)),
       drops={"ttl": 1})

# Echo with options to the router itself


def recorded(frame):
    """A reply whose record route has the router's address."""
    got = packet_of(frame)
    if got is None or got[0] <= 0x45 or got[9] != 1:
        return "no ICMP with options"
    header = (got[0] & 15) * 4
    if got[header] != 0:
        return f"type {got[header]}"
    options = got[HEADER:header]
    if options[0] != RECORD_ROUTE or options[2] < 8:
        return f"options {options.hex()}"
    if address(LEFT.ip4) not in (options[3:7], options[7:11]):
        return f"recorded {options.hex()}"
    return wrong_ether(frame, LEFT, None)


clause("rfc1812_4_3_3_6_echo_with_record_route",
       "A record route in an echo request is in the reply, with the router's"
       " address.",
       send=left(echo4(dst=LEFT.ip4,
                       options=any_bytes(record_route(None, None, None)))),
       out=Out("left", recorded, "echo reply with a record route"))
