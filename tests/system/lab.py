# SPDX-License-Identifier: BSD-2-Clause
"""A lab: the router in QEMU, a host on each data port, and its console.

    port0   user networking; the console, forwarded to a port on loopback
    port1   wire "left", a host at .2 of 192.0.2.0/24 and 2001:db8:1::/64
    port2   wire "right", a host at .2 of 198.51.100.0/24 and 2001:db8:2::/64
"""

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "image"))

from qemu import Machine, waited  # noqa: E402
from wire import PATIENCE, Host, Wire  # noqa: E402

CONSOLE = "10.0.2.15"
TESTIMONY_WITHIN = 10  # seconds
CONFIG = """
hostname lab
interface port0
 ip address 10.0.2.15/24
interface port1
 ip address 192.0.2.1/24
 ipv6 address 2001:db8:1::1/64
interface port2
 ip address 198.51.100.1/24
 ipv6 address 2001:db8:2::1/64
"""
LEFT = ("02:00:00:00:00:01", "192.0.2.2", "192.0.2.1",
        "2001:db8:1::2", "2001:db8:1::1")
RIGHT = ("02:00:00:00:00:02", "198.51.100.2", "198.51.100.1",
         "2001:db8:2::2", "2001:db8:2::1")
ROUTER_MAC = ["52:54:00:bb:00:00", "52:54:00:bb:00:01", "52:54:00:bb:00:02"]


def config_image(folder, files):
    """A config disk holding `files`, a dict of name to text or bytes."""
    source = os.path.join(folder, "config")
    os.mkdir(source)
    for name, content in files.items():
        if isinstance(content, str):
            content = content.encode()
        with open(os.path.join(source, name), "wb") as f:
            f.write(content)
    image = os.path.join(folder, "config.img")
    maker = os.path.join(ROOT, "image", "mkconfig")
    subprocess.run([maker, "-o", image, source], check=True)
    return image


class Console:
    """The JSON API, by one connection for all: new ones are limited in rate.
    The console closes it when it is idle for long."""

    def __init__(self, port, timeout=PATIENCE):
        self.connection = http.client.HTTPConnection(
            "127.0.0.1", port, timeout=timeout)
        self.lock = threading.Lock()

    def get(self, path):
        """The JSON at a path below /api/v1."""
        with self.lock:
            try:
                return self._get(path)
            except (http.client.HTTPException, ConnectionError):
                self.close()
                return self._get(path)

    def _get(self, path):
        self.connection.request("GET", "/api/v1" + path)
        with self.connection.getresponse() as answer:
            body = answer.read()
        assert answer.status == 200, body
        return json.loads(body)

    def close(self):
        self.connection.close()


class Lab:
    """`config` is a text, a dict of files, a path of an image, or None.

    It begins when the router forwards and all its links are up, but those of
    `dark` ports. "ready" alone says less: it does not wait for long.

    `model` is that of all NICs, or a list of theirs; each may have options.
    An 82599 comes with its police: at the end its driver must have broken no
    rule of the datasheet.
    """

    def __init__(self, config=CONFIG, model="e1000e", wait=True, dark=(),
                 **options):
        self.folder = tempfile.mkdtemp(prefix="barewire-lab-")
        self.hosts = []
        self.machine = None
        try:
            self._build(config, model, options)
            if wait:
                self.machine.wait_ready()
                for port in set(range(len(self.policed))) - set(dark):
                    self.machine.wait_log(f"port{port}: link up")
        except BaseException:
            self.close()
            raise

    def _build(self, config, model, options):
        if isinstance(config, str) and "\n" in config:
            config = {"barewire.conf": config}
        if isinstance(config, dict):
            config = config_image(self.folder, config)
        forward = f"hostfwd=tcp:127.0.0.1:0-{CONSOLE}:80"
        netdevs = [f"user,id={{id}},{forward}"]
        netdevs += self.make_wires(options)
        models = [model] * len(netdevs) if isinstance(model, str) else model
        self.policed = [m.split(",")[0] == "ixgbe" for m in models]
        models = [m + ",strict=on" * p for m, p in zip(models, self.policed)]
        nics = list(zip(models, netdevs))
        self.machine = Machine(nics, config=config, **options)
        self.http_port = self.machine.host_port()
        self.machine.kept_waiting()  # it asks for QEMU's threads just once
        self.console = Console(self.http_port)
        self.make_hosts()

    def make_wires(self, options):
        """Returns the netdevs of the data ports; may add to `options`."""
        self.wires = [Wire(self.folder, "left"), Wire(self.folder, "right")]
        return [wire.netdev("{id}") for wire in self.wires]

    def make_hosts(self):
        self.left = Host(self.wires[0], *LEFT)
        self.right = Host(self.wires[1], *RIGHT)
        self.hosts = [self.left, self.right]

    @property
    def log(self):
        return self.machine.log

    def open(self, path, timeout=PATIENCE):
        """GETs a path; an HTTP error is an answer like any other."""
        url = f"http://127.0.0.1:{self.http_port}{path}"
        try:
            return urllib.request.urlopen(url, timeout=timeout)
        except urllib.error.HTTPError as answer:
            return answer

    def get(self, path):
        """The JSON at a path below /api/v1."""
        return self.console.get(path)

    def text(self, path):
        with self.open(path) as answer:
            assert answer.status == 200, answer.read()
            return answer.read().decode()

    def settled(self, read, timeout=PATIENCE):
        """Waits until `read()` gives the same value twice, 0.2 s apart."""
        end = time.monotonic() + timeout
        last = read()
        while time.monotonic() < end:
            time.sleep(0.2)
            value = read()
            if value == last:
                return value
            last = value
        raise TimeoutError(f"does not settle: {last}")

    def eventually(self, condition, timeout=PATIENCE):
        """Waits until `condition()` is true; returns what it gave."""
        end = time.monotonic() + timeout
        while True:
            value = condition()
            if value:
                return value
            assert time.monotonic() < end, "never came true"
            time.sleep(0.1)

    def took(self, work):
        """Seconds that some work took. What the busy machine that runs us took
        for others does not count."""
        def lost():
            return self.machine.kept_waiting() + waited(
                os.getpid(), threading.get_native_id())

        before, begun = lost(), time.monotonic()
        work()
        return time.monotonic() - begun - (lost() - before)

    def buffers_free(self):
        return self.get("/counters")["buffers"]["free"]

    def drops(self):
        """Packets dropped so far, by reason."""
        return self.get("/counters")["sum"]["drops"]

    def alive(self):
        """A ping crosses in both families and the console answers."""
        for host, to4, to6 in (
            (self.left, RIGHT[1], RIGHT[3]), (self.right, LEFT[1], LEFT[3]),
        ):
            for address in (to4, to6):
                self.eventually(lambda h=host, a=address: self._replies(h, a))
        assert self.get("/system")

    @staticmethod
    def _replies(host, address):
        """One echo request. It may be lost: the router gives a neighbour up
        that is silent for three seconds, as all are in a machine that stands
        still."""
        host.clear()
        host.ping(address, ident=77)
        return host.next(is_echo_reply, 10)

    def check_violations(self):
        """No port's driver broke a rule."""
        lines = [line for line in self.log if "82599 strict" in line]
        for nic, policed in enumerate(self.policed):
            if policed:
                assert self.machine.violations(nic) == 0, lines

    def testimony(self):
        """What the router has to say of a failure: its log, its counters. A
        dead one is not waited for long, since many tests may fail of it."""
        lines = [line.rstrip() for line in self.log] if self.machine else []
        console = Console(self.http_port, TESTIMONY_WITHIN)
        try:
            for path in ("/interfaces", "/neighbors", "/counters"):
                known = {k: v for k, v in console.get(path).items()
                         if k != "cores" and not k.endswith("-help")}
                lines.append(f"{path}: {json.dumps(no_zeros(known))}")
        except (OSError, AssertionError, ValueError,
                http.client.HTTPException) as error:
            lines.append(f"the console: {error!r}")
        finally:
            console.close()
        return "\n".join(lines)

    def close(self):
        for host in self.hosts:
            host.close()
        if hasattr(self, "console"):
            self.console.close()
        if self.machine:
            self.machine.close()
        for wire in getattr(self, "wires", ()):
            wire.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, failure, *unused):
        try:
            if failure:
                print(self.testimony())
            else:
                self.check_violations()
        finally:
            self.close()


def no_zeros(value):
    """JSON without what is 0, empty or null: there is a lot of it."""
    if isinstance(value, list):
        return [no_zeros(v) for v in value]
    if not isinstance(value, dict):
        return value
    kept = {k: no_zeros(v) for k, v in value.items()}
    return {k: v for k, v in kept.items() if v or v is False}


def is_echo_reply(frame):
    if frame[12:14] == b"\x08\x00":
        return frame[23:24] == b"\x01" and frame[34:35] == b"\0"
    return frame[12:14] == b"\x86\xdd" and frame[20:21] == b"\x3a" \
        and frame[54:55] == b"\x81"
