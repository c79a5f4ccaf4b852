# SPDX-License-Identifier: BSD-2-Clause
"""A guest with a card of two ports, whose wires are joined outside.

eth0 is in the network namespace `a`, eth1 in `b`; all they can reach is each
other, over the model twice.
"""

import json
import re
import time

from guest import Guest

MAC = {"a": "02:00:00:00:82:0a", "b": "02:00:00:00:82:0b"}
IP4 = {"a": "192.0.2.1", "b": "192.0.2.2"}
IP6 = {"a": "2001:db8::1", "b": "2001:db8::2"}
PORT = {"a": "eth0", "b": "eth1"}
SELF_TESTS = ["Register test", "Eeprom test", "Interrupt test",
              "Loopback test", "Link test"]

# The register test enables queues that have no ring, moves their tails, takes
# that back without waiting, and goes on with RXEN as if nothing else had to be
# set up for it: a slow device sees all of these at once.
SELF_TEST_RECORDS = re.compile(
    r"4\.6\.7 RXEN set with"
    r"|4\.6\.7 RDT of queue \d was moved before ENABLE read as 1"
    r"|8\.2\.3\.8\.1 receive queue \d works without a base"
    r"|8\.2\.3\.8\.3 receive queue \d has 0 descriptors"
    r"|8\.2\.3\.11\.1 bit 12 of DCA_RXCTRL of queue \d is set")


class Pair(Guest):
    """The guest with the two ports; `nic` is the model with properties."""

    def __init__(self, nic, module, qemu, kernel_options=""):
        self.module = module
        devices = ["-device", "pcie-root-port,id=card,hotplug=off"]
        for i, name in enumerate("ab"):
            devices += [
                "-netdev", self.netdev(i),
                "-device", f"{nic},bus=card,addr=0.{i},multifunction=on,"
                f"netdev=n{i},mac={MAC[name]}",
            ]
        super().__init__(devices, [module, "8021q"], binary=qemu,
                         kernel_options=kernel_options)
        # What the kernel says of the machine is no concern of ours.
        self.new_warnings()

    @staticmethod
    def netdev(i):
        """One end of the cable between the ports."""
        return f"hubport,id=n{i},hubid=0"

    def inside(self, name, command, timeout=60):
        return self.run(f"ip netns exec {name} {command}", timeout)

    def cable(self):
        """A namespace for each port, with addresses; waits for carrier."""
        for name, other in ("ab", "ba"):
            port = PORT[name]
            self.run(f"ip netns add {name}")
            self.run(f"ip link set {port} netns {name}")
            self.inside(name, f"ip address add {IP4[name]}/24 dev {port}")
            self.inside(name, f"ip link set {port} up")
            self.inside(name, f"ip neighbor replace {IP4[other]} "
                              f"lladdr {MAC[other]} dev {port}")
        for name in "ab":
            self.wait_carrier(name, 1)
            self.inside(name, "iperf3 -s -D")

    def wait_carrier(self, name, state, timeout=60):
        """Waits until the driver sees the link as up (1) or down (0)."""
        end = time.monotonic() + timeout
        path = f"/sys/class/net/{PORT[name]}/carrier"
        while self.inside(name, f"cat {path}").strip() != str(state):
            assert time.monotonic() < end, f"{name}: carrier is not {state}"

    def ping(self, name, options="-c 20 -i 0.01", target=None):
        other = "b" if name == "a" else "a"
        answer = self.inside(name, f"ping -q {options} {target or IP4[other]}")
        assert " 0% packet loss" in answer, answer

    def iperf(self, name, options, target=None):
        """Runs iperf3 from `name` to the other one; returns its sums."""
        other = "b" if name == "a" else "a"
        command = f"ip netns exec {name} iperf3 -J " \
            f"-c {target or IP4[other]} {options}"
        end = time.monotonic() + 30
        status, answer = self.status(command, 120)
        # The server may not be done with the test before.
        while "server is busy" in answer and time.monotonic() < end:
            status, answer = self.status(command, 120)
        assert status == 0, answer
        result = json.loads(answer)
        assert "error" not in result, answer
        return result["end"]

    def statistics(self, name):
        """ethtool -S as a dict."""
        text = self.inside(name, f"ethtool -S {PORT[name]}")
        return {key: int(value) for key, value in
                re.findall(r"^\s*(\S+): (\d+)$", text, re.M)}

    def grown(self, name, before):
        """Statistics that are not what they were."""
        now = self.statistics(name)
        return {key: now[key] - before[key] for key in now
                if now[key] != before[key]}

    def protocol(self, name, protocol):
        """The kernel's counters of a protocol: Tcp, Udp, ..."""
        text = self.inside(name, "cat /proc/net/snmp")
        keys, values = re.findall(rf"^{protocol}: (.*)$", text, re.M)
        return dict(zip(keys.split(), map(int, values.split())))

    def self_test(self, name):
        """Runs the driver's offline self-test; every part must pass."""
        status, text = self.status(
            f"ip netns exec {name} ethtool -t {PORT[name]} offline", 120)
        parts = dict(re.findall(r"^(\w+ test) .*\t ?(\d+)$", text, re.M))
        assert parts == {part: "0" for part in SELF_TESTS}, text
        assert status == 0 and "PASS" in text
        self.wait_carrier(name, 1)
        self.explain_records(SELF_TEST_RECORDS)

    def explain_records(self, why):
        """Takes what the model recorded so far; `why` must cover it."""
        rest = [record for record in self.new_records()
                if not why.search(record)]
        assert rest == []


def model(request, **properties):
    """The options of the NIC that the tests were asked to use."""
    nic = request.config.getoption("--nic")
    if nic != "ixgbe":
        return nic
    properties = {"strict": "on", **properties}
    return ",".join([nic, *(f"{k}={v}" for k, v in properties.items())])


def boot(request, nic, **options):
    return Pair(nic, request.config.getoption("--module"),
                request.config.getoption("--qemu"), **options)
