# SPDX-License-Identifier: BSD-2-Clause
"""The full Internet table in 512 MiB: what the router says, and what it does.

An oracle (tables.py) finds the longest match in the table's text by itself.
"""

import gzip
import http.client
import itertools
import json
import math
import os
import random
import re
import struct
import threading
import time

import mrt
import pytest
from lab import RIGHT, Lab, is_echo_reply
from tables import (BITS, CONFIG, GATEWAYS, Table, destinations, full_table,
                    generated, text_of)
from wire import PATIENCE, checksum

FULL = 1_000_000  # routes, at least
SMALL = (16_000, 4_000)
DESTINATIONS = 10_000
WINDOW = 128   # frames between the two hosts at any time
LOST_AFTER = PATIENCE  # seconds without any frame
TRIES = 3  # to be fast: the machine that runs this may be busy
ANSWER_WITHIN = 1  # seconds, of the console
DOWN_WITHIN = 2  # seconds until traffic takes another way


class Console:
    """One connection that is kept open."""

    def __init__(self, lab, timeout=PATIENCE):
        self.connection = http.client.HTTPConnection(
            "127.0.0.1", lab.http_port, timeout=timeout)

    def get(self, path):
        self.connection.request("GET", "/api/v1" + path)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        return json.loads(body)

    def lookup(self, family, value):
        """(prefix or None, set of (gateway, port, MAC))."""
        got = self.get(f"/routes/lookup?address={text_of(family, value)}")
        hops = {
            (h["next-hop-address"], h["outgoing-interface"],
             h["link-layer-address"])
            for h in got.get("next-hop", ())}
        return got["destination-prefix"], hops


def expected(table, family, value):
    """What Console.lookup() should return."""
    found = table.lookup(family, value)
    if found is None:
        return None, set()
    return found[0], {tuple(GATEWAYS[g]) for g in found[1]}


def frame_to(lab, family, value, number):
    """Packet `number` from the left host to any address."""
    source = lab.left.ip4 if family == 4 else lab.left.ip6
    destination = value.to_bytes(BITS[family] // 8, "big")
    payload = struct.pack("!HHHHI", 1024 + number % 60000, 2000, 12, 0, number)
    if family == 4:
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 32, 0, 0, 64, 17, 0,
                           source, destination)
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
        kind, gateway = b"\x08\x00", lab.left.gateway4
    else:
        head = struct.pack("!IHBB", 6 << 28, 12, 17, 64) + source + destination
        kind, gateway = b"\x86\xdd", lab.left.gateway6
    return lab.left.resolve(gateway) + lab.left.mac + kind + head + payload


def number_of(frame):
    """The number of a frame that frame_to() made, or None."""
    family = {b"\x08\x00": 4, b"\x86\xdd": 6}.get(frame[12:14])
    if family is None:
        return None
    protocol, at = (frame[23], 34) if family == 4 else (frame[20], 54)
    if protocol != 17 or frame[at + 2:at + 4] != struct.pack("!H", 2000):
        return None
    return int.from_bytes(frame[at + 8:at + 12], "big")


def refused_number(frame):
    """The number of the packet that an ICMP unreachable is about, or None."""
    if frame[12:14] == b"\x08\x00" and frame[23] == 1 and frame[34] == 3:
        return number_of(frame[:14] + frame[42:])
    if frame[12:14] == b"\x86\xdd" and frame[20] == 58 and frame[54] == 1:
        return number_of(frame[:14] + frame[62:])
    return None


class Collector:
    """What comes out, by number: (port, destination MAC).

    `refused` has the numbers of those that came back as unreachable.

    Each has numbers of its own, from `first` on: what a NIC held back while
    its link was down may come later.
    """

    numbers = itertools.count(0, 1_000_000)

    def __init__(self, lab):
        self.first = next(self.numbers)
        self.seen = {}
        self.refused = set()
        self.twice = []
        self.stopping = False
        self.threads = [
            threading.Thread(target=self._run, args=a, daemon=True)
            for a in ((lab.left, "port1"), (lab.right, "port2"))]
        for thread in self.threads:
            thread.start()

    def _run(self, host, port):
        while not self.stopping:
            frame = host.next(self._is_ours, 0.2)
            if frame:
                number = number_of(frame) - self.first
                if number in self.seen:
                    self.twice.append(number)
                self.seen[number] = (port, frame[:6].hex(":"))

    def _is_ours(self, frame):
        refused = refused_number(frame)
        if refused is not None and refused >= self.first:
            self.refused.add(refused - self.first)
        number = number_of(frame)
        return number is not None and number >= self.first

    def wait_for(self, count):
        """Until `count` have come, or none for a while."""
        last, since = -1, time.monotonic()
        while len(self.seen) < count:
            if len(self.seen) != last:
                last, since = len(self.seen), time.monotonic()
            if time.monotonic() - since > LOST_AFTER:
                return
            time.sleep(0.001)

    def stop(self):
        self.stopping = True
        for thread in self.threads:
            thread.join()
        assert not self.twice


def send_all(lab, where, expect):
    """Sends a packet to each; returns a Collector of what came out."""
    out = Collector(lab)
    frames = [frame_to(lab, *d, out.first + i) for i, d in enumerate(where)]
    due = 0
    for i, frame in enumerate(frames):
        if due - len(out.seen) >= WINDOW:
            out.wait_for(due - WINDOW // 2)
        lab.left.send(frame)
        due += expect[i] is not None
    out.wait_for(due)
    time.sleep(0.2)  # for what should not have come
    out.stop()
    return out


def check_lookups(lab, table, where):
    """The API agrees with the oracle for each destination."""
    console = Console(lab)
    for family, value in where:
        got = console.lookup(family, value)
        assert got == expected(table, family, value), text_of(family, value)


def grown(before, after):
    return {k: after[k] - before[k] for k in after if after[k] > before[k]}


def wait_lookups(lab, table, where):
    """Until core 0 has brought all that has changed to the FIB."""
    console = Console(lab)
    for way in where:
        lab.eventually(
            lambda w=way: console.lookup(*w) == expected(table, *w))


def check_packets(lab, table, where):
    """Packets leave as the oracle says, or are counted as without a route."""
    expect = []
    for family, value in where:
        ways = expected(table, family, value)[1]
        expect.append({w[1:] for w in ways} or None)
    before = lab.drops()
    out = send_all(lab, where, expect)
    lab.eventually(lambda: sum(grown(before, lab.drops()).values())
                   >= expect.count(None))
    dropped = grown(before, lab.settled(lab.drops))
    for i, ways in enumerate(expect):
        name = text_of(*where[i])
        if ways is None:
            assert i not in out.seen, f"{name} has no route: {out.seen[i]}"
        else:
            assert i in out.seen, f"{name} was lost: {dropped}"
            assert out.seen[i] in ways, name
            assert i not in out.refused, name
    # Some come back as unreachable, those that are too many do not.
    assert set(dropped) <= {"no-route", "punt-rate"}, dropped
    assert sum(dropped.values()) == expect.count(None), dropped
    assert bool(out.refused) == (None in expect)


class Clock:
    """Says how long each part took: `pytest -s` shows it."""

    def __init__(self):
        self.start = time.monotonic()

    def lap(self, what):
        now = time.monotonic()
        print(f"{now - self.start:6.1f} s  {what}", flush=True)
        self.start = now


def table_lab(files, text=CONFIG + "routes table\n", **options):
    return Lab({"barewire.conf": text, **files}, **options)


def settle_neighbors(lab):
    """Both hosts are known to the router, which is known to them."""
    lab.alive()
    lab.left.clear()
    lab.right.clear()


@pytest.fixture(scope="module")
def full():
    """(text, oracle)"""
    text = full_table()
    table = Table(text)
    print(f"{len(text)} bytes of text, {table.count()} routes")
    assert table.count() > FULL or "ROUTES" in os.environ
    return text, table


@pytest.fixture(scope="module")
def small():
    text = generated(*SMALL)
    return text, Table(text)


def check_all(lab, table, count, seed=1):
    """So many destinations, by the API and by packets."""
    clock = Clock()
    where = destinations(table, seed, count)
    settle_neighbors(lab)
    check_lookups(lab, table, where)
    clock.lap(f"{count} lookups by the API")
    check_packets(lab, table, where)
    clock.lap(f"{count} packets")


def check_small(lab, table):
    check_all(lab, table, 1000)


def test_the_full_table_in_512_mib(full):
    text, table = full
    clock = Clock()
    with table_lab({"table": text}, model="ixgbe", memory=512, smp=2) as lab:
        clock.lap("boot")
        check_all(lab, table, DESTINATIONS)
        print(lab.machine.wait_log("mem: heap"))
        print(lab.get("/system")["memory"])


def answer_times(lab, until):
    """How long requests took, four a second, until a log line. One without an
    answer took for ever."""
    out = []
    while not any(until in line for line in lab.log):
        try:
            out.append(lab.took(lambda: lab.open("/api/v1/system").close()))
        except OSError:
            if out:  # else port0 had no link yet
                out.append(math.inf)
        time.sleep(0.25)
    return out


@pytest.mark.parametrize("smp", [1, 2])
def test_the_console_and_packets_go_on_while_a_table_is_loaded(full, smp):
    waits = []
    while not waits or min(waits) >= ANSWER_WITHIN:
        assert len(waits) < TRIES, f"the console took {waits} s"
        waits.append(worst_while_loaded(*full, smp))


def ping_once(host, address):
    host.ping(address)
    return host.next(is_echo_reply)


def worst_while_loaded(text, table, smp):
    """Seconds that anything had to wait at most, or that nothing came in."""
    with table_lab({"table": text}, model="ixgbe", memory=512, smp=smp,
                   wait=False) as lab:
        lab.machine.wait_log("port1: link up")
        lab.machine.wait_log("port2: link up")
        pings, echoes = [], []
        stop = threading.Event()

        def ping():
            while not stop.wait(0.25):
                lab.left.clear()
                pings.append(lab.took(
                    lambda: echoes.append(ping_once(lab.left, RIGHT[1]))))

        thread = threading.Thread(target=ping, daemon=True)
        thread.start()
        times = answer_times(lab, "barewire: ready")
        stop.set()
        thread.join()
        # The first ping may wait for a neighbour, or be lost with it.
        worst = max(times + pings[1:], default=math.inf)
        print(f"{len(times)} answers, {len(pings)} pings, "
              f"{worst:.3f} s at most")
        # A line each second, of which a fast machine needs few, and a busy one
        # misses some.
        done = lab.machine.wait_log(" errors, ")
        seconds = int(re.search(r"table: .* (\d+) ms", done).group(1)) // 1000
        progress = [x for x in lab.log if re.search(r"table: .* % read", x)]
        assert len(progress) >= seconds // 2 - 1, lab.log
        check_all(lab, table, 500)
        assert all(echoes[1:])
        enough = times and min(len(times), len(pings)) >= seconds
        return worst if enough else math.inf


@pytest.mark.parametrize("memory", [64, 80])
def test_a_table_that_does_not_fit_is_refused(full, memory):
    """At the start or half way; the rest of the config is in force."""
    text, table = full
    with table_lab({"table": text}, memory=memory) as lab:
        said = [x for x in lab.log if "table" in x and "memory" in x]
        assert said, lab.log
        settle_neighbors(lab)
        console = Console(lab)
        for where in destinations(table, 1, 100):
            assert console.lookup(*where) == (None, set())


@pytest.mark.parametrize("firmware, bus", [
    ("bios", "virtio"), ("uefi", "ahci"), ("uefi", "virtio")])
def test_a_large_file_by_any_loader(full, firmware, bus):
    text, table = full
    clock = Clock()
    with table_lab({"table": text}, firmware=firmware, config_bus=bus,
                   memory=512, smp=2) as lab:
        clock.lap(f"boot by {firmware}, config on {bus}")
        check_all(lab, table, 500)


def test_the_full_table_beside_the_buffers_of_eight_cores(full):
    """They take most when each core has queues and frames are long."""
    text, table = full
    config = CONFIG.replace("port1\n", "port1\n mtu 9000\n", 1)
    with table_lab({"table": text}, config + "routes table\n", model="ixgbe",
                   memory=512, smp=8) as lab:
        check_all(lab, table, 500)


@pytest.mark.parametrize("smp", [1, 4])
@pytest.mark.parametrize("cpu", ["max", "max,-avx2", "qemu64"])
def test_a_small_table_by_any_processor(small, cpu, smp):
    """The FIB's lookups are chosen by what the processor offers."""
    text, table = small
    with table_lab({"table": text}, cpu=cpu, smp=smp) as lab:
        check_small(lab, table)


def collected(table):
    """As a collector of four peers has it: the wanted way is the shortest."""
    rng = random.Random(3)
    decoys = {4: [], 6: []}
    for gateway in GATEWAYS:
        family = 6 if ":" in gateway else 4
        decoys[family].append(mrt.attributes(gateway, hops=5))
    best = {g: mrt.attributes(g, hops=2) for g in GATEWAYS}
    out = [mrt.peer_index(peers=4)]
    for sequence, (prefix, gateway) in enumerate(table.lines()):
        ways = rng.sample(decoys[6 if ":" in prefix else 4], rng.randrange(4))
        ways.insert(rng.randrange(len(ways) + 1), best[gateway])
        out.append(mrt.rib(prefix, list(enumerate(ways)), sequence))
    return b"".join(out)


FORMATS = {
    "text-gzip": lambda text, table: gzip.compress(text),
    "mrt": lambda text, table: collected(table),
    "mrt-gzip": lambda text, table: gzip.compress(collected(table)),
}


@pytest.mark.parametrize("form", FORMATS)
def test_a_table_in_other_forms(small, form):
    data = FORMATS[form](*small)
    with table_lab({"table": data}) as lab:
        check_small(lab, small[1])


def spoil(text, count):
    """A table with so many bad lines in it: (text, their numbers)."""
    bad = ["10.0.0.1/8 192.0.2.2", "10.0.0.0/33 192.0.2.2",
           "2001:db8::/129 2001:db8:1::2", "10.0.0.0/8 2001:db8:1::2",
           "10.0.0.0/8 192.0.2.256", "10.0.0.0/8 192.0.2.2 more", "words"]
    lines = text.decode().splitlines()
    rng = random.Random(5)
    for at in sorted(rng.sample(range(len(lines)), count), reverse=True):
        lines.insert(at, rng.choice(bad))
    numbers = [n for n, line in enumerate(lines, 1) if line in bad]
    assert len(numbers) == count
    return "\n".join(lines).encode() + b"\n", numbers


def shown_errors(lab):
    """The line numbers of the file's errors in the log."""
    found = (re.search(r"table:(\d+):\d+: ", line) for line in lab.log)
    return [int(m.group(1)) for m in found if m]


@pytest.mark.parametrize("count", [1, 20, 21, 5000])
def test_bad_lines_are_told_and_good_routes_kept(small, count):
    text, numbers = spoil(small[0], count)
    with table_lab({"table": text}) as lab:
        check_small(lab, small[1])
        assert shown_errors(lab) == numbers[:20]
        assert any(re.search(rf"table.*\b{count}\b", x) for x in lab.log)


def test_strict_refuses_a_file_with_one_bad_line(small):
    text, numbers = spoil(small[0], 1)
    with table_lab({"table": text}, CONFIG + "routes table strict\n") as lab:
        lab.alive()
        lab.eventually(lambda: shown_errors(lab) == numbers)
        console = Console(lab)
        for where in destinations(small[1], 1, 100):
            assert console.lookup(*where) == (None, set())


def behind_port2():
    """100,000 routes through port2, every tenth with a way by port1, too.

    What covers them all goes by port1.
    """
    right = [g.address for g in GATEWAYS.values() if g.port == "port2"]
    lines = generated(80_000, 20_000, gateways=right).decode().splitlines()
    for line in lines[1::10]:
        prefix = line.split()[0]
        way = "2001:db8:1::12" if ":" in prefix else "192.0.2.12"
        lines.append(f"{prefix} {way}")
    lines += ["0.0.0.0/0 192.0.2.11", "::/0 2001:db8:1::11"]
    return "\n".join(lines).encode() + b"\n"


def time_to(lab, where, port):
    """Seconds until packets to a destination leave by a port."""
    out = Collector(lab)
    start = time.monotonic()
    for i in itertools.count():
        if time.monotonic() - start > PATIENCE:
            break
        lab.left.send(frame_to(lab, *where, out.first + i))
        time.sleep(0.02)
        if port in (p for p, _ in out.seen.values()):
            took = time.monotonic() - start
            time.sleep(0.5)
            out.stop()
            return took
    out.stop()
    raise TimeoutError(f"nothing leaves by {port}")


@pytest.mark.parametrize("model", ["ixgbe", "e1000e"])
def test_a_link_with_100000_routes_behind_it_goes_and_returns(model):
    text = behind_port2()
    table = Table(text)
    with table_lab({"table": text}, model=model, smp=2) as lab:
        settle_neighbors(lab)
        where = destinations(table, 2, 2000)
        probe = next(d for d in where if not any(
            GATEWAYS[g].port == "port1" for g in table.lookup(*d)[1]))
        check_packets(lab, table, where)
        took = []
        while not took or min(took) >= DOWN_WITHIN:
            assert len(took) < TRIES, took
            took.append(time_down(lab, table, probe, where))


def time_down(lab, table, probe, where):
    """Seconds from the loss of port2's link to the first packet by port1. The
    rest follows; and all is as before when the link is back."""
    lab.machine.set_link(2, False)
    took = time_to(lab, probe, "port1")
    print(f"down: {1000 * took:.0f} ms")
    table.down = {"port2"}
    wait_lookups(lab, table, where)
    check_packets(lab, table, where)

    lab.machine.set_link(2, True)
    print(f"up: {1000 * time_to(lab, probe, 'port2'):.0f} ms")
    table.down = set()
    settle_neighbors(lab)
    wait_lookups(lab, table, where)
    check_packets(lab, table, where)
    return took
