# SPDX-License-Identifier: BSD-2-Clause
"""802.1Q sub-interfaces: tags on arrival, tags on the way out."""

import socket
import struct

import pytest
from lab import CONFIG, ROUTER_MAC, Lab, is_echo_reply
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import ICMP, IP, UDP, IPOption_Timestamp
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Dot1Q, Ether
from trunk import TrunkLab

VLANS = CONFIG + """
interface port1.100
 ip address 10.1.0.1/24
 ipv6 address 2001:db8:100::1/64
interface port1.5
 ip address 10.5.0.1/24
 shutdown
interface port2.4094
 description the far lab
 ip address 10.2.0.1/24
 ipv6 address 2001:db8:200::1/64
interface port2.7
 ip address 10.7.0.1/24
 ipv6 address 2001:db8:7::1/64
 mtu 1280
ip route 10.99.0.0/16 10.2.0.2 port2.4094
ip route 10.50.0.0/16 10.2.0.2
ip route 10.50.0.0/16 10.7.0.2
neighbor 10.2.0.9 lladdr 02:00:00:00:40:94 port2.4094
"""
HOSTS = {
    "left100": (0, 100, "02:00:00:00:01:00", "10.1.0.2", "10.1.0.1",
                "2001:db8:100::2", "2001:db8:100::1"),
    "right4094": (1, 4094, "02:00:00:00:40:94", "10.2.0.2", "10.2.0.1",
                  "2001:db8:200::2", "2001:db8:200::1"),
    "right7": (1, 7, "02:00:00:00:00:07", "10.7.0.2", "10.7.0.1",
               "2001:db8:7::2", "2001:db8:7::1"),
}
PRIORITY = 0xB000  # PCP 5, DEI
SHORT = 100  # bytes of a packet


@pytest.fixture(scope="module", params=["e1000e-1", "e1000e-4", "ixgbe-1",
                                        "ixgbe-4"])
def shared_lab(request):
    model, cores = request.param.rsplit("-", 1)
    with TrunkLab(VLANS, HOSTS, model=model, smp=int(cores)) as lab:
        yield lab
        assert not [line for line in lab.log if "panic" in line]


@pytest.fixture(autouse=True)
def no_priority(request):
    if "lab" in request.fixturenames:
        lab = request.getfixturevalue("lab")
        for host in lab.hosts:
            host.wire.priority = 0
            host.wire.tags.clear()


def address(host, version):
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    return socket.inet_ntop(family, host.ip4 if version == 4 else host.ip6)


def packet(version, source, destination, size, *, flags="DF", options=(),
           sport=1000):
    """A UDP packet of `size` bytes between two hosts, or to an address."""
    if not isinstance(destination, str):
        destination = address(destination, version)
    if version == 4:
        head = IP(src=address(source, 4), dst=destination, ttl=64, id=7,
                  flags=flags, options=list(options))
    else:
        head = IPv6(src=address(source, 6), dst=destination, hlim=64)
    room = size - len(head) - 8
    payload = bytes(i % 251 for i in range(room))
    return bytes(head / UDP(sport=sport, dport=2000) / payload)


def is_udp(frame):
    if frame[12:14] == b"\x08\x00":
        return frame[23] == 17 and frame[30:31] != b"\xff"
    return frame[12:14] == b"\x86\xdd" and frame[20] == 17


def crosses(source, destination, sent, port):
    """`sent` arrives with one hop less; returns the tag that it came with."""
    destination.clear()
    destination.wire.tags.clear()
    source.send_ip(sent)
    frame = destination.next(is_udp)
    assert frame, f"a packet of {len(sent)} bytes did not arrive"
    assert Ether(frame).src == ROUTER_MAC[port]
    got = frame[14:14 + len(sent)]
    hops = 8 if sent[0] >> 4 == 4 else 7
    assert got[hops] == sent[hops] - 1
    behind = 20 if sent[0] >> 4 == 4 else 8
    assert got[behind:] == sent[behind:]
    return destination.wire.tags[-1]


def stays_behind(source, destination, sent):
    """`sent` does not arrive: a short packet sent after it is the first. Both
    are of one flow, which keeps its order."""
    destination.clear()
    source.send_ip(sent)
    source.send_ip(packet(sent[0] >> 4, source, destination, SHORT))
    frame = destination.next(is_udp)
    assert frame and len(frame) == SHORT + 14


def udp_frames(host):
    """Those that have come so far."""
    with host.changed:
        return [frame for frame in host.frames if is_udp(frame)]


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("ends", ["left100-right4094", "left-right4094",
                                  "left100-right", "left-right"])
def test_each_way_crosses(lab, ends, version):
    """Tagged or not on either side, from the shortest packet to the MTU."""
    source, destination = (getattr(lab, name) for name in ends.split("-"))
    least = 28 if version == 4 else 48
    for size in (least, least + 14, least + 18, 64, 100, 1496, 1500):
        tag = crosses(source, destination,
                      packet(version, source, destination, size), 2)
        assert tag == destination.wire.vid
        tag = crosses(destination, source,
                      packet(version, destination, source, size), 1)
        assert tag == source.wire.vid
    assert not lab.trunks[0].strays and not lab.trunks[1].strays


def test_priority_is_kept(lab):
    """From tag to tag, in the fast path and in core 0's."""
    lab.left100.wire.priority = PRIORITY
    plain = packet(4, lab.left100, lab.right4094, 100)
    assert crosses(lab.left100, lab.right4094, plain, 2) == PRIORITY | 4094
    # To an interface without tags, and from one.
    plain = packet(4, lab.left100, lab.right, 100)
    assert crosses(lab.left100, lab.right, plain, 2) is None
    plain = packet(4, lab.left, lab.right4094, 100)
    assert crosses(lab.left, lab.right4094, plain, 2) == 4094
    # Options are core 0's.
    lab.right4094.clear()
    lab.left100.send_ip(packet(4, lab.left100, lab.right4094, 100,
                               options=[IPOption_Timestamp(flg=0)]))
    assert lab.right4094.next(is_udp)
    assert lab.right4094.wire.tags[-1] == PRIORITY | 4094
    # And fragments are.
    lab.right7.clear()
    lab.right7.wire.tags.clear()
    lab.left100.send_ip(packet(4, lab.left100, lab.right7, 1400, flags=0))
    assert lab.right7.next(is_udp) and lab.right7.next(is_udp)
    assert lab.right7.wire.tags[-2:] == [PRIORITY | 7] * 2


def test_priority_waits_with_the_packet(lab):
    """For a neighbour that must be asked for first."""
    lab.left100.wire.priority = PRIORITY
    lab.left100.send_ip(packet(4, lab.left100, "10.2.0.77", 100))
    question = lab.right4094.next(
        lambda f: f[12:14] == b"\x08\x06" and f[38:42] == bytes([10, 2, 0, 77]))
    assert question
    lab.right4094.wire.tags.clear()
    lab.right4094.send(
        question[6:12] + lab.right4094.mac + b"\x08\x06"
        + struct.pack("!HHBBH", 1, 0x0800, 6, 4, 2) + lab.right4094.mac
        + bytes([10, 2, 0, 77]) + question[22:32])
    assert lab.right4094.next(is_udp)
    assert PRIORITY | 4094 in lab.right4094.wire.tags


def tagged(lab, *tags, destination="10.2.0.2", source="10.1.0.2"):
    """A frame of the left wire with these 802.1Q tags, outermost first."""
    frame = Ether(dst=ROUTER_MAC[1], src="02:00:00:00:01:00")
    for tag in tags:
        frame = frame / tag
    return bytes(frame / IP(src=source, dst=destination)
                 / UDP(sport=1, dport=2000) / bytes(40))


def test_vid_zero_is_untagged(lab):
    """A priority tag: the port's own interface, the priority kept."""
    lab.left.resolve(lab.left.gateway4)
    lab.right4094.ping("10.2.0.1")
    assert lab.right4094.next(is_echo_reply)
    lab.right4094.wire.tags.clear()
    lab.trunks[0].wire.send(tagged(lab, Dot1Q(vlan=0, prio=3),
                                   source=address(lab.left, 4)))
    assert lab.right4094.next(is_udp)
    assert lab.right4094.wire.tags[-1] == 3 << 13 | 4094
    ping = Ether(dst=ROUTER_MAC[1], src="02:00:00:00:00:01") / Dot1Q(
        vlan=0, prio=7) / IP(src="192.0.2.2", dst="192.0.2.1") / ICMP(id=5)
    lab.trunks[0].wire.send(bytes(ping))
    assert lab.left.next(is_echo_reply), "answered without a tag"


DROPS = {
    "vlan": [[Dot1Q(vlan=99)], [Dot1Q(vlan=4094)], [Dot1Q(vlan=4095)]],
    "qinq": [[Dot1Q(vlan=100), Dot1Q(vlan=100)],
             [Dot1Q(vlan=99), Dot1Q(vlan=100)],
             [Dot1Q(vlan=100, type=0x88A8), Dot1Q(vlan=100)],
             [Dot1Q(vlan=0), Dot1Q(vlan=100)]],
    "interface": [[Dot1Q(vlan=5)]],
}


@pytest.mark.parametrize("reason", DROPS)
def test_drops(lab, reason):
    before = lab.settled(lab.drops)
    for tags in DROPS[reason]:
        lab.trunks[0].wire.send(tagged(lab, *tags))
    service = bytearray(tagged(lab, Dot1Q(vlan=100)))
    service[12:14] = b"\x88\xa8"
    if reason == "qinq":
        lab.trunks[0].wire.send(bytes(service))
    count = len(DROPS[reason]) + (reason == "qinq")
    lab.eventually(lambda: lab.drops()[reason] == before[reason] + count)
    assert not lab.right4094.next(is_udp, 0.3)


@pytest.mark.parametrize("version", [4, 6])
def test_own_addresses_answer(lab, version):
    for host in (lab.left100, lab.right4094, lab.right7):
        gateway = address_of_router(host, version)
        host.wire.tags.clear()
        host.ping(gateway, ident=9, size=1)
        assert host.next(is_echo_reply), gateway
        assert set(host.wire.tags) == {host.wire.vid}


def address_of_router(host, version):
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    return socket.inet_ntop(
        family, host.gateway4 if version == 4 else host.gateway6)


@pytest.mark.parametrize("version", [4, 6])
def test_path_mtu(lab, version):
    """The error leaves by the sub-interface by which the packet came."""
    lab.left100.send_ip(packet(version, lab.left100, lab.right7, 1281))
    frame = lab.left100.next(lambda f: too_big(f) == 1280)
    assert frame, "no error"
    source = frame[26:30] if version == 4 else frame[22:38]
    assert source == (lab.left100.gateway4 if version == 4
                      else lab.left100.gateway6)
    crosses(lab.left100, lab.right7,
            packet(version, lab.left100, lab.right7, 1280), 2)


def too_big(frame):
    """The MTU of an error about a packet that was too big, or None."""
    if frame[12:14] == b"\x08\x00" and frame[23] == 1 \
            and frame[34:36] == b"\x03\x04":
        return struct.unpack("!H", frame[40:42])[0]
    if frame[12:14] == b"\x86\xdd" and frame[20] == 58 and frame[54] == 2:
        return struct.unpack("!I", frame[58:62])[0]
    return None


def test_routes_and_fixed_neighbors(lab):
    sent = packet(4, lab.left, "10.99.1.1", 100)
    assert crosses(lab.left, lab.right4094, sent, 2) == 4094
    sent = packet(4, lab.left100, "10.2.0.9", 100)
    assert crosses(lab.left100, lab.right4094, sent, 2) == 4094


def test_ecmp_over_sub_interfaces(lab):
    """Flows of one destination spread over two VLANs, and stay there."""
    lab.left.resolve(lab.left.gateway4)
    for host in (lab.right4094, lab.right7):
        host.ping(address_of_router(host, 4))
        assert host.next(is_echo_reply)
        host.clear()
    flows = {}
    for sport in list(range(2000, 2064)) * 2:
        lab.left.send_ip(packet(4, lab.left, "10.50.0.1", 60, sport=sport))
    hosts = lab.right4094, lab.right7
    lab.eventually(
        lambda: sum(len(udp_frames(host)) for host in hosts) == 2 * 64)
    for host in hosts:
        for frame in udp_frames(host):
            sport = struct.unpack("!H", frame[34:36])[0]
            flows.setdefault(sport, []).append(host.wire.vid)
    assert len(flows) == 64
    assert all(len(ways) == 2 and ways[0] == ways[1]
               for ways in flows.values())
    assert len([w for w in flows.values() if w[0] == 7]) in range(12, 53)


def test_api(lab):
    crosses(lab.left100, lab.right4094,
            packet(4, lab.left100, lab.right4094, 100), 2)
    names = [i["name"] for i in lab.get("/interfaces")["interfaces"]]
    assert names[:3] == ["port0", "port1", "port2"]
    assert sorted(names[3:]) == [
        "port1.100", "port1.5", "port2.4094", "port2.7"]
    i = lab.get("/interfaces/port2.4094")
    assert i["type"] == "iana-if-type:l2vlan" and i["vlan-id"] == 4094
    assert i["lower-layer-if"] == ["port2"]
    assert i["description"] == "the far lab"
    assert i["oper-status"] == "up" and i["phys-address"] == ROUTER_MAC[2]
    assert i["statistics"]["out-pkts"] > 0
    assert i["statistics"]["in-pkts"] > 0
    assert lab.get("/interfaces/port2.7")["ipv4"]["mtu"] == 1280
    assert lab.get("/interfaces/port1.5")["oper-status"] == "down"
    local = [a["ip"] for a in i["ipv6"]["address"]
             if a["origin"] == "link-layer"]
    assert local and local == [
        a["ip"] for a in lab.get("/interfaces/port2")["ipv6"]["address"]
        if a["origin"] == "link-layer"]
    found = {n["ip"]: n["interface"]
             for n in lab.get("/neighbors")["neighbors"]}
    assert found["10.1.0.2"] == "port1.100"
    assert found["10.2.0.9"] == "port2.4094"
    way = lab.get("/routes/lookup?address=10.99.0.1")["next-hop"][0]
    assert way["outgoing-interface"] == "port2.4094"
    metrics = lab.text("/metrics")
    assert 'interface_up{interface="port1.100"} 1' in metrics
    assert 'interface_up{interface="port1.5"} 0' in metrics


ROUNDS = 600
IDLE_BUFFERS = 200  # that idle queues may keep of what they sent last


def test_nothing_leaks(lab):
    before = lab.buffers_free()
    for _ in range(ROUNDS):
        lab.left100.send_ip(packet(4, lab.left100, lab.right4094, 100))
        lab.left100.ping("10.1.0.1")
        lab.trunks[0].wire.send(tagged(lab, Dot1Q(vlan=99)))
        lab.trunks[0].wire.send(tagged(lab, Dot1Q(vlan=100), Dot1Q(vlan=1)))
    lab.eventually(lambda: lab.drops()["qinq"] >= ROUNDS)
    lab.eventually(lambda: lab.buffers_free() > before - IDLE_BUFFERS)


@pytest.mark.parametrize("model", ["e1000", "e1000-82545em", "e1000e",
                                   "ixgbe"])
def test_mtu_with_a_tag(model):
    """The longest packets of 1500 bytes pass, and one byte more does not."""
    with TrunkLab(VLANS, HOSTS, model=model) as lab:
        for size in (1495, 1496, 1497, 1498, 1499, 1500):
            for source, destination in (
                (lab.left100, lab.right4094), (lab.left, lab.right4094),
                (lab.left100, lab.right),
            ):
                crosses(source, destination,
                        packet(4, source, destination, size), 2)
        stays_behind(lab.left100, lab.right4094,
                     packet(4, lab.left100, lab.right4094, 1501))


@pytest.mark.parametrize("smp", [1, 4])
def test_jumbo_with_a_tag(smp):
    config = (VLANS.replace("interface port1\n", "interface port1\n mtu 9700\n")
              .replace("interface port2\n", "interface port2\n mtu 9700\n"))
    with TrunkLab(config, HOSTS, model="ixgbe", smp=smp) as lab:
        for version in (4, 6):
            for size in (1500, 1501, 2048, 4096, 9699, 9700):
                crosses(lab.left100, lab.right4094, packet(
                    version, lab.left100, lab.right4094, size), 2)
            stays_behind(lab.left100, lab.right4094, packet(
                version, lab.left100, lab.right4094, 9701))


def test_errors_in_the_config():
    """A config with wrong sub-interfaces is refused whole."""
    config = CONFIG + """interface port1.4095
interface port9.1
interface port1.8
 mtu 1501
"""
    first = config.splitlines().index("interface port1.4095") + 1
    with Lab(config) as lab:
        text = "\n".join(lab.log)
        assert f"barewire.conf:{first}:11: expected a VID from 1 to 4094" \
            in text
        assert f"barewire.conf:{first + 1}:11: no interface \"port9.1\"" \
            in text
        assert f"barewire.conf:{first + 3}:6: expected an MTU of 1500 at most" \
            in text
        names = [i["name"] for i in lab.get("/interfaces")["interfaces"]]
        assert "port1.8" not in names


DISCOVER, REQUEST = 1, 3


def serve_lease(host):
    """Answers a client's next message as a server at 10.1.0.9 would. It may
    have sent the same one twice."""
    request = host.next(lambda f: f[12:14] == b"\x08\x00" and f[23] == 17
                        and f[36:38] == struct.pack("!H", 67), 0.5)
    if request:
        asked = dict(o[:2] for o in Ether(request)[DHCP].options
                     if isinstance(o, tuple))
        kind = {DISCOVER: "offer", REQUEST: "ack"}[asked["message-type"]]
        host.send(dhcp_reply(request, kind))


def dhcp_reply(request, kind):
    asked = Ether(request)
    options = [("message-type", kind), ("server_id", "10.1.0.9"),
               ("lease_time", 3600), ("subnet_mask", "255.255.255.0"),
               ("router", "10.1.0.2"), "end"]
    return bytes(
        Ether(dst="ff:ff:ff:ff:ff:ff", src="02:00:00:00:01:00")
        / IP(src="10.1.0.9", dst="255.255.255.255")
        / UDP(sport=67, dport=68)
        / BOOTP(op=2, xid=asked[BOOTP].xid, yiaddr="10.1.0.50",
                chaddr=asked[BOOTP].chaddr)
        / DHCP(options=options))


def test_dhcp_behind_a_tag():
    """The client of a sub-interface asks there, and takes what it is given."""
    config = CONFIG + "interface port1.100\n ip address dhcp\n"
    with TrunkLab(config, HOSTS) as lab:
        def leased():
            serve_lease(lab.left100)
            address = lab.get("/interfaces/port1.100")["ipv4"]["address"]
            return [a["ip"] for a in address] == ["10.1.0.50"]

        lab.eventually(leased)
        lab.left100.gateway4 = socket.inet_aton("10.1.0.50")
        lab.left100.ping("10.1.0.50")
        assert lab.left100.next(is_echo_reply)
        way = lab.get("/routes/lookup?address=9.9.9.9")["next-hop"][0]
        assert way["outgoing-interface"] == "port1.100"
