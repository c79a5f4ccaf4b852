# SPDX-License-Identifier: BSD-2-Clause
"""A million random frames into the ISO: counted, and no buffer lost.

The frames are those of tests/frames/random.c, so that the config has the
destinations of tests/frames/config.h.
"""

import os
import subprocess

import pytest
from lab import LEFT, RIGHT, ROOT, Host, Lab

SENDER = os.path.join(ROOT, "build", "sendframes")
SEED = 20
MILLION = 1_000_000
SOME = 200_000
LOOKS = 20
# What a queue of an 82599 keeps of what it sent last, until it sends more.
KEPT = {"e1000e": 0, "ixgbe": 64}
GATEWAYS = {
    1: ["192.0.2.2"], 2: ["198.51.100.2"], 3: ["198.51.100.9"],
    4: ["blackhole"], 5: ["reject"],
    6: ["192.0.2.3", "192.0.2.4", "198.51.100.5"],
    7: ["203.0.113.2"], 8: ["192.168.4.2"], 9: ["192.0.2.5", "203.0.113.5"],
}
GATEWAYS6 = {
    1: ["2001:db8:1::2"], 2: ["2001:db8:2::2"], 3: ["2001:db8:2::9"],
    4: ["blackhole"], 5: ["reject"],
    6: ["2001:db8:1::3", "2001:db8:1::4", "2001:db8:2::5"],
    7: ["2001:db8:3::2"], 8: ["2001:db8:4::2"],
    9: ["2001:db8:1::5", "2001:db8:3::5"],
}


def config():
    lines = [
        "interface port0", " ip address 10.0.2.15/24",
        "interface port1", " ip address 192.0.2.1/24",
        " ipv6 address 2001:db8:1::1/64",
        " ip verify unicast source reachable-via any",
        " ipv6 verify unicast source reachable-via any",
        "interface port2", " ip address 198.51.100.1/24",
        " ipv6 address 2001:db8:2::1/64", " mtu 1280",
        " ip verify unicast source reachable-via rx",
        " ipv6 verify unicast source reachable-via rx",
        "interface port2.100", " ip address 203.0.113.1/24",
        " ipv6 address 2001:db8:3::1/64",
        "interface port0.100", " ip address 192.168.4.1/24",
        " ipv6 address 2001:db8:4::1/64",
    ]
    for n, gateways in GATEWAYS.items():
        lines += [f"ip route 11.{n}.0.0/16 {g}" for g in gateways]
    for n, gateways in GATEWAYS6.items():
        lines += [f"ipv6 route 2001:db8:b{n}::/48 {g}" for g in gateways]
    for link, name, nets in (
            (1, "port1", ("192.0.2.", "2001:db8:1::")),
            (2, "port2", ("198.51.100.", "2001:db8:2::")),
            (3, "port2.100", ("203.0.113.", "2001:db8:3::")),
            (4, "port0.100", ("192.168.4.", "2001:db8:4::"))):
        lines += [f"neighbor {net}{n} lladdr 02:00:00:00:0{link}:0{n} {name}"
                  for net in nets for n in range(2, 6)]
    return "\n".join(lines) + "\n"


def flood(lab, count):
    """Sends random frames on both wires; (sent, taken) by port."""
    for host in lab.hosts:
        host.close()
    wires = [f"{n}:{wire.socket.fileno()}:{wire.far}"
             for n, wire in enumerate(lab.wires, 1)]
    said = subprocess.run(
        [SENDER, str(count), str(SEED), *wires], check=True, timeout=600,
        pass_fds=[wire.socket.fileno() for wire in lab.wires],
        capture_output=True, text=True).stdout
    lab.left = Host(lab.wires[0], *LEFT)
    lab.right = Host(lab.wires[1], *RIGHT)
    lab.hosts = [lab.left, lab.right]
    return {f"port{port}": (sent, taken) for port, sent, taken, _ in
            ([int(word) for word in line.split()]
             for line in said.splitlines())}


def free_at_best(lab):
    """The console's own frames come and go; a buffer that is lost does not
    come back."""
    return max(lab.buffers_free() for _ in range(LOOKS))


def check_counters(lab, sent):
    """What a worker receives it forwards, punts or drops; none is missing."""
    answer = lab.get("/counters")
    for core in answer["cores"]:
        ports = core["ports"].values()
        if core["role"] != "worker":
            continue
        assert sum(p["in-pkts"] for p in ports) == \
            sum(core["forwarded"].values()) + sum(core["punts"].values()) + \
            sum(p["in-drops"] for p in ports), core
        assert sum(core["drops"].values()) == \
            sum(p["in-drops"] + p["out-drops"] for p in ports), core
    for port, (every, taken) in sent.items():
        said = lab.get(f"/interfaces/{port}")
        seen = answer["sum"]["ports"][port]["in-pkts"] + \
            sum(said["hardware-statistics"].values())
        assert seen >= taken, (port, every, taken, said)


@pytest.mark.parametrize("model,smp,count", [
    ("e1000e", 4, MILLION), ("ixgbe", 4, SOME),
    ("e1000e", 1, SOME), ("ixgbe", 1, SOME),
])
def test_random_frames(model, smp, count):
    with Lab(config(), model=model, smp=smp) as lab:
        lab.alive()
        free = free_at_best(lab)
        sent = flood(lab, count)
        lab.alive()
        lab.eventually(lambda: free_at_best(lab) >= free - KEPT[model], 60)
        check_counters(lab, sent)
        assert not [line for line in lab.log if "panic" in line]
