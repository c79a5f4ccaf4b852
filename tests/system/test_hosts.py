# SPDX-License-Identifier: BSD-2-Clause
"""Linux hosts reach each other through the router, with their own tools.

hosts.py says where they are.
"""

import json
import os
import re
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hosts import (CONFIG, ECHO_REQUEST6, ETH_P_IP, ETH_P_IP6, FAR, HEADERS,
                   HOPS, LEFT, MEGABYTE, MSS, NARROW, NEAR, PATH_MTU, ROUTER,
                   ROUTER_MAC, TARGET, HostsLab, all_came_back, arrivals,
                   cached_mtu, check_lengths, counted, devices, metrics, ping,
                   received, transfer)
from lab import ROOT
from namespaces import forbidden

sys.path.insert(0, os.path.join(ROOT, "tests"))

from run import skipped  # noqa: E402

FORBIDDEN = forbidden()
pytestmark = pytest.mark.skipif(bool(FORBIDDEN), reason=FORBIDDEN or "")
IDLE_BUFFERS = 256


@pytest.fixture(
    scope="module",
    params=[(m, n) for m in ("e1000e", "ixgbe") for n in (1, 4)],
    ids=lambda p: f"{p[0]}-smp{p[1]}",
)
def shared_lab(request):
    model, smp = request.param
    with HostsLab(CONFIG, model=model, smp=smp) as lab:
        # Links come up when they will, and the router looks for duplicates of
        # its addresses first. A ping ends with the first error.
        for version in (4, 6):
            for target in TARGET:
                lab.eventually(lambda v=version, t=target: all_came_back(
                    ping(lab, v, t, "-c 1 -w 5", check=False)), 60)
        free = lab.buffers_free()
        yield lab
        # Queues that are idle keep what they sent last.
        lab.eventually(lambda: lab.buffers_free() > free - IDLE_BUFFERS, 60)


@pytest.fixture
def lab(shared_lab):
    """The file's lab, where nobody knows of a path MTU."""
    shared_lab.forget()
    return shared_lab


versions = pytest.mark.parametrize("version", [4, 6])
targets = pytest.mark.parametrize("target", ["near", "far"])


@versions
@targets
def test_ping(lab, version, target):
    output = ping(lab, version, target, "-c 1 -W 30")
    assert all_came_back(output), output
    assert output.count(f"ttl={65 - len(HOPS[target])} ") == 1, output


@pytest.mark.parametrize("version,size", [
    (4, 56), (6, 56), (4, 4000), (6, 4000), (4, 65507), (6, 65000)])
def test_ping_of_the_router(lab, version, size):
    """Its own stack reassembles, and one source may send the fragments of the
    largest datagram at once, if it or one that shares its part of the limit
    has not just done so."""
    lab.eventually(lambda: all_came_back(lab.left.run(
        f"ping -{version} -n -c 1 -W 5 -s {size} {ROUTER[version]}",
        check=False)), 60)


@pytest.mark.parametrize("size", [1252, 1253, 1472, 1473, 8000, 65507])
@targets
def test_ping_without_df_is_fragmented(lab, target, size):
    """The other end, and `left` for the reply, make it whole again."""
    with arrivals(lab.near, ETH_P_IP) as seen:
        output = ping(lab, 4, target, f"-M dont -c 1 -W 30 -s {size}")
        check_lengths(seen, 8 + size if target == "near" else 0)
    assert all_came_back(output), output
    assert cached_mtu(lab, 4, target) is None


@versions
@targets
def test_ping_with_df_learns_the_path_mtu(lab, version, target):
    size = 1500 - HEADERS[version]
    drops = lab.drops()["mtu"]
    output = ping(lab, version, target, f"-M do -c 1 -W 30 -s {size}",
                  check=False)
    said = {4: "Frag needed and DF set (mtu = 1280)",
            6: "Packet too big: mtu=1280"}[version]
    sender = NARROW[target][version]
    assert f"From {sender} icmp_seq=1 {said}" in output, output
    assert cached_mtu(lab, version, target) == PATH_MTU
    assert lab.drops()["mtu"] == drops + (target == "near")
    output = ping(lab, version, target, f"-M do -c 1 -W 30 -s {size}",
                  check=False)
    assert "local error: message too long, mtu" in output, output
    size = PATH_MTU - HEADERS[version]
    output = ping(lab, version, target, f"-M do -c 1 -W 30 -s {size}")
    assert all_came_back(output), output
    # Now `left` knows how small its own fragments have to be.
    output = ping(lab, version, target, "-c 1 -W 30 -s 8000")
    assert all_came_back(output), output


@pytest.mark.parametrize("target, there, back", [
    ("near", ["198.51.100.1"], ["192.0.2.1"]),
    ("far", ["203.0.113.1", "10.3.0.1"], ["203.0.113.2", "192.0.2.1"]),
])
def test_the_route_is_recorded(lab, target, there, back):
    """Each router by its way out; the target as such and as the sender."""
    output = ping(lab, 4, target, "-c 1 -W 30 -R")
    assert re.findall(r"^(?:RR: )?\t([\d.]+)$", output, re.M) == [
        LEFT[4], *there, TARGET[target][4], TARGET[target][4], *back, LEFT[4],
    ], output


def test_time_is_stamped(lab):
    """As not standard: the router does not know the time of day."""
    output = ping(lab, 4, "near", "-c 1 -W 30 -T tsandaddr")
    stamp = r"^\t198\.51\.100\.1\t\d+ absolute not-standard$"
    assert re.search(stamp, output, re.M), output


def test_a_source_route_is_refused(lab):
    drops = lab.drops()["options"]
    output = lab.left.run("traceroute -4 -n -q 1 -m 2 -w 1 "
                          f"-g {ROUTER[4]} {FAR[4]}")
    assert FAR[4] not in output.splitlines()[-1], output
    lab.eventually(lambda: lab.drops()["options"] >= drops + 2)
    assert lab.drops()["options"] == drops + 2


@pytest.mark.parametrize("address, said", [
    ("172.31.0.1", "Destination Net Unreachable"),
    ("2001:db8:ffff::1", "Destination unreachable: No route"),
    ("10.4.0.1", "Packet filtered"),
    ("2001:db8:5::1", "Destination unreachable: (Unknown code 6|Reject route)"),
])
def test_a_ping_that_leads_nowhere(lab, address, said):
    """Each request is answered by an error of the port it came in by."""
    version = 6 if ":" in address else 4
    output = lab.left.run(
        f"ping -{version} -n -c 2 -i 0.02 -W 30 {address}", check=False)
    for number in (1, 2):
        assert re.search(f"^From {ROUTER[version]} icmp_seq={number} {said}$",
                         output, re.M), output


def test_a_ping_of_a_host_that_is_not_there(lab):
    """Both families at a time: the router asks for seconds, then gives up."""
    pings = [
        (lab.left, "198.51.100.77", "192.0.2.1",
         "Destination Host Unreachable"),
        (lab.guest, "2001:db8:2::77", "2001:db8:6::1",
         "Destination unreachable: Address unreachable"),
    ]
    lab.eventually(lambda: default_routes(lab.guest), 60)
    with ThreadPoolExecutor(len(pings)) as both:
        outputs = both.map(lambda ping: ping[0].run(
            f"ping -n -c 2 -i 0.02 -W 30 {ping[1]}", check=False), pings)
    for output, (_, _, router, said) in zip(outputs, pings):
        for number in (1, 2):
            assert f"From {router} icmp_seq={number} {said}\n" in output, output


@pytest.mark.parametrize("method", ["-U", "-I", "-T -p 9"])
@versions
@targets
def test_traceroute(lab, version, target, method):
    output = lab.left.run(f"traceroute -{version} -n {method} -w 30 "
                          f"{TARGET[target][version]}")
    seen = [line.split() for line in output.splitlines()[1:]]
    assert [hop[1] for hop in seen] == [h[version] for h in HOPS[target]], \
        output
    for hop in seen:  # an answer to each probe, of that address alone
        assert len(hop) == 8 and hop.count("ms") == 3, output


@versions
@targets
def test_tracepath(lab, version, target):
    output = lab.left.run(f"tracepath -{version} -n "
                          f"{TARGET[target][version]}")
    lines = output.splitlines()
    hops = [h[version] for h in HOPS[target]]
    assert "pmtu 1500" in lines[0], output
    for number, hop in enumerate(hops, 1):
        assert any(re.match(rf" {number}:  {hop} ", line) for line in lines), \
            output
    narrow = rf" {len(hops)}:  {NARROW[target][version]} .*ms pmtu 1280 *"
    assert any(re.fullmatch(narrow, line) for line in lines), output
    assert f"Resume: pmtu 1280 hops {len(hops)} back {len(hops)}" in lines[-1]


def test_arping(lab):
    output = lab.left.run(f"arping -f -w 30 -I eth0 {ROUTER[4]}")
    assert f"reply from {ROUTER[4]} [{ROUTER_MAC.upper()}]" in output


@versions
def test_the_router_is_a_neighbor(lab, version):
    def entry():
        """It may be that the host is just about to ask again."""
        ping(lab, version, "near", "-c 1 -W 30")
        neighbor, = json.loads(lab.left.run(
            f"ip -{version} -j neigh show {ROUTER[version]} dev eth0"))
        return neighbor["lladdr"] == ROUTER_MAC and \
            neighbor["state"] in (["REACHABLE"], ["DELAY"])

    lab.eventually(entry)


@versions
def test_tcp_crosses_the_narrow_hop_as_fast(lab, version):
    """100 MB to each host, with `middle` behind no narrow link to compare.

    The machine may be busy at the one or the other: three tries.
    """
    for _ in range(3):
        speed = {}
        for target in ("middle", "near", "far"):
            lab.forget()
            drops = lab.drops()["mtu"]
            speed[target] = transfer(lab, version, target, 100 * MEGABYTE)
            narrow = target != "middle"
            assert cached_mtu(lab, version, target) == \
                (PATH_MTU if narrow else None)
            # The first window is too large, and nothing after it.
            drops = lab.drops()["mtu"] - drops
            assert 0 < drops <= 50 if target == "near" else drops == 0
        report = {t: f"{s / MEGABYTE:.0f} MB/s" for t, s in speed.items()}
        print(report)
        print(f"tcp{version}:", report)
        if 4 * min(speed.values()) > speed["middle"]:
            return
    pytest.fail(f"slow over the narrow hop: {report}")


def test_tcp_without_df_is_fragmented(lab):
    """A host that does no path MTU discovery: each segment is cut in two, by
    the core that forwards it. None of them goes up to core 0."""
    count = 4 * MEGABYTE
    lab.left.set("net.ipv4.ip_no_pmtu_disc=1")
    try:
        whole = counted(lab.near, "IpReasmOKs")
        before = lab.get("/counters")["sum"]
        with arrivals(lab.near, ETH_P_IP) as seen:
            speed = transfer(lab, 4, "near", count)
            check_lengths(seen, count)
        print(f"tcp4 in fragments: {speed / MEGABYTE:.1f} MB/s")
        after = lab.get("/counters")["sum"]
        assert counted(lab.near, "IpReasmOKs") - whole >= count // MSS[4]
        assert cached_mtu(lab, 4, "near") is None
        for name in "drops", "punts":
            assert after[name]["mtu"] == before[name]["mtu"]
        cut = {name: after["fragmentation"][name] - n
               for name, n in before["fragmentation"].items()}
        assert cut["packets"] >= count // MSS[4]
        assert cut["fragments"] == 2 * cut["packets"]
    finally:
        lab.left.set("net.ipv4.ip_no_pmtu_disc=0")


def default_routes(host):
    return json.loads(host.run("ip -6 -j route show default"))


def own_addresses(host):
    shown = json.loads(host.run("ip -6 -j address show dev eth0 scope global"))
    return [a for device in shown for a in device.get("addr_info", []) if a]


def test_a_host_knows_what_it_is_told(lab):
    """Address, route and more, from the router's advertisements alone."""
    route, = lab.eventually(lambda: default_routes(lab.guest), 60)
    assert route["protocol"] == "ra"
    assert route["gateway"] == "fe80::5054:ff:febb:4"
    assert route["pref"] == "high"
    assert metrics(route) == {"hoplimit": 33, "mtu": 1400}
    address, = lab.eventually(lambda: own_addresses(lab.guest))
    assert address["local"].startswith("2001:db8:6:0:")
    assert address["prefixlen"] == 64 and address["dynamic"]
    assert 0 <= 2592000 - address["valid_life_time"] < 3600
    assert 0 <= 604800 - address["preferred_life_time"] < 3600
    for target in (NEAR[6], FAR[6]):
        output = lab.guest.run(f"ping -6 -n -c 1 -W 30 {target}")
        assert all_came_back(output), output
    with arrivals(lab.far, ETH_P_IP6) as seen:
        lab.guest.run(f"ping -6 -n -c 1 -W 30 {FAR[6]}")
        hop_limits = {packet[7] for packet in received(seen)
                      if packet[6] == socket.IPPROTO_ICMPV6
                      and packet[40] == ECHO_REQUEST6}
    assert hop_limits == {33 - 2}


def test_the_system_sees_nothing_of_it(lab):
    assert devices() == lab.devices
    assert "eth0" in lab.far.run("ip link")


def test_without_the_right_it_is_a_skip(tmp_path):
    """No test passes or fails then, and `make test` says why."""
    report = tmp_path / "report.xml"
    subprocess.run(
        ["setpriv", "--bounding-set=-sys_admin", sys.executable, "-m",
         "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}",
         __file__],
        cwd=ROOT, check=True, capture_output=True)
    (reason, count), = skipped(report).items()
    assert reason.startswith("no network namespaces")
    assert "Operation not permitted" in reason
    assert count > 50
