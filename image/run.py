# SPDX-License-Identifier: BSD-2-Clause
"""`make run`: boots the ISO with the demo config and two live hosts.

The hosts resolve the router's MAC, ping each other through it over IPv4 and
IPv6, and print what comes through. Ctrl-C ends all of it.
"""

import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

from qemu import ROOT, Machine
from wire import ETH_IP4, ETH_IP6, Host, Wire

CONSOLE_PORT = 8080
IDENT = 0xBA5E


class Ended(Exception):
    """Somebody asked us to stop."""


def end(*_):
    raise Ended


def console_netdev():
    """User networking that brings localhost:8080 to the router's port 80."""
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", CONSOLE_PORT))
        except OSError:
            sys.exit(f"run: port {CONSOLE_PORT} on localhost is in use")
    return f"user,id={{id}},hostfwd=tcp:127.0.0.1:{CONSOLE_PORT}-10.0.2.15:80"


def is_reply(frame, sequence):
    """True for the echo reply with our ident and this sequence number."""
    ethertype = int.from_bytes(frame[12:14], "big")
    if ethertype == ETH_IP4 and frame[23] == 1:
        icmp = frame[34:]
    elif ethertype == ETH_IP6 and frame[20] == 58:
        icmp = frame[54:]
    else:
        return False
    return icmp[0] in (0, 129) and icmp[4:8] == struct.pack(
        "!HH", IDENT, sequence
    )


def ping(name, host, peer_name, address, sequence):
    """One echo through the router; prints what came back."""
    host.clear()
    start = time.monotonic()
    try:
        host.ping(address, IDENT, sequence)
    except TimeoutError as e:
        print(f"{name} -> {peer_name} {address}: {e}", flush=True)
        return
    reply = host.next(lambda frame: is_reply(frame, sequence), 2)
    took = (time.monotonic() - start) * 1000
    if reply is None:
        print(f"{name} -> {peer_name} {address}: no reply", flush=True)
        return
    ttl = reply[22] if reply[12:14] == b"\x08\0" else reply[21]
    size = len(reply) - 14
    print(
        f"{name} -> {peer_name} {address}: {size} bytes back, "
        f"seq {sequence}, ttl {ttl}, {took:.1f} ms",
        flush=True,
    )


def make_config(folder):
    path = os.path.join(folder, "config.img")
    demo = os.path.join(ROOT, "image", "demo")
    maker = os.path.join(ROOT, "image", "mkconfig")
    subprocess.run([maker, "-o", path, demo], check=True)
    return path


def demo(machine, left, right):
    """Pings for ever; the pause is the demo's rhythm, nothing waits on it."""
    sequence = 0
    while machine.process.poll() is None:
        sequence = (sequence + 1) & 0xFFFF
        ping("left", left, "right", "198.51.100.2", sequence)
        ping("right", right, "left", "192.0.2.2", sequence)
        ping("left", left, "right", "2001:db8:2::2", sequence)
        ping("right", right, "left", "2001:db8:1::2", sequence)
        time.sleep(2)
    sys.exit("run: QEMU ended by itself")


def run(folder):
    wires = [Wire(folder, "left"), Wire(folder, "right")]
    nics = [("e1000e", console_netdev())]
    nics += [("e1000e", wire.netdev("{id}")) for wire in wires]
    config = make_config(folder)
    with Machine(nics, config=config, echo=True) as machine:
        machine.wait_ready()
        print(
            f"\nThe console: http://localhost:{CONSOLE_PORT}/"
            "   (Ctrl-C ends the demo)\n",
            flush=True,
        )
        left = Host(
            wires[0], "02:00:00:00:00:01", "192.0.2.2", "192.0.2.1",
            "2001:db8:1::2", "2001:db8:1::1",
        )
        right = Host(
            wires[1], "02:00:00:00:00:02", "198.51.100.2", "198.51.100.1",
            "2001:db8:2::2", "2001:db8:2::1",
        )
        demo(machine, left, right)


def main():
    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    try:
        with tempfile.TemporaryDirectory(prefix="barewire-run-") as folder:
            run(folder)
    except Ended:
        print("\nrun: ended", flush=True)


if __name__ == "__main__":
    main()
