# SPDX-License-Identifier: BSD-2-Clause
"""Linux hosts around the router.

    left ---- port1 router port2 ---- near      this link has an MTU of 1,280
                    router port3 ---- middle --- far        and so has the last
                    router port4 ---- guest         knows what it is told

`left` thus learns the path MTU to `near` from the router, and to `far` from
the Linux router `middle`, whose error must cross ours. `guest` has its IPv6
address and route from router advertisements.
"""

import hashlib
import json
import os
import random
import socket
import struct
import time

from lab import Lab
from namespaces import Namespace

CONFIG = """
hostname hosts
interface port0
 ip address 10.0.2.15/24
interface port1
 ip address 192.0.2.1/24
 ipv6 address 2001:db8:1::1/64
interface port2
 mtu 1280
 ip address 198.51.100.1/24
 ipv6 address 2001:db8:2::1/64
interface port3
 ip address 203.0.113.1/24
 ipv6 address 2001:db8:3::1/64
interface port4
 ipv6 address 2001:db8:6::1/64
 no ipv6 nd suppress-ra
 ipv6 nd ra-hop-limit 33
 ipv6 nd mtu 1400
 ipv6 nd router-preference high
ip route 10.3.0.0/24 203.0.113.2
ip route 10.4.0.0/24 reject
ipv6 route 2001:db8:4::/64 2001:db8:3::2
ipv6 route 2001:db8:5::/64 reject
"""
LEFT = {4: "192.0.2.2", 6: "2001:db8:1::2"}
ROUTER = {4: "192.0.2.1", 6: "2001:db8:1::1"}
NEAR = {4: "198.51.100.2", 6: "2001:db8:2::2"}
MIDDLE = {4: "203.0.113.2", 6: "2001:db8:3::2"}
FAR = {4: "10.3.0.2", 6: "2001:db8:4::2"}
TARGET = {"near": NEAR, "middle": MIDDLE, "far": FAR}
# The hops from `left`.
HOPS = {"near": [ROUTER, NEAR], "far": [ROUTER, MIDDLE, FAR]}
ROUTER_MAC = "52:54:00:bb:00:01"
PATH_MTU = 1280
# Who sends the error that says so.
NARROW = {"near": ROUTER, "far": MIDDLE}
HEADERS = {4: 20 + 8, 6: 40 + 8}  # of IP and ICMP
# What a host that knew nothing of its narrow link would say it can take, so
# that the other end has to find out.
MSS = {4: 1500 - 20 - 20, 6: 1500 - 40 - 20}

ETH_P_IP, ETH_P_IP6 = 0x0800, 0x86DD
ECHO_REQUEST6 = 128
SO_RCVBUFFORCE = 33  # <asm/socket.h>

MEGABYTE = 1000 * 1000
# No byte for so long ends a transfer, however slow the machine is otherwise.
STALL = 60


def devices():
    """The network devices that the system sees."""
    return sorted(os.listdir("/sys/class/net"))


class HostsLab(Lab):
    """The router with these hosts."""

    def make_wires(self, options):
        self.devices = devices()
        self.namespaces = {}
        for name in ("left", "near", "middle", "guest", "far"):
            self.namespaces[name] = Namespace()
        taps = [self.namespaces[name].tap("eth0")
                for name in ("left", "near", "middle", "guest")]
        options["fds"] = taps
        return [f"tap,id={{id}},fd={fd}" for fd in taps]

    def make_hosts(self):
        self.left, self.near, self.middle, self.guest, self.far = \
            self.namespaces.values()
        self.guest.set("net.ipv6.conf.eth0.accept_ra=1",
                       "net.ipv6.conf.eth0.autoconf=1")
        self.guest.up("eth0")
        self.middle.set("net.ipv4.ip_forward=1",
                        "net.ipv6.conf.all.forwarding=1")
        self.left.up("eth0", "192.0.2.2/24", "2001:db8:1::2/64")
        self.near.up("eth0", "198.51.100.2/24", "2001:db8:2::2/64",
                     mtu=PATH_MTU)
        self.middle.up("eth0", "203.0.113.2/24", "2001:db8:3::2/64")
        self.middle.cable("eth1", self.far, "eth0")
        self.middle.up("eth1", "10.3.0.1/24", "2001:db8:4::1/64", mtu=PATH_MTU)
        self.far.up("eth0", "10.3.0.2/24", "2001:db8:4::2/64", mtu=PATH_MTU)
        for host, via in (
            (self.left, ROUTER),
            (self.near, {4: "198.51.100.1", 6: "2001:db8:2::1"}),
            (self.middle, {4: "203.0.113.1", 6: "2001:db8:3::1"}),
            (self.far, {4: "10.3.0.1", 6: "2001:db8:4::1"}),
        ):
            for version in (4, 6):
                host.run(f"ip -{version} route add default via {via[version]} "
                         f"advmss {MSS[version]}")

    def forget(self):
        """Nobody knows of a path MTU."""
        for host in self.namespaces.values():
            for version in (4, 6):
                host.run(f"ip -{version} route flush cache")

    def close(self):
        super().close()
        for host in getattr(self, "namespaces", {}).values():
            host.close()


def ping(lab, version, target, options, check=True):
    return lab.left.run(f"ping -{version} -n {options} "
                        f"{TARGET[target][version]}", check=check)


def all_came_back(output):
    return " 0% packet loss" in output and "wrong" not in output


def counted(host, name):
    """What the kernel of a host has counted under a name of nstat(8)."""
    numbers = json.loads(host.run(f"nstat -j -a -s -z {name}"))
    return int(numbers["kernel"][name])


def metrics(route):
    return {k: v for m in route.get("metrics", []) for k, v in m.items()}


def cached_mtu(lab, version, target):
    """The path MTU that `left` has learned, or None."""
    route, = json.loads(lab.left.run(
        f"ip -{version} -j route get {TARGET[target][version]}"))
    return metrics(route).get("mtu")


def arrivals(host, kind):
    """A socket with copies of the packets that a host gets."""
    seen = host.call(socket.socket, socket.AF_PACKET,
                     socket.SOCK_DGRAM | socket.SOCK_NONBLOCK,
                     socket.htons(kind))
    seen.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 * MEGABYTE)
    return seen


def received(seen):
    """The packets of such a socket so far."""
    while True:
        try:
            yield seen.recv(65536)
        except BlockingIOError:
            return


def check_lengths(seen, payload):
    """Each fits the narrow link, and all carry so many bytes, no fewer."""
    lengths = [struct.unpack_from("!H", p, 2)[0] for p in received(seen)]
    assert max(lengths, default=0) <= PATH_MTU
    assert sum(lengths) - 20 * len(lengths) >= payload


def blocks(count):
    """`count` bytes in blocks, none like another."""
    noise = random.Random(5).randbytes(MEGABYTE)
    for i in range(0, count, MEGABYTE):
        yield noise[:8] + i.to_bytes(8, "big") + noise[16:]


def digest_of_all(server):
    """Takes one connection, and sends the hash of what came back over it."""
    connection, _ = server.accept()
    with connection:
        connection.settimeout(STALL)
        digest = hashlib.sha256()
        while data := connection.recv(1 << 18):
            digest.update(data)
        connection.sendall(digest.digest())


def transfer(lab, version, target, count):
    """Sends `count` bytes over TCP from `left`; returns bytes a second."""
    family = {4: socket.AF_INET, 6: socket.AF_INET6}[version]
    receiver = lab.namespaces[target]
    digest = hashlib.sha256()
    with receiver.call(socket.socket, family) as server, \
            lab.left.call(socket.socket, family) as client:
        for end in (server, client):
            end.settimeout(STALL)
        server.bind(("", 0))
        server.listen()
        received = receiver.start(digest_of_all, server)
        begun = time.monotonic()
        client.connect((TARGET[target][version], server.getsockname()[1]))
        for block in blocks(count):
            client.sendall(block)
            digest.update(block)
        client.shutdown(socket.SHUT_WR)
        answer = client.recv(64)
        took = time.monotonic() - begun
        received.result()
    assert answer == digest.digest()
    return count / took
