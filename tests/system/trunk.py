# SPDX-License-Identifier: BSD-2-Clause
"""Several hosts on one wire, each on a VLAN of its own (IEEE 802.1Q).

A trunk reads the wire and sorts the frames by VID; a lane is what a host sees
of it, without tags.
"""

import queue
import struct
import threading

from lab import LEFT, RIGHT, Lab
from wire import Host

TAG = b"\x81\x00"
MACS = 2 * 6


class Lane:
    """A wire to a host: frames of one VID, or untagged ones for None.

    `priority` (PCP and DEI, where they stand in the tag) goes into what is
    sent; `tags` has the tag control information of each frame received.
    """

    def __init__(self, trunk, vid):
        self.trunk = trunk
        self.vid = vid
        self.priority = 0
        self.tags = []
        self.frames = queue.Queue()

    def send(self, frame):
        if self.vid is not None:
            tag = TAG + struct.pack("!H", self.priority | self.vid)
            frame = frame[:MACS] + tag + frame[MACS:]
        self.trunk.wire.send(frame)

    def receive(self, timeout):
        try:
            return self.frames.get(timeout=timeout)
        except queue.Empty:
            return None


class Trunk:
    """`strays` has the frames for which there is no lane."""

    def __init__(self, wire, vids):
        self.wire = wire
        self.lanes = {vid: Lane(self, vid) for vid in vids}
        self.strays = []
        self.stopping = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def close(self):
        self.stopping = True
        self.thread.join()

    def _run(self):
        while not self.stopping:
            frame = self.wire.receive(0.2)
            if not frame:
                continue
            vid = tci = None
            if frame[MACS:MACS + 2] == TAG:
                tci = struct.unpack("!H", frame[MACS + 2:MACS + 4])[0]
                vid = tci & 0xFFF
                frame = frame[:MACS] + frame[MACS + 4:]
            lane = self.lanes.get(vid)
            if lane is None:
                self.strays.append(frame)
                continue
            lane.tags.append(tci)
            lane.frames.put(frame)


class TrunkLab(Lab):
    """A lab with hosts on VLANs besides those without tags.

    `hosts_at` is a dict of name to (side, VID, MAC, addresses...), side being
    0 for the left and 1 for the right wire, the rest as for a Host. A lane is
    its host's `wire`.
    """

    def __init__(self, config, hosts_at, **options):
        super().__init__(config, **options)
        for host in self.hosts:
            host.close()
        sides = [{vid for side, vid, *_ in hosts_at.values() if side == n}
                 for n in (0, 1)]
        self.trunks = [Trunk(wire, {None} | vids)
                       for wire, vids in zip(self.wires, sides)]
        self.left = Host(self.trunks[0].lanes[None], *LEFT)
        self.right = Host(self.trunks[1].lanes[None], *RIGHT)
        self.hosts = [self.left, self.right]
        for name, (side, vid, *host) in hosts_at.items():
            setattr(self, name, Host(self.trunks[side].lanes[vid], *host))
            self.hosts.append(getattr(self, name))

    def close(self):
        for trunk in getattr(self, "trunks", ()):
            trunk.close()
        super().close()
