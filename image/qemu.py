# SPDX-License-Identifier: BSD-2-Clause
"""Starts Barewire in QEMU, reads its log, and ends it.

Used by `make run` and by the system tests. Nothing needs privileges.
"""

import ctypes
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ISO = os.path.join(ROOT, "build", "barewire.iso")
# What `make qemu` builds: with the 82599 in it (tests/82599/qemu.c).
QEMU_82599 = os.path.join(ROOT, "build", "qemu", "qemu-system-x86_64")
OVMF_CODE = "/usr/share/OVMF/OVMF_CODE.fd"
OVMF_VARS = "/usr/share/OVMF/OVMF_VARS.fd"

PR_SET_PDEATHSIG = 1
PATIENCE = 60  # seconds, as in wire.py


def die_with_parent():
    """In the child: QEMU must not outlive whoever started it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def waited(process, thread):
    """Seconds that a thread could run and did not: proc(5) has that in ns. 0
    where the kernel does not count it."""
    path = f"/proc/{process}/task/{thread}/schedstat"
    try:
        with open(path, encoding="ascii") as f:
            return int(f.read().split()[1]) / 1e9
    except FileNotFoundError:
        return 0.0


def free_port():
    """A TCP port on loopback that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def qemu_for(models):
    """The QEMU that has these NIC models; $QEMU goes before all."""
    ours = any(model.split(",")[0] == "ixgbe" for model in models)
    default = QEMU_82599 if ours else "qemu-system-x86_64"
    return os.environ.get("QEMU", default)


def disk(bus, path, ident, unit):
    """QEMU options for a raw disk on a bus; `unit` tells two apart."""
    device = {
        "ahci": f"ide-hd,bus=ide.{unit}",
        "ide": "ide-hd,bus=ide.0",
        "virtio": "virtio-blk-pci",
    }
    return [
        "-drive", f"if=none,id={ident},format=raw,file={path}",
        "-device", f"{device[bus]},drive={ident}",
    ]


class Machine:
    """A virtual machine with the router in it.

    nics      list of (model, netdev option) in order of PCI address; the
              text {id} in the option is replaced by the netdev's id; the
              model may have options: "ixgbe,strict=on"
    medium    "cdrom", or a bus of `disk` for the ISO written raw to a disk,
              or None when `extra` has what boots
    config    path of a config image, or None; on the bus `config_bus`
    echo      print the log as it comes
    binary    the QEMU to run; default is $QEMU, or the system's, or
              `make qemu`'s for an ixgbe
    fds       open files that a netdev option names, as in "tap,fd=7"
    """

    def __init__(self, nics, *, machine="q35", firmware="bios", cpu="max",
                 memory=256, smp=1, medium="cdrom", config=None,
                 config_bus="ahci", iso=ISO, extra=(), echo=False,
                 binary=None, fds=()):
        self.folder = tempfile.mkdtemp(prefix="barewire-")
        self.log = []
        self.echo = echo
        self.changed = threading.Condition()
        self.qmp = None
        self.process = None
        self.threads = []
        self.fds = fds
        command = [
            binary or qemu_for(model for model, _ in nics),
            "-machine", machine, "-accel", os.environ.get("ACCEL", "tcg"),
            "-cpu", cpu, "-m", str(memory), "-smp", str(smp),
            "-display", "none", "-monitor", "none", "-serial", "stdio",
            "-nodefaults", "-vga", "std",
            "-qmp", f"unix:{self._listen()}",
        ]
        command += self._firmware(firmware)
        command += self._medium(medium, iso)
        if config:
            command += disk(config_bus, config, "config", 1)
        for i, (model, netdev) in enumerate(nics):
            command += ["-netdev", netdev.replace("{id}", f"n{i}")]
            command += ["-device", f"{model},id=nic{i},netdev=n{i},"
                        f"{self._mac(i)}"]
        self.command = command + list(extra)
        self._start()

    @staticmethod
    def _mac(i):
        return f"mac=52:54:00:bb:00:{i:02x}"

    def _listen(self):
        """Where QEMU connects its monitor to, as soon as it runs."""
        path = os.path.join(self.folder, "qmp")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.settimeout(60)
        self.listener.bind(path)
        self.listener.listen(1)
        return path

    def _firmware(self, firmware):
        if firmware == "bios":
            return []
        variables = os.path.join(self.folder, "vars.fd")
        shutil.copy(OVMF_VARS, variables)
        flash = "if=pflash,format=raw"
        return [
            "-drive", f"{flash},readonly=on,file={OVMF_CODE}",
            "-drive", f"{flash},file={variables}",
        ]

    def _medium(self, medium, iso):
        if not medium:
            return []
        if medium == "cdrom":
            return ["-cdrom", iso]
        copy = os.path.join(self.folder, "boot.img")
        shutil.copy(iso, copy)
        options = disk(medium, copy, "boot", 0)
        options[-1] += ",bootindex=0"
        return options

    def _start(self):
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, preexec_fn=die_with_parent,
            pass_fds=self.fds,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for raw in self.process.stdout:
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            if self.echo:
                print(line, flush=True)
            with self.changed:
                self.log.append(line)
                self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()

    def wait_log(self, text, timeout=PATIENCE, start=0):
        """Waits for a log line that contains `text`; returns it.

        Looks at lines from number `start` on.
        """
        end = time.monotonic() + timeout
        with self.changed:
            while True:
                for i in range(start, len(self.log)):
                    if text in self.log[i]:
                        return self.log[i]
                start = len(self.log)
                left = end - time.monotonic()
                if left <= 0 or self.process.poll() is not None:
                    last = "\n".join(self.log[-40:])
                    raise TimeoutError(f"no log line with {text!r}:\n{last}")
                self.changed.wait(min(left, 1))

    def wait_ready(self, timeout=600):
        return self.wait_log("barewire: ready", timeout)

    def qmp_command(self, execute, **arguments):
        """Runs one QMP command and returns its answer."""
        if not self.qmp:
            self.qmp = self.listener.accept()[0].makefile("rw")
            self.qmp.readline()
            self.qmp_command("qmp_capabilities")
        request = {"execute": execute, "arguments": arguments}
        self.qmp.write(json.dumps(request) + "\n")
        self.qmp.flush()
        while True:
            answer = json.loads(self.qmp.readline())
            if "return" in answer or "error" in answer:
                return answer

    def host_port(self):
        """The TCP port of a netdev with hostfwd=tcp:127.0.0.1:0-...; QEMU
        took a free one, which nobody else can have taken before it."""
        text = self.qmp_command(
            "human-monitor-command",
            **{"command-line": "info usernet"})["return"]
        return int(re.search(r"HOST_FORWARD\]\s+\d+\s+\S+\s+(\d+)", text)[1])

    def kept_waiting(self):
        """Seconds so far that this machine had no processor for core 0 and
        for QEMU's devices, though they had work: that is not their doing."""
        if not self.threads:
            cpus = self.qmp_command("query-cpus-fast")["return"]
            self.threads = [self.process.pid, cpus[0]["thread-id"]]
        return sum(waited(self.process.pid, thread) for thread in self.threads)

    def set_link(self, nic, up):
        return self.qmp_command("set_link", name=f"n{nic}", up=up)

    def violations(self, nic):
        """How often the driver of an ixgbe with strict=on broke a rule.

        The log has a line `82599 strict: nic0 SECTION TEXT` for each.
        """
        return self.qmp_command(
            "qom-get", path=f"nic{nic}", property="violations")["return"]

    def close(self):
        """Ends QEMU and removes what it left."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join()
        if self.qmp:
            self.qmp.close()
        self.listener.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()
