# SPDX-License-Identifier: BSD-2-Clause
"""The far end of a router port: a wire into QEMU and a small host on it.

A wire is a pair of UNIX datagram sockets; a datagram is an Ethernet frame
without FCS. Such sockets push back when full, so nothing is lost between a
host and the NIC: what is missing, the router dropped.

A host answers ARP, neighbour solicitations and echo requests for its own
addresses and keeps every other frame for whoever asks. Only bytes, no packet
library: the demo must run on a bare Python.
"""

import collections
import ipaddress
import os
import select
import socket
import struct
import threading
import time

ETH_IP4, ETH_ARP, ETH_IP6 = 0x0800, 0x0806, 0x86DD
BROADCAST = b"\xff" * 6
FRAME_MIN = 60
# Seconds until what must come is taken for lost. A machine may be slow, busy
# or stand still for a while; none of that is the router's doing.
PATIENCE = 60


class Wire:
    """One end of a cable; the other end is a QEMU netdev."""

    def __init__(self, folder, name):
        self.near = os.path.join(folder, name + ".host")
        self.far = os.path.join(folder, name + ".nic")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.near)
        # A NIC that takes nothing is an error in the end. sendframes has this
        # socket too, so it stays one that blocks.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO,
                               struct.pack("ll", PATIENCE, 0))

    def netdev(self, ident):
        """The QEMU option for the far end."""
        return (
            f"dgram,id={ident},local.type=unix,local.path={self.far},"
            f"remote.type=unix,remote.path={self.near}"
        )

    def send(self, frame):
        self.socket.sendto(frame, self.far)

    def receive(self, timeout):
        """The next frame, or None after `timeout` seconds."""
        if not select.select([self.socket], [], [], timeout)[0]:
            return None
        return self.socket.recv(65536)

    def close(self):
        self.socket.close()


def padded(frame):
    """As a NIC sends it: nothing is shorter on a real wire."""
    return frame.ljust(FRAME_MIN, b"\0")


def checksum(data):
    """RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def icmp6(source, destination, body, hop_limit=255):
    """An IPv6 packet with an ICMPv6 message whose checksum is filled in."""
    pseudo = source + destination + struct.pack("!II", len(body), 58)
    body = body[:2] + struct.pack("!H", checksum(pseudo + body)) + body[4:]
    head = struct.pack("!IHBB", 6 << 28, len(body), 58, hop_limit)
    return head + source + destination + body


def icmp4(source, destination, body, ttl=64):
    """An IPv4 packet with an ICMP message whose checksums are filled in."""
    body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
    head = struct.pack(
        "!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 0, 0, ttl, 1, 0,
        source, destination,
    )
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return head + body


def solicited_node(address):
    """RFC 4291, 2.7.1: the group, and its MAC (RFC 2464, 7)."""
    group = bytes.fromhex("ff0200000000000000000001ff") + address[13:]
    return group, b"\x33\x33" + group[12:]


class Host:
    """A host with one MAC, an IPv4 and an IPv6 address, and a gateway each.

    `gateway4` and `gateway6` are the router's addresses on this link.
    """

    def __init__(self, wire, mac, ip4, gateway4, ip6=None, gateway6=None):
        self.wire = wire
        self.mac = bytes.fromhex(mac.replace(":", ""))
        self.ip4 = ipaddress.ip_address(ip4).packed
        self.gateway4 = ipaddress.ip_address(gateway4).packed
        self.ip6 = ipaddress.ip_address(ip6).packed if ip6 else None
        self.gateway6 = ipaddress.ip_address(gateway6).packed if ip6 else None
        self.answering = True
        self.macs = {}
        self.frames = collections.deque()
        self.changed = threading.Condition()
        self.stopping = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def close(self):
        self.stopping = True
        self.thread.join()

    # Sending

    def send(self, frame):
        self.wire.send(frame)

    def send_ip(self, packet, mac=None):
        """Sends a packet to the gateway, or to `mac`."""
        version = packet[0] >> 4
        gateway = self.gateway4 if version == 4 else self.gateway6
        ethertype = ETH_IP4 if version == 4 else ETH_IP6
        mac = mac or self.resolve(gateway)
        self.send(mac + self.mac + struct.pack("!H", ethertype) + packet)

    def resolve(self, address, timeout=PATIENCE):
        """The MAC of a neighbour, asked for once a second until it answers."""
        address = bytes(address)
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            with self.changed:
                if address in self.macs:
                    return self.macs[address]
            self.send(self._question(address))
            with self.changed:
                self.changed.wait_for(lambda: address in self.macs, 1)
        name = ipaddress.ip_address(address)
        raise TimeoutError(f"{name} does not answer for its MAC")

    def _question(self, address):
        if len(address) == 4:
            return padded(
                BROADCAST + self.mac + struct.pack("!H", ETH_ARP)
                + struct.pack("!HHBBH", 1, ETH_IP4, 6, 4, 1)
                + self.mac + self.ip4 + bytes(6) + address
            )
        group, mac = solicited_node(address)
        body = b"\x87\0\0\0" + bytes(4) + address + b"\x01\x01" + self.mac
        packet = icmp6(self.ip6, group, body)
        return mac + self.mac + struct.pack("!H", ETH_IP6) + packet

    def ping(self, address, ident=1, sequence=1, size=56, ttl=64):
        """Sends one echo request; the reply shows up among the frames."""
        target = ipaddress.ip_address(address)
        echo = struct.pack("!HHHH", 0, 0, ident, sequence)
        payload = bytes(i & 0xFF for i in range(size))
        if target.version == 4:
            echo = b"\x08\0" + echo[2:] + payload
            self.send_ip(icmp4(self.ip4, target.packed, echo, ttl))
        else:
            echo = b"\x80\0" + echo[2:] + payload
            self.send_ip(icmp6(self.ip6, target.packed, echo, ttl))

    # Receiving

    def next(self, wanted=lambda frame: True, timeout=PATIENCE):
        """Takes the oldest kept frame that `wanted` accepts, or waits for it.

        Frames before it are dropped. None when none comes in time.
        """
        end = time.monotonic() + timeout
        with self.changed:
            while True:
                while self.frames:
                    frame = self.frames.popleft()
                    if wanted(frame):
                        return frame
                left = end - time.monotonic()
                if left <= 0 or not self.changed.wait(left):
                    if not self.frames:
                        return None

    def clear(self):
        with self.changed:
            self.frames.clear()

    def _run(self):
        while not self.stopping:
            frame = self.wire.receive(0.2)
            if frame and not self._answered(frame):
                with self.changed:
                    self.frames.append(frame)
                    self.changed.notify_all()

    def _answered(self, frame):
        """Handles ARP, ND and echo requests; true when that was all."""
        ethertype = int.from_bytes(frame[12:14], "big")
        if ethertype == ETH_ARP:
            return self._arp(frame)
        if ethertype == ETH_IP6 and frame[20] == 58 and len(frame) >= 62:
            return self._icmp6(frame)
        if ethertype == ETH_IP4 and frame[23] == 1 and len(frame) >= 42:
            return self._echo4(frame)
        return False

    def _learn(self, address, mac):
        with self.changed:
            self.macs[address] = mac
            self.changed.notify_all()

    def _arp(self, frame):
        operation = int.from_bytes(frame[20:22], "big")
        mac, source, target = frame[22:28], frame[28:32], frame[38:42]
        if operation == 2:
            self._learn(source, mac)
        if not self.answering or operation != 1 or target != self.ip4:
            return operation != 1
        self.send(padded(
            mac + self.mac + struct.pack("!H", ETH_ARP)
            + struct.pack("!HHBBH", 1, ETH_IP4, 6, 4, 2)
            + self.mac + self.ip4 + mac + source
        ))
        return True

    def _icmp6(self, frame):
        kind, source, target = frame[54], frame[22:38], frame[62:78]
        if kind == 136:
            # RFC 4861 7.1.2: a router has not forwarded it.
            if frame[21] == 255 and frame[78:80] == b"\x02\x01":
                self._learn(target, frame[80:86])
            return True
        if not self.answering or not self.ip6:
            return False
        if kind == 135 and target == self.ip6 and any(source):
            body = b"\x88\0\0\0\x60\0\0\0" + target + b"\x02\x01" + self.mac
            packet = icmp6(self.ip6, source, body)
        elif kind == 128 and frame[38:54] == self.ip6:
            packet = icmp6(self.ip6, source, b"\x81\0\0\0" + frame[58:], 64)
        else:
            return False
        self.send(frame[6:12] + self.mac + struct.pack("!H", ETH_IP6) + packet)
        return True

    def _echo4(self, frame):
        length = int.from_bytes(frame[16:18], "big")
        packet = frame[14:14 + length]
        if not self.answering or packet[20] != 8 or packet[16:20] != self.ip4:
            return False
        reply = icmp4(self.ip4, packet[12:16], b"\0\0\0\0" + packet[24:])
        self.send(frame[6:12] + self.mac + struct.pack("!H", ETH_IP4) + reply)
        return True
