# SPDX-License-Identifier: BSD-2-Clause
"""Long frames on every NIC: up to the MTU, and no byte more."""

import pytest
from lab import CONFIG, LEFT, Lab, is_echo_reply
from scapy.layers.inet import IP, defragment
from test_vlan import (HOSTS, VLANS, crosses, is_udp, packet, stays_behind,
                       too_big)
from trunk import TrunkLab

# The largest MTU that the config takes, by model.
MODELS = {"e1000": 9706, "e1000-82545em": 9706, "e1000e": 9212, "ixgbe": 9706}
# Around the sizes of the buffers of one or the other, with and without a tag.
SIZES = (1500, 1501, 2030, 2031, 2034, 2035, 4078, 4079, 4082, 4083, 8174,
         8175, 8178, 8179)
IDLE_BUFFERS = 200  # that idle queues may keep of what they sent last
ROUNDS = 300


def with_mtu(config, left, right):
    for port, mtu in (("port1", left), ("port2", right)):
        config = config.replace(f"interface {port}\n",
                                f"interface {port}\n mtu {mtu}\n")
    return config


def length_errors(lab, port):
    hardware = lab.get(f"/interfaces/{port}")["hardware-statistics"]
    return hardware["rx-length-errors"]


@pytest.mark.parametrize("model", MODELS)
def test_edges(model):
    """Tagged and not, packets cross up to the MTU; what is longer counts."""
    most = MODELS[model]
    config = with_mtu(VLANS, most, most)
    with TrunkLab(config, HOSTS, model=model, smp=2) as lab:
        ways = [(lab.left, lab.right), (lab.left100, lab.right4094),
                (lab.left, lab.right4094), (lab.left100, lab.right)]
        for source, destination in ways:
            for version in (4, 6):
                for size in (*SIZES, most - 1, most):
                    if size <= most:
                        crosses(source, destination, packet(
                            version, source, destination, size), 2)
        assert length_errors(lab, "port1") == 0
        before = lab.buffers_free()
        for n in range(ROUNDS):
            lab.left100.send_ip(packet(
                4, lab.left100, lab.right4094, most + 1 + 16 * n))
        lab.eventually(lambda: length_errors(lab, "port1") == ROUNDS, 60)
        stays_behind(lab.left100, lab.right4094, packet(
            4, lab.left100, lab.right4094, most + 1))
        crosses(lab.left100, lab.right4094, packet(
            4, lab.left100, lab.right4094, most), 2)
        lab.eventually(lambda: lab.buffers_free() > before - IDLE_BUFFERS)


def sized(lab, size):
    """A long ping is answered by the router itself."""
    lab.left.ping(LEFT[2], size=size - 28)
    reply = lab.left.next(is_echo_reply)
    assert reply and len(reply) == size + 14


@pytest.mark.parametrize("models", ["e1000e-ixgbe", "ixgbe-e1000e",
                                    "e1000-ixgbe", "e1000-82545em-e1000e"])
def test_from_wide_to_narrow(models):
    """Errors name the narrower MTU; without DF, fragments add up."""
    left, right = models.rsplit("-", 1)
    wide, narrow = MODELS[left], 4001
    config = with_mtu(CONFIG, wide, narrow)
    with Lab(config, model=["e1000e", left, right], smp=2) as lab:
        lab.alive()
        sized(lab, wide)
        before = lab.buffers_free()
        for version in (4, 6):
            for size in (narrow + 1, 8192, 8193, wide):
                sent = packet(version, lab.left, lab.right, size)
                lab.left.send_ip(sent)
                assert lab.left.next(lambda f: too_big(f) == narrow), size
            sent = packet(version, lab.left, lab.right, narrow)
            lab.right.clear()
            lab.left.send_ip(sent)
            frame = lab.right.next(is_udp)
            assert frame and len(frame) == narrow + 14
            lab.right.send_ip(packet(version, lab.right, lab.left, narrow))
            frame = lab.left.next(is_udp)
            assert frame and len(frame) == narrow + 14
        for size in (narrow + 1, 8193, wide):
            check_fragments(lab, packet(4, lab.left, lab.right, size, flags=0),
                            narrow)
        lab.eventually(lambda: lab.buffers_free() > before - IDLE_BUFFERS)


def check_fragments(lab, sent, mtu):
    """What arrives in fragments of at most `mtu` bytes is what was sent."""
    lab.right.clear()
    lab.left.send_ip(sent)
    frames = []
    while sum(len(f) - 34 for f in frames) < len(sent) - 20:
        frame = lab.right.next(is_udp)
        assert frame, f"only {len(frames)} fragments"
        assert len(frame) <= mtu + 14
        frames.append(frame)
    whole = [bytes(p) for p in defragment([IP(f[14:]) for f in frames])]
    assert len(whole) == 1 and whole[0][20:] == sent[20:]


@pytest.mark.parametrize("model", MODELS)
def test_more_than_the_nic_takes_is_refused(model):
    most = MODELS[model]
    config = with_mtu(CONFIG, most, most + 1)
    line = config[:config.index(f" mtu {most + 1}")].count("\n") + 1
    with Lab(config, model=model) as lab:
        assert any(f"barewire.conf:{line}:6: expected an MTU from 576 to "
                   f"{most}" in entry for entry in lab.log)
        limits = {lab.get(f"/interfaces/port{n}")["max-frame"]
                  for n in (1, 2)}
        assert limits == {most + 18}


@pytest.mark.parametrize("model", MODELS)
def test_long_on_one_port_alone(model):
    """A port of 1500 takes no more beside one of long frames."""
    config = with_mtu(CONFIG, 1500, MODELS[model])
    with Lab(config, model=model) as lab:
        lab.alive()
        lab.left.send_ip(packet(4, lab.left, lab.right, 1500))
        frame = lab.right.next(is_udp)
        assert frame and len(frame) == 1514
        stays_behind(lab.left, lab.right,
                     packet(4, lab.left, lab.right, 1505))
        lab.eventually(lambda: length_errors(lab, "port1") == 1)
