# SPDX-License-Identifier: BSD-2-Clause
"""Sends frames to a router and holds what comes out against a clause."""

import itertools
import time

from host import FENCE, FENCE_DIGITS, TAG, Hosts
from lab import is_echo_reply
from packets import frame_summary
from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6
from scapy.layers.l2 import Ether
from scapy.packet import Raw
from topology import LINKS
from wire import PATIENCE

FENCE_TIMEOUT = PATIENCE
# ND, MLD, and their options: what a router may say of its own accord.
OWN_ICMP6 = {130, 131, 132, 133, 134, 135, 143}
NEIGHBOR_ADVERTISEMENT = 136


class Differs(AssertionError):
    """The router does not do what the clause says."""


def own_chatter(frame):
    """Frames that a router sends for itself: questions for its neighbours,
    announcements. Whoever expects them says so."""
    kind = frame[12:14]
    if kind == TAG:
        return own_chatter(frame[:12] + frame[16:])
    if kind == b"\x08\x06":
        return frame[20:22] == b"\0\1"
    if kind == b"\x08\x00":
        return frame[23] == 2  # IGMP
    if kind != b"\x86\xdd":
        return False
    if frame[20] == 0 and frame[54] == 58:  # MLD has a router alert
        return frame[62] in OWN_ICMP6
    if frame[20] != 58:
        return False
    if frame[54] == NEIGHBOR_ADVERTISEMENT:
        return frame[:2] == b"\x33\x33"
    return frame[54] in OWN_ICMP6


class Lab:
    """A router with hosts on its wires. Routers derive from it and say how
    they count."""

    linux = False
    # How long what must come may take beyond the fence.
    patience = PATIENCE

    def connect(self, wires, record):
        """`wires` by name; in the order of the ports."""
        self.hosts = {name: Hosts(wire, LINKS[name], record)
                      for name, wire in wires.items()}
        self.numbers = itertools.count(1)

    def disconnect(self):
        for host in getattr(self, "hosts", {}).values():
            host.close()

    # The fence

    def _fence_frames(self, number):
        """(from, to, frame): through the router between each two wires, and
        to the router and back on each."""
        text = Raw(FENCE + b"%0*d" % (FENCE_DIGITS, number))
        for name, link in LINKS.items():
            ether = Ether(src=link.host, dst=link.router)
            yield name, name, bytes(
                ether / IP(src=link.host4, dst=link.ip4)
                / ICMP(type=8, id=0xFE) / text)
            for other, far in LINKS.items():
                if far is not link:
                    yield name, other, bytes(
                        ether / IP(src=link.host4, dst=far.host4)
                        / UDP(sport=9, dport=9) / text)

    def markers(self, timeout=FENCE_TIMEOUT):
        """Whatever was sent before has had its effect when these are back:
        of one core. For more cores see settle()."""
        number = next(self.numbers)
        expected = dict.fromkeys(LINKS, 0)
        for name, to, frame in self._fence_frames(number):
            expected[to] += 1
            self.hosts[name].send_aside(frame)
        end = time.monotonic() + timeout
        for name, count in expected.items():
            host = self.hosts[name]
            if not host.wait(lambda h=host, c=count:
                             h.fences.count(number) >= c,
                             end - time.monotonic()):
                return False
        return True

    def fence(self, filtered=False):
        """Waits until all that was sent is dealt with."""
        self.settle(filtered)
        if not self.markers():
            raise TimeoutError("a fence does not come through the router")
        self.settled(filtered)

    def settle(self, filtered):
        """Waits until the router has counted every frame."""

    def settled(self, filtered):
        """After the fence."""

    def warm_up(self, timeout=60):
        """Until packets cross everywhere: neighbours are resolved."""
        end = time.monotonic() + timeout
        while not self.markers(2):
            if time.monotonic() > end:
                raise TimeoutError("packets do not cross the router")
        for name, link in LINKS.items():
            self._warm_up6(self.hosts[name], link, end)

    @staticmethod
    def _warm_up6(host, link, end):
        """Until its IPv6 address is no longer tentative (RFC 4862 5.4)."""
        request = Ether(src=link.host, dst=link.router) / IPv6(
            src=link.host6, dst=link.ip6) / ICMPv6EchoRequest(id=0xFE)
        while not host.wait(lambda: any(is_echo_reply(f) for f in host.kept),
                            0.2):
            if time.monotonic() > end:
                raise TimeoutError(f"{link.ip6} does not answer")
            host.send_aside(bytes(request))

    # A clause

    def drops(self):
        """By reason; None if the router is not ours."""
        return None

    def check(self, send, out=(), drops=(), wait=None, filtered=False):
        """Sends frames and checks all that happens.

        send      pairs of wire and frame
        out       what must come out, in any order; nothing else may, but
                  what a router says of its own accord
        drops     how far each drop counter rises, {"ttl": 1}; the others
                  must not. None: whatever they do
        wait      seconds that what must come out may take, at least
        filtered  NICs drop some of it before anybody counts
        """
        before = self.drops()
        for host in self.hosts.values():
            host.begin()
        for wire, frame in send:
            self.hosts[wire].send(frame)
        self.fence(filtered)
        missing, surplus = self._compare(out)
        if missing:
            end = time.monotonic() + max(wait or 0, self.patience)
            while missing and time.monotonic() < end:
                time.sleep(0.02)
                missing, surplus = self._compare(out)
            self.fence()
            missing, surplus = self._compare(out)
        if missing or surplus:
            raise Differs(self._report(missing, surplus))
        if before is None or drops is None:
            return
        if self.check_drops(before, dict(drops), wait):
            # What was dropped late may have been answered late.
            self.fence()
            missing, surplus = self._compare(out)
            if surplus:
                raise Differs(self._report([], surplus))

    def check_drops(self, before, expected, wait=None):
        """Waits until the counters rose so far, and no farther; true if it
        had to wait."""
        end = time.monotonic() + max(wait or 0, self.patience)
        waited = False
        while True:
            now = self.drops()
            risen = {k: now[k] - before[k] for k in now if now[k] != before[k]}
            if risen == expected:
                return waited
            waited = True
            if time.monotonic() > end:
                raise Differs(f"drops {risen} instead of {expected}")
            time.sleep(0.02)

    def _compare(self, out):
        """What is missing of `out`, and (wire, frame) that nobody asked for."""
        missing, surplus = list(out), []
        for name, host in self.hosts.items():
            with host.changed:
                frames = list(host.kept)
            for frame in frames:
                fits = next((o for o in missing if o.wire == name
                             and o.wrong(frame) is None), None)
                if fits:
                    missing.remove(fits)
                elif not own_chatter(frame):
                    surplus.append((name, frame))
        return missing, surplus

    @staticmethod
    def _report(missing, surplus):
        lines = []
        for out in missing:
            lines.append(f"missing on {out.wire}: {out.says}")
            lines += [f"    no: {out.wrong(frame)}" for name, frame in surplus
                      if name == out.wire]
        for name, frame in surplus:
            lines += [f"came out on {name}: {frame_summary(frame)}",
                      f"    {frame.hex()}"]
        return "\n".join(lines)

    def reset(self):
        """After a clause that failed half way."""
        for host in self.hosts.values():
            host.answering = True
