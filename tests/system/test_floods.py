# SPDX-License-Identifier: BSD-2-Clause
"""Floods of packets that go up to core 0, one kind after the other; and of those
that a worker cuts into fragments.

While one lasts, a stream crosses each way and loses nothing that the wires had
room for, and the console answers each new connection within a second, from its
own port and from the flooded one. Afterwards no buffer is lost, and the counters
add up.
"""

import itertools
import random
import struct
import threading

import pytest
from flood import Flood
from lab import CONFIG, Lab
from wire import PATIENCE, checksum, icmp4, icmp6, padded, solicited_node

SECONDS = 2
STREAM_GAP = 0.005  # s between two packets of a stream
ANSWER_MAX = 1.0  # s for a new connection to the console
SLOWER = 20  # than in peace, where this machine has no second to spare
VARIANTS = 251

# The right link is narrow, so that packets can be too big for it.
NARROW = CONFIG.replace("interface port2", "interface port2\n mtu 1280")


def ip4(source, destination, body, protocol=17, ttl=64, fragment=0, options=b"",
        ident=0):
    head = struct.pack(
        "!BBHHHBBH4s4s", 0x45 + len(options) // 4, 0,
        20 + len(options) + len(body), ident, fragment, ttl, protocol, 0,
        source, destination,
    ) + options
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body


def ip6(source, destination, body, following=17, hops=64):
    return struct.pack(
        "!IHBB", 6 << 28, len(body), following, hops,
    ) + source + destination + body


def udp(payload=bytes(18), port=9):
    """Without a checksum: for IPv4, or what nobody reads."""
    return struct.pack("!HHHH", 4000, port, 8 + len(payload), 0) + payload


def tcp4(source, destination, port, flags, seq=0, ack=0, data=b""):
    segment = struct.pack(
        "!HHIIBBHHH", port, 80, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50,
        flags, 8192, 0, 0,
    ) + data
    pseudo = source + destination + struct.pack("!HH", 6, len(segment))
    total = checksum(pseudo + segment)
    segment = segment[:16] + struct.pack("!H", total) + segment[18:]
    return ip4(source, destination, segment, protocol=6)


class Frames:
    """The frames of each flood, from the left host to the router."""

    def __init__(self, lab):
        self.left, self.right = lab.left, lab.right
        self.mac4 = self.left.resolve(self.left.gateway4)
        self.mac6 = self.left.resolve(self.left.gateway6)
        self.own4, self.own6 = self.left.gateway4, self.left.gateway6

    def wrap(self, packet):
        if packet[0] >> 4 == 4:
            return padded(self.mac4 + self.left.mac + b"\x08\0" + packet)
        return self.mac6 + self.left.mac + b"\x86\xdd" + packet

    def many(self, make):
        return [self.wrap(make(i)) for i in range(VARIANTS)]

    def neighbor4(self, i):
        """A source on the left link."""
        return self.left.ip4[:3] + bytes([3 + i % 200])

    def ttl4(self):
        return [self.wrap(ip4(self.left.ip4, self.right.ip4, udp(), ttl=1))]

    def ttl6(self):
        return [self.wrap(ip6(self.left.ip6, self.right.ip6, udp(), hops=1))]

    def unresolved4(self):
        return self.many(lambda i: ip4(
            self.left.ip4, self.right.ip4[:3] + bytes([3 + i % 250]), udp()))

    def unresolved6(self):
        return self.many(lambda i: ip6(
            self.left.ip6, self.right.ip6[:8] + bytes(6) + bytes([7, i]),
            udp()))

    def arp(self):
        return [padded(
            b"\xff" * 6 + self.left.mac + b"\x08\x06"
            + struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1)
            + self.left.mac + self.left.ip4 + bytes(6) + self.own4)]

    def nd(self):
        group, mac = solicited_node(self.own6)
        body = b"\x87\0\0\0" + bytes(4) + self.own6 + b"\x01\x01"
        packet = icmp6(self.left.ip6, group, body + self.left.mac)
        return [mac + self.left.mac + b"\x86\xdd" + packet]

    def too_big4(self):
        return [self.wrap(ip4(self.left.ip4, self.right.ip4,
                              udp(bytes(1350)), fragment=0x4000))]

    def too_big6(self):
        return [self.wrap(ip6(self.left.ip6, self.right.ip6,
                              udp(bytes(1350))))]

    def to_fragment(self):
        return self.many(lambda i: ip4(
            self.left.ip4, self.right.ip4, udp(bytes(1350)), ident=i))

    def no_route(self):
        return self.many(lambda i: ip4(
            self.left.ip4, bytes([10, 1, 1, i]), udp()))

    def options(self):
        return [self.wrap(ip4(self.left.ip4, self.right.ip4, udp(),
                              options=b"\x94\x04\0\0"))]

    def syn_of_one(self):
        return self.many(lambda i: tcp4(
            self.neighbor4(0), self.own4, 2000 + i, 2, seq=i))

    def syn_of_many(self):
        rng = random.Random(5)
        return self.many(lambda i: tcp4(
            self.neighbor4(i), self.own4, rng.randrange(1024, 65536), 2))

    def echo4(self):
        return [self.wrap(icmp4(self.left.ip4, self.own4,
                                b"\x08\0\0\0\0\1\0\1" + bytes(40)))]

    def echo6(self):
        return [self.wrap(icmp6(self.left.ip6, self.own6,
                                b"\x80\0\0\0\0\1\0\1" + bytes(40)))]

    def fragments(self):
        return self.many(lambda i: ip4(
            self.left.ip4, self.own4, udp(bytes(1000)), fragment=0x2000,
            ident=i))

    def closed_port(self):
        return [self.wrap(ip4(self.left.ip4, self.own4, udp()))]


# Packets of a port that core 0 takes a second, and at once.
LIMITS = {"arp": (2000, 256), "nd": (2000, 256), "icmp": (2000, 256),
          "local": (2000, 256), "syn": (500, 128), "fragment": (1000, 512)}
OTHER_LIMITS = (1000, 128)
# What neighbours that never answer may cost at any time: of a flood before, too.
LATE = {"no-neighbor", "neighbor-queue"}
# Kind of flood: the reason of its punts, and what else than the rate may drop
# its packets.
FLOODS = {
    "ttl4": ("ttl", {"ttl"}),
    "ttl6": ("ttl", {"ttl"}),
    "unresolved4": ("neighbor", LATE),
    "unresolved6": ("neighbor", LATE),
    "arp": ("arp", set()),
    "nd": ("nd", set()),
    "too_big4": ("mtu", {"mtu"}),
    "too_big6": ("mtu", {"mtu"}),
    "to_fragment": (None, set()),
    "no_route": ("no-route", {"no-route"}),
    "options": ("options", set()),
    "syn_of_one": ("syn", set()),
    "syn_of_many": ("syn", set()),
    "echo4": ("icmp", set()),
    "echo6": ("icmp", set()),
    "fragments": ("fragment", {"reassembly"}),
    "closed_port": ("local", {"stack"}),
}


class Stream:
    """Numbered packets between the hosts, a few at a time."""

    MARK = b"stream"

    def __init__(self, source, target):
        mac = source.resolve(source.gateway4)
        self.head = mac + source.mac + b"\x08\0"
        self.source, self.target = source, target
        self.numbers = itertools.count()
        self.sent = 0
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.stopping.wait(STREAM_GAP):
            payload = self.MARK + struct.pack("!I", next(self.numbers))
            self.source.send(padded(self.head + ip4(
                self.source.ip4, self.target.ip4, udp(payload))))
            self.sent += 1

    def stop(self):
        self.stopping.set()
        self.thread.join()

    def received(self):
        """How many different ones have come by now."""
        with self.target.changed:
            frames = list(self.target.frames)
        return len({f[48:52] for f in frames if f[42:48] == self.MARK})


def connect(host, port, timeout=PATIENCE):
    """GETs a page of the console over a wire."""
    own = host.gateway4

    def segment(frame):
        return (frame[12:14] == b"\x08\0" and frame[23] == 6 and
                frame[26:30] == own and
                int.from_bytes(frame[36:38], "big") == port)

    def wanted(match):
        with host.changed:
            found = host.changed.wait_for(
                lambda: [f for f in host.frames if segment(f) and match(f)],
                timeout)
        assert found, "the console does not answer"
        return found[0]

    host.send_ip(tcp4(host.ip4, own, port, 2, seq=1))
    answer = wanted(lambda f: f[47] & 0x12 == 0x12)
    ack = int.from_bytes(answer[38:42], "big") + 1
    request = b"GET /api/v1/system HTTP/1.1\r\nHost: x\r\n\r\n"
    host.send_ip(tcp4(host.ip4, own, port, 0x18, 2, ack, request))
    wanted(lambda f: b"HTTP/1.1 200" in f[54:])
    host.send_ip(tcp4(host.ip4, own, port, 0x04, 2 + len(request)))


class Client(threading.Thread):
    """Opens connections to the console, one after the other."""

    def __init__(self, lab, ask):
        super().__init__(daemon=True)
        self.lab = lab
        self.ask = ask
        self.took = []
        self.failure = None
        self.stopping = threading.Event()
        self.start()

    def run(self):
        try:
            while not self.stopping.wait(0.1):
                self.took.append(self.lab.took(self.ask))
        except Exception as failure:  # pylint: disable=broad-except
            self.failure = failure

    def stop(self):
        self.stopping.set()
        self.join()
        assert self.failure is None, self.failure
        assert self.took
        return max(self.took)


def ask_console(lab):
    with lab.open("/api/v1/system") as answer:
        assert answer.status == 200


class Look:
    """The counters at some moment between two of the router's time."""

    def __init__(self, lab):
        self.since = lab.get("/system")["uptime"]
        counters = lab.get("/counters")
        self.until = lab.get("/system")["uptime"]
        self.ports = counters["sum"]["ports"]
        self.drops = counters["sum"]["drops"]
        self.fragmentation = counters["sum"]["fragmentation"]
        # What the NIC had no room for: one with several queues drops it.
        nic = lab.get("/interfaces/port1")["hardware-statistics"]
        self.missed = nic["rx-missed"] + nic["rx-no-buffer"]
        # What several workers let through, and core 0 did not.
        self.late = 0
        if lab.cores > 1:
            self.late = counters["cores"][0]["drops"]["punt-rate"]

    def handled(self, reason):
        """Packets from the left that core 0 took up."""
        return self.ports["port1"]["punts"][reason] - self.late


def grown(before, after):
    return {k: after[k] - before[k] for k in after if after[k] != before[k]}


MACHINES = [("e1000e", 1), ("e1000e", 4), ("ixgbe", 4)]
# All on the smallest and the largest machine; between them a few.
FEW = {"ttl4", "unresolved4", "arp", "nd", "to_fragment", "syn_of_many"}
CASES = [pytest.param(machine, kind, id=f"{machine[0]}-{machine[1]}-{kind}")
         for machine in MACHINES for kind in FLOODS
         if machine != MACHINES[1] or kind in FEW]


@pytest.fixture(scope="module")
def flooded(request):
    model, cores = request.param
    with Lab(NARROW, model=model, smp=cores) as lab:
        lab.alive()
        lab.cores = cores
        yield lab
        assert not [line for line in lab.log if "panic" in line]


# Pools of several cores are read one after the other, while the very requests
# for the count move buffers. A flood has a thousand times as many packets.
SLACK = 128


def buffers_free(lab):
    return max(lab.buffers_free() for _ in range(10))


PORTS = itertools.count(20000)


def clients_of(lab, kind):
    """Who asks the console: by its own port, and by the flooded one. A flood of
    all sources leaves no part of its bucket to others."""
    clients = [lambda: ask_console(lab)]
    if kind != "syn_of_many":
        clients.append(lambda: connect(lab.left, next(PORTS)))
    return clients


def check_cut(before, after, came):
    """None of them goes up to core 0, all were cut in two. Nothing is dropped
    but what the wire of the way out did not take in time."""
    cut = grown(before.fragmentation, after.fragmentation)
    assert came <= cut["packets"]
    assert cut["fragments"] == 2 * cut["packets"]
    assert set(grown(before.drops, after.drops)) <= LATE | {"tx-full"}
    assert after.ports["port1"]["punts"]["mtu"] == \
        before.ports["port1"]["punts"]["mtu"]


def check_counters(before, after, sent, reason, fates):
    """No more than the limit was taken up, however many cores let it through;
    of a real flood most was refused, for its own reason alone."""
    came = sent - (after.missed - before.missed)
    if reason is None:
        check_cut(before, after, came)
        return
    rate, burst = LIMITS.get(reason, OTHER_LIMITS)
    allowed = rate * (after.until - before.since) + burst + 1
    assert after.handled(reason) - before.handled(reason) <= allowed
    drops = grown(before.drops, after.drops)
    refused = {
        port: grown(before.ports[port]["refused"],
                    after.ports[port]["refused"])
        for port in after.ports
    }
    if came > 4 * allowed or "punt-rate" in drops:
        assert refused == {"port0": {}, "port1": {reason: drops["punt-rate"]},
                           "port2": {}}
    if came > 4 * allowed:
        assert drops["punt-rate"] > came / 4
    assert set(drops) <= fates | LATE | {"punt-rate"}, drops


def is_fragment(frame):
    return frame[12:14] == b"\x08\0" and \
        int.from_bytes(frame[20:22], "big") & 0x3FFF != 0


def lost(lab, before):
    """What the wires from left to right had no room for: before the router, in
    it, and behind it, where QEMU keeps 10,000 frames for a slow host."""
    now = Look(lab)
    with lab.right.changed:
        came = sum(map(is_fragment, lab.right.frames))
    made = grown(before.fragmentation, now.fragmentation).get("fragments", 0)
    return now.drops["tx-full"] - before.drops["tx-full"] + \
        now.missed - before.missed + max(0, made - came)


def arrived(lab, before, stream):
    """All of a stream; or but for what a full wire may have cost it, when what
    floods comes and leaves by the same ones."""
    full = lost(lab, before) if stream.target is lab.right else 0
    return stream.received() >= stream.sent - full


def flood(lab, kind):
    """One flood. How long the console took at most, and in peace."""
    frames = getattr(Frames(lab), kind)()
    for host in lab.hosts:
        host.answering = True
        host.clear()
    free = buffers_free(lab) - (SLACK if lab.cores > 1 else 0)
    peace = min(max(lab.took(ask) for ask in clients_of(lab, kind))
                for _ in range(3))
    before = Look(lab)
    streams = [Stream(lab.right, lab.left), Stream(lab.left, lab.right)]
    clients = [Client(lab, ask) for ask in clients_of(lab, kind)]
    with Flood(lab.left.wire, frames, SECONDS) as flooding:
        pass
    slowest = max([client.stop() for client in clients])
    for stream in streams:
        stream.stop()
    lab.settled(lambda: len(lab.right.frames))
    for stream in streams:
        lab.eventually(lambda s=stream: arrived(lab, before, s))
    print(flooding.sent, "frames; the console took", slowest, "not", peace)
    check_counters(before, Look(lab), flooding.sent, *FLOODS[kind])
    lab.left.clear()
    lab.right.clear()
    lab.eventually(lambda: buffers_free(lab) >= free, 60)
    lab.alive()
    return slowest, peace


@pytest.mark.parametrize("flooded,kind", CASES, indirect=["flooded"],
                         scope="module")
def test_flood(flooded, kind):
    """The machine that runs this may be busy once: three tries to be fast."""
    tries = []
    while len(tries) < 3:
        slowest, peace = flood(flooded, kind)
        if slowest < max(ANSWER_MAX, SLOWER * peace):
            return
        tries.append(slowest)
    pytest.fail(f"the console took {tries} s")
