# SPDX-License-Identifier: BSD-2-Clause
"""The routers that the clauses are put to: Barewire, and Debian's Linux."""

import os
import shutil
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
for folder in ("image", "tests/system", "tests/peers"):
    sys.path.insert(0, os.path.join(ROOT, folder))

from check import FENCE_TIMEOUT, Lab  # noqa: E402
from guest import Guest  # noqa: E402
from lab import CONSOLE, Console, config_image  # noqa: E402
from machines import MACHINES  # noqa: E402
from qemu import Machine  # noqa: E402
from topology import LINKS, ROUTES  # noqa: E402
from wire import PATIENCE, Wire  # noqa: E402


def interface_lines(name, addresses):
    return [f"interface {name}"] + [
        f" {'ipv6' if ':' in a else 'ip'} address {a}" for a in addresses]


def config_text():
    """The network of topology.py in Barewire's words."""
    # One client asks for the counters at every clause.
    lines = ["hostname conformance", "punt-limit tcp 200000 10000",
             "interface port0", f" ip address {CONSOLE}/24"]
    for link in LINKS.values():
        lines += interface_lines(f"port{link.port}", link.addresses)
        if link.mtu != 1500:
            lines.append(f" mtu {link.mtu}")
        if link.advertises:
            lines.append(" no ipv6 nd suppress-ra")
        for vid, addresses in link.vlans.items():
            lines += interface_lines(f"port{link.port}.{vid}", addresses)
            if vid in link.verifies:
                lines += [f" {word} verify unicast source reachable-via "
                          + link.verifies[vid] for word in ("ip", "ipv6")]
    for prefix, kind, *gateways in ROUTES:
        word = "ipv6" if ":" in prefix else "ip"
        for way in gateways or [kind]:
            lines.append(f"{word} route {prefix} {way}")
    return "\n".join(lines) + "\n"


class Barewire(Lab):
    """The ISO in QEMU with a console on port0."""

    def __init__(self, name, record=None):
        self.name = name
        self.folder = tempfile.mkdtemp(prefix="barewire-conformance-")
        self.machine = None
        self.console = None
        self.wires = {}
        self.unseen = dict.fromkeys(LINKS, 0)
        try:
            self._boot(record)
        except BaseException:
            self.close()
            raise

    def _boot(self, record):
        model, cores = MACHINES[self.name]
        self.policed = model == "ixgbe"
        if self.policed:
            model += ",strict=on"
        self.wires = {name: Wire(self.folder, name) for name in LINKS}
        netdevs = [f"user,id={{id}},hostfwd=tcp:127.0.0.1:0-{CONSOLE}:80"]
        netdevs += [wire.netdev("{id}") for wire in self.wires.values()]
        config = config_image(self.folder, {"barewire.conf": config_text()})
        self.machine = Machine([(model, netdev) for netdev in netdevs],
                               config=config, smp=cores)
        self.console = Console(self.machine.host_port())
        self.machine.wait_ready()
        self._wait_addresses()
        self.connect(self.wires, record)
        self.warm_up()
        self.settled(True)

    def _wait_addresses(self, timeout=PATIENCE):
        """Until none is being checked for duplicates any more."""
        end = time.monotonic() + timeout
        while True:
            found = [a["status"] for i in self.get("/interfaces")["interfaces"]
                     for a in i.get("ipv6", {}).get("address", ())]
            if set(found) == {"preferred"}:
                return
            assert time.monotonic() < end, found
            time.sleep(0.1)

    def get(self, path):
        return self.console.get(path)

    def _taken(self):
        """Frames that came in by each wire."""
        ports = self.get("/counters")["sum"]["ports"]
        return {name: ports[f"port{link.port}"]["in-pkts"]
                for name, link in LINKS.items()}

    def _waiting(self):
        """Frames in the receive rings of workers that were kept from them."""
        return sum(q.get("rx-depth", 0)
                   for i in self.get("/interfaces")["interfaces"]
                   for q in i.get("queues", ()))

    def _sent(self):
        return {name: host.sent for name, host in self.hosts.items()}

    def settle(self, filtered):
        """With several cores no frame orders those of other flows. But once
        all are counted, each is with core 0 or done; and core 0 has dealt
        with its share before it answers the next request."""
        end = time.monotonic() + FENCE_TIMEOUT
        sent = self._sent()
        while not filtered:
            taken = self._taken()
            if all(taken[n] + self.unseen[n] >= sent[n] for n in sent):
                break
            if time.monotonic() > end:
                raise TimeoutError(f"sent {sent}, taken {taken}, of which "
                                   f"filtered {self.unseen}")
            time.sleep(0.002)
        self.get("/counters")

    def settled(self, filtered):
        """What the NICs filtered does not count as taken ever after."""
        if not filtered:
            return
        end = time.monotonic() + PATIENCE
        while True:
            sent, waiting = self._sent(), self._waiting()
            taken = self._taken()
            if not waiting and sent == self._sent() \
                    and taken == self._taken():
                break
            assert time.monotonic() < end, f"{waiting} frames are not polled"
            time.sleep(0.002)
        self.unseen = {n: sent[n] - taken[n] for n in sent}

    def drops(self):
        return self.get("/counters")["sum"]["drops"]

    def complaints(self):
        """Of the machine as a whole, at the end."""
        lines = [line for line in self.machine.log
                 if "panic" in line or "82599 strict" in line]
        if self.policed:
            for nic in range(1 + len(LINKS)):
                if self.machine.violations(nic):
                    lines.append(f"nic{nic}: the driver broke a rule")
        return lines

    def log(self):
        return self.machine.log

    def close(self):
        self.disconnect()
        if self.console:
            self.console.close()
        if self.machine:
            self.machine.close()
        for wire in self.wires.values():
            wire.close()
        shutil.rmtree(self.folder, ignore_errors=True)


# As a router with nothing in the way of what the RFCs say: no limit on ICMP,
# no redirects, sources taken as they come.
SYSCTLS = """
net/ipv4/ip_forward=1 net/ipv4/icmp_ratelimit=0 net/ipv4/route/error_cost=0
net/ipv4/icmp_msgs_per_sec=1000000 net/ipv4/icmp_msgs_burst=1000000
net/ipv4/icmp_errors_use_inbound_ifaddr=1
net/ipv4/conf/all/rp_filter=0 net/ipv4/conf/default/rp_filter=0
net/ipv4/conf/all/send_redirects=0 net/ipv4/conf/default/send_redirects=0
net/ipv4/conf/all/accept_source_route=0
net/ipv6/conf/all/disable_ipv6=0 net/ipv6/conf/default/disable_ipv6=0
net/ipv6/conf/all/accept_dad=0 net/ipv6/conf/default/accept_dad=0
net/ipv6/conf/all/forwarding=1 net/ipv6/icmp/ratelimit=0
""".split()
# IPv4's alone; for IPv6 there is none.
RP_FILTER = {"rx": 1, "any": 2}
LINUX_KINDS = {"blackhole": "blackhole", "reject": "prohibit"}


def linux_route(prefix, kind, *gateways):
    family = "-6" if ":" in prefix else "-4"
    if not gateways:
        return f"ip {family} route add {LINUX_KINDS[kind]} {prefix}"
    ways = "".join(f" nexthop via {g}" for g in gateways)
    return f"ip {family} route add {prefix}{ways}"


class Linux(Lab):
    """Debian's kernel with the same wires, addresses and routes."""

    linux = True
    patience = 0.3  # one core: the fence orders everything
    name = "linux"

    def __init__(self, record=None):
        self.folder = tempfile.mkdtemp(prefix="barewire-conformance-")
        self.guest = None
        self.wires = {}
        try:
            self._boot(record)
        except BaseException:
            self.close()
            raise

    def _boot(self, record):
        self.wires = {name: Wire(self.folder, name) for name in LINKS}
        devices = []
        for name, link in LINKS.items():
            devices += ["-netdev", self.wires[name].netdev(name), "-device",
                        f"e1000e,netdev={name},mac={link.router}"]
        self.guest = Guest(devices, ["e1000e", "8021q"], cpus=1)
        self._configure()
        self.connect(self.wires, record)
        self.warm_up()

    def _configure(self):
        run = self.guest.run
        for setting in SYSCTLS:
            path, value = setting.split("=")
            run(f"echo {value} >/proc/sys/{path}")
        # Their interfaces inherit the defaults.
        self.guest.load("e1000e", "8021q")
        for link in LINKS.values():
            port = f"eth{link.port - 1}"
            assert link.router in run(f"ip link show {port}")
            run(f"ethtool -K {port} gro off")
            run(f"ip link set {port} mtu {link.mtu} up")
            self._address(port, link.addresses)
            for vid, addresses in link.vlans.items():
                tagged = f"{port}.{vid}"
                run(f"ip link add link {port} name {tagged} type vlan"
                    f" id {vid}")
                run(f"ip link set {tagged} up")
                self._address(tagged, addresses)
                if vid in link.verifies:
                    mode = RP_FILTER[link.verifies[vid]]
                    run(f"echo {mode} >/proc/sys/net/ipv4/conf/{tagged}"
                        "/rp_filter")
        for port in range(len(LINKS)):
            self._wait_carrier(f"eth{port}")
        for route in ROUTES:
            run(linux_route(*route))

    def _address(self, interface, addresses):
        for address in addresses:
            nodad = " nodad" if ":" in address else ""
            self.guest.run(f"ip address add {address} dev {interface}{nodad}")

    def _wait_carrier(self, port, timeout=PATIENCE):
        end = time.monotonic() + timeout
        while self.guest.run(f"cat /sys/class/net/{port}/carrier")[:1] != "1":
            assert time.monotonic() < end, f"{port} has no carrier"

    def complaints(self):
        return []

    def log(self):
        return self.guest.report().splitlines()

    def close(self):
        self.disconnect()
        if self.guest:
            self.guest.close()
        for wire in self.wires.values():
            wire.close()
        shutil.rmtree(self.folder, ignore_errors=True)
