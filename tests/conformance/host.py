# SPDX-License-Identifier: BSD-2-Clause
"""The hosts on one wire: they answer for their addresses and keep the rest.

Unlike those of image/wire.py they answer no echo request, so that a clause
sees it, and they count every frame they send, so that the router can be asked
whether it has taken them all.
"""

import hashlib
import ipaddress
import os
import threading

from scapy.layers.l2 import ARP, Ether
from wire import icmp6, padded

# In the payload of what a fence sends; its number follows.
FENCE = b"a fence: "
FENCE_DIGITS = 8
TAG = b"\x81\x00"  # IEEE 802.1Q


class Hosts:
    """`record` is a folder for each frame that a clause sends, or None."""

    def __init__(self, wire, link, record=None):
        self.wire = wire
        self.link = link
        self.record = record
        self.owners = {ipaddress.ip_address(a).packed: bytes.fromhex(
            mac.replace(":", "")) for a, mac in link.hosts.items()}
        self.answering = True
        self.misses = {}  # address: how many questions for it it misses
        self.sent = 0
        self.kept = []
        self.asked = []
        self.fences = []
        self.changed = threading.Condition()
        self.stopping = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def close(self):
        self.stopping = True
        self.thread.join()

    def send(self, frame):
        """What belongs to a clause."""
        if self.record:
            name = hashlib.sha256(frame).hexdigest()[:20]
            with open(os.path.join(self.record, name), "wb") as f:
                f.write(frame)
        self.send_aside(frame)

    def send_aside(self, frame):
        with self.changed:
            self.sent += 1
        self.wire.send(frame)

    def begin(self):
        """Forgets what came before."""
        with self.changed:
            self.kept.clear()
            self.asked.clear()

    def wait(self, condition, timeout):
        with self.changed:
            return self.changed.wait_for(condition, timeout)

    def _run(self):
        while not self.stopping:
            frame = self.wire.receive(0.2)
            if not frame:
                continue
            answer = self._answer_tagged(frame)
            with self.changed:
                at = frame.find(FENCE)
                if at >= 0:
                    at += len(FENCE)
                    self.fences.append(int(frame[at:at + FENCE_DIGITS]))
                else:
                    self.kept.append(frame)
                self.changed.notify_all()
            if answer and self.answering:
                self.send_aside(padded(answer))

    def _answer_tagged(self, frame):
        """A host has the same MAC on all VLANs."""
        if frame[12:14] != TAG:
            return self._answer(frame)
        answer = self._answer(frame[:12] + frame[16:])
        return answer and answer[:12] + frame[12:16] + answer[12:]

    def _answer(self, frame):
        """A reply to a request for the MAC of one of our addresses."""
        if frame[12:14] == b"\x08\x06" and frame[20:22] == b"\0\1":
            return self._arp(frame)
        if frame[12:14] == b"\x86\xdd" and frame[20] == 58 \
                and frame[54] == 135:
            return self._solicited(frame)
        return None

    def _arp(self, frame):
        target = frame[38:42]
        missed = self._ask(target)
        mac = self.owners.get(target)
        if missed or not mac or frame[28:32] == target:
            return None
        ether = Ether(src=mac, dst=frame[6:12], type=0x0806)
        return bytes(ether / ARP(op=2, hwsrc=mac, psrc=target,
                                 hwdst=frame[22:28], pdst=frame[28:32]))

    def _solicited(self, frame):
        source, target = frame[22:38], frame[62:78]
        missed = self._ask(target)
        mac = self.owners.get(target)
        if missed or not mac or not any(source):
            return None
        body = b"\x88\0\0\0\x60\0\0\0" + target + b"\x02\x01" + mac
        return frame[6:12] + mac + b"\x86\xdd" + icmp6(target, source, body)

    def _ask(self, target):
        """Who was asked for, and when in the order of things. True if that
        was missed."""
        with self.changed:
            self.asked.append(str(ipaddress.ip_address(target)))
            self.changed.notify_all()
            left = self.misses.pop(target, 0)
            if left > 1:
                self.misses[target] = left - 1
            return left > 0
