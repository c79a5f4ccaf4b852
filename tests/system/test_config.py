# SPDX-License-Identifier: BSD-2-Clause
"""What the router does with good, bad and no config."""

import os
import random
import re

import pytest
from lab import CONFIG, LEFT, RIGHT, Lab, config_image, is_echo_reply
from mrt import write_mrt
from wire import icmp4


def test_without_a_volume_port0_asks_for_a_lease():
    with Lab(None) as lab:
        lab.machine.wait_log("10.0.2.15")
        system = lab.eventually(lambda: lab.get("/system"))
        assert system["name"]
        port0 = lab.get("/interfaces/port0")
        addresses = [a["ip"] for a in port0["ipv4"]["address"]]
        assert addresses == ["10.0.2.15"]
        names = [i["name"] for i in lab.get("/interfaces")["interfaces"]]
        assert names == ["port0", "port1", "port2"]
        states = {i["admin-status"]
                  for i in lab.get("/interfaces")["interfaces"]}
        assert states == {"up"}


def test_every_error_names_its_place_and_the_defaults_take_over():
    config = """hostname lab
interface port9
 ip address 192.0.2.1/24
interface port1
 ip address 192.0.2.1/33
 mtu none
ip route 10.0.0.0/8 nowhere
nonsense
"""
    with Lab(config) as lab:
        places = {match[1] for line in lab.log
                  if (match := re.search(r"(barewire\.conf:\d+:\d+): ", line))}
        assert {p.split(":")[1] for p in places} == {"2", "5", "6", "7", "8"}
        assert "barewire.conf:2:11" in places
        assert "barewire.conf:5:13" in places
        assert "barewire.conf:8:1" in places
        lab.machine.wait_log("10.0.2.15")
        lab.eventually(lambda: lab.get("/system"))


def test_rings_are_as_long_as_the_config_says():
    """And the running config says so, and that cores never sleep."""
    config = CONFIG.replace("interface port1\n", "interface port1\n ring 64\n")
    with Lab(config + "poll busy\n") as lab:
        sizes = {name: {(q["rx-descriptors"], q["tx-descriptors"])
                        for q in lab.get(f"/interfaces/{name}")["queues"]}
                 for name in ("port0", "port1", "port2")}
        assert sizes["port1"] == {(64, 64)}
        assert sizes["port2"] == sizes["port0"] != sizes["port1"]
        running = lab.text("/api/v1/config")
        assert "\n ring 64\n" in running and "\npoll busy\n" in running
        for i in range(200):
            lab.left.ping(RIGHT[1], ident=5, sequence=i)
        lab.alive()


def test_routes_file_is_loaded_and_used():
    routes = "# bulk\n" + "".join(
        f"100.{i}.{j}.0/24 198.51.100.2\n"
        for i in range(64, 128) for j in range(0, 256, 2))
    routes += "2001:db8:f00::/40 2001:db8:2::2\r\n"
    files = {"barewire.conf": CONFIG + "routes bulk.txt\n", "bulk.txt": routes}
    with Lab(files) as lab:
        found = lab.get("/routes?limit=1")
        assert found["total"] >= 64 * 128 + 1
        hit = lab.get("/routes/lookup?address=100.65.2.9")
        assert hit["destination-prefix"] == "100.65.2.0/24"
        assert hit["next-hop"][0]["next-hop-address"] == "198.51.100.2"
        miss = lab.get("/routes/lookup?address=100.65.3.9")
        assert miss["type"] == "none"
        assert miss["destination-prefix"] is None
        echo = b"\x08\0\0\0" + bytes(20)
        lab.left.send_ip(icmp4(lab.left.ip4, bytes([100, 65, 2, 9]), echo))
        frame = lab.right.next(lambda f: f[30:34] == bytes([100, 65, 2, 9]))
        assert frame and frame[:6] == lab.right.mac


@pytest.mark.parametrize("packed", [False, True])
def test_routes_file_as_collectors_publish_it(tmp_path, packed):
    routes = [(f"100.64.{i}.0/24", "198.51.100.2") for i in range(256)]
    routes.append(("2001:db8:f00::/40", "2001:db8:2::2"))
    path = tmp_path / "rib"
    write_mrt(path, routes, packed)
    files = {"barewire.conf": CONFIG + "routes rib\n",
             "rib": path.read_bytes()}
    with Lab(files) as lab:
        hit = lab.eventually(lambda: route_by_file(lab, "100.64.255.9"))
        assert hit["destination-prefix"] == "100.64.255.0/24"
        assert hit["next-hop"][0]["next-hop-address"] == "198.51.100.2"
        hit = lab.get("/routes/lookup?address=2001:db8:f12::1")
        assert hit["destination-prefix"] == "2001:db8:f00::/40"


def route_by_file(lab, address):
    hit = lab.get(f"/routes/lookup?address={address}")
    return hit if hit["type"] == "unicast" else None


def test_routes_file_of_noise_is_refused():
    noise = random.Random(1).randbytes(200_000)
    files = {"barewire.conf": CONFIG + "routes bulk.txt\n", "bulk.txt": noise}
    with Lab(files) as lab:
        line = len(CONFIG.splitlines()) + 1
        shown = [entry for entry in lab.log
                 if f"barewire.conf:{line}:8: " in entry]
        assert len(shown) == 1
        assert "is neither text nor MRT nor gzip" in shown[0]
        lab.machine.wait_log("10.0.2.15")
        lab.eventually(lambda: lab.get("/system"))


@pytest.mark.parametrize("firmware", ["bios", "uefi"])
@pytest.mark.parametrize("kind", ["config", "volume", "tables"])
def test_noise_labelled_barewire_does_not_stop_the_boot(
        tmp_path, firmware, kind):
    """Noise in the config file, behind the label, and all over the FAT."""
    rng = random.Random(7)
    image = config_image(str(tmp_path), {
        "barewire.conf": rng.randbytes(50_000) if kind == "config" else CONFIG,
    })
    if kind != "config":
        scribble(image, rng, everything=kind == "volume")
    # With an intact folder a small file may still be read, and is in force;
    # the console is at one address either way.
    with Lab(image, firmware=firmware) as lab:
        lab.eventually(lambda: lab.get("/system"))


def scribble(image, rng, everything):
    """Keeps the partition table, boot sector and label; noise elsewhere."""
    with open(image, "r+b") as f:
        data = bytearray(f.read())
        boot = data.index(b"BAREWIRE", 512) & ~511
        label = data.index(b"BAREWIRE   ", boot + 512)
        row = bytes(data[label:label + 32])
        end = len(data) - 34 * 512 if everything else label
        noise = rng.randbytes(end - boot - 512)
        data[boot + 512:end] = noise
        data[label:label + 32] = row
        f.seek(0)
        f.write(data)
    assert os.path.getsize(image) == len(data)


def test_route_types_and_lookup():
    config = CONFIG + """
ip route 203.0.113.0/24 198.51.100.2
ip route 203.0.113.128/25 blackhole
ip route 203.0.113.64/26 reject
ip route 10.9.0.0/16 198.51.100.2
ip route 10.9.0.0/16 192.0.2.2
ipv6 route 2001:db8:ffff::/48 2001:db8:2::2
"""
    with Lab(config) as lab:
        def kind(address):
            return lab.get(f"/routes/lookup?address={address}")

        assert kind("203.0.113.1")["type"] == "unicast"
        assert kind("203.0.113.200")["type"] == "blackhole"
        assert kind("203.0.113.65")["type"] == "reject"
        assert kind("198.51.100.9")["type"] == "connected"
        assert kind("198.51.100.1")["type"] == "local"
        assert kind("8.8.8.8")["type"] == "none"
        hops = kind("10.9.1.1")["next-hop"]
        assert {h["next-hop-address"] for h in hops} == {LEFT[1], RIGHT[1]}
        six = kind("2001:db8:ffff::1")
        assert six["next-hop"][0]["outgoing-interface"] == "port2"
        echo = b"\x08\0\0\0" + bytes(20)
        lab.left.send_ip(icmp4(lab.left.ip4, bytes([203, 0, 113, 65]), echo))
        refused = lab.left.next(lambda f: f[23] == 1 and f[34] == 3)
        assert refused and refused[35] == 13
        lab.left.send_ip(icmp4(lab.left.ip4, bytes([8, 8, 8, 8]), echo))
        refused = lab.left.next(lambda f: f[23] == 1 and f[34] == 3)
        assert refused and refused[35] == 0


def test_shutdown_mtu_and_description():
    config = """
interface port0
 ip address 10.0.2.15/24
interface port1
 ip address 192.0.2.1/24
 description to the left
interface port2
 ip address 198.51.100.1/24
 mtu 600
 shutdown
ip route 203.0.113.0/24 198.51.100.2
"""
    with Lab(config, dark=[2]) as lab:
        port2 = lab.get("/interfaces/port2")
        assert port2["admin-status"] == "down"
        assert port2["oper-status"] == "down"
        assert lab.get("/interfaces/port1")["description"] == "to the left"
        assert lab.get("/routes/lookup?address=203.0.113.1")["type"] == "none"
        text = lab.text("/api/v1/config")
        for line in ("shutdown", "mtu 600", "description to the left"):
            assert line in text
        lab.left.ping(LEFT[2])
        assert lab.left.next(is_echo_reply)
