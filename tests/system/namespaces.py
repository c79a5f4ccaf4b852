# SPDX-License-Identifier: BSD-2-Clause
"""Linux hosts in network namespaces, and TAP devices that join them to QEMU.

A namespace has no name: it lives as long as a thread that is in it and what
that thread started, and so does all that is in it. Nothing of it can be left
behind, however the test ends, and nothing in it is seen by the rest of the
system. The thread opens sockets and starts programs; a socket may then be used
from anywhere.
"""

import ctypes
import fcntl
import os
import struct
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

CLONE_NEWNET = 0x40000000  # <sched.h>
TUNSETIFF = 0x400454CA  # <linux/if_tun.h>
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000


def unshare():
    """Moves the thread that calls into a new network namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET):
        code = ctypes.get_errno()
        raise OSError(code, f"unshare: {os.strerror(code)}")


def open_tap(name):
    """Makes a TAP device in the caller's namespace; returns its file."""
    fd = os.open("/dev/net/tun", os.O_RDWR)
    try:
        request = struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI)
        fcntl.ioctl(fd, TUNSETIFF, request)
    except BaseException:
        os.close(fd)
        raise
    return fd


class Namespace:
    """A host: `loopback` and what else it is given.

    No duplicate address detection (it costs seconds), no address or route that
    was not asked for, and no limit to ICMP errors, so that only the router's
    counts.
    """

    SETTINGS = ["net.ipv6.conf.default.accept_dad=0",
                "net.ipv6.conf.default.accept_ra=0",
                "net.ipv6.conf.default.autoconf=0",
                "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0"]

    def __init__(self):
        self.taps = []
        self.thread = ThreadPoolExecutor(1)
        try:
            self.call(unshare)
            self.path = "/proc/%d/task/%d/ns/net" % (
                os.getpid(), self.call(threading.get_native_id))
            self.set(*self.SETTINGS)
            self.run("ip link set lo up")
        except BaseException:
            self.close()
            raise

    def call(self, function, *arguments, **options):
        """Runs a function inside; returns what it gave."""
        return self.start(function, *arguments, **options).result()

    def start(self, function, *arguments, **options):
        """Begins to run a function inside; returns a future."""
        return self.thread.submit(function, *arguments, **options)

    def run(self, command, timeout=300, check=True):
        """Runs a program inside; returns all it printed."""
        done = self.call(
            subprocess.run, command.split(), timeout=timeout, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, env={**os.environ,
                                                      "LC_ALL": "C"})
        assert not check or done.returncode == 0, f"{command}:\n{done.stdout}"
        return done.stdout

    def set(self, *settings):
        """Settings of the kernel, as sysctl(8) takes them."""
        self.run("sysctl -q -w " + " ".join(settings))

    def tap(self, name):
        """Makes a TAP device inside; returns the file that is its far end."""
        self.taps.append(self.call(open_tap, name))
        return self.taps[-1]

    def cable(self, name, other, other_name):
        """A pair of Ethernet devices, one here and one in `other`."""
        self.run(f"ip link add {name} type veth "
                 f"peer name {other_name} netns {other.path}")

    def up(self, device, *addresses, mtu=1500):
        self.run(f"ip link set {device} mtu {mtu} up")
        for address in addresses:
            self.run(f"ip address add {address} dev {device}")

    def close(self):
        """The thread ends, and with it the namespace."""
        self.thread.shutdown()
        for fd in self.taps:
            os.close(fd)


def forbidden():
    """Why there can be no hosts in namespaces here; None if they can."""
    if os.geteuid() != 0:
        return "not root"
    hosts = []
    try:
        hosts = [Namespace(), Namespace()]
        hosts[0].tap("tap0")
        hosts[0].cable("veth0", hosts[1], "veth1")
    except (OSError, AssertionError) as error:
        return f"no network namespaces with TAP devices: {error}"
    finally:
        for host in hosts:
            host.close()
    return None
