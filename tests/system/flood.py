#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Sends the same frames again and again, as fast as a wire takes them.

A program of its own, so that whoever measures has a core for himself:

    flood.py SOCKET SECONDS < FRAMES

FRAMES are each a length of 4 bytes, then so many bytes. Prints how many frames
it sent. The wire pushes back: none of them is lost on the way to the NIC.
"""

import os
import socket
import struct
import subprocess
import sys
import time

ROUND = 64  # frames between two looks at the clock


def unpack(data):
    frames = []
    at = 0
    while at < len(data):
        (size,) = struct.unpack_from("!I", data, at)
        frames.append(data[at + 4:at + 4 + size])
        at += 4 + size
    return frames


def send(path, seconds, frames):
    wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    wire.connect(path)
    end = time.monotonic() + seconds
    sent = 0
    while time.monotonic() < end:
        for _ in range(ROUND):
            wire.send(frames[sent % len(frames)])
            sent += 1
    return sent


class Flood:
    """A flood on its way; `with` waits for its end, `sent` counts."""

    def __init__(self, wire, frames, seconds):
        self.process = subprocess.Popen(
            [sys.executable, os.path.abspath(__file__), wire.far,
             str(seconds)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for frame in frames:
            self.process.stdin.write(struct.pack("!I", len(frame)) + frame)
        self.process.stdin.close()
        self.sent = 0

    def running(self):
        return self.process.poll() is None

    def __enter__(self):
        return self

    def __exit__(self, failure, *unused):
        if failure:
            self.process.kill()
        self.sent = int(self.process.stdout.read() or 0)
        self.process.stdout.close()
        self.process.wait()


if __name__ == "__main__":
    print(send(sys.argv[1], float(sys.argv[2]),
               unpack(sys.stdin.buffer.read())))
