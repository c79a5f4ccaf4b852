# SPDX-License-Identifier: BSD-2-Clause
"""Debian's own kernel in QEMU, with a small userland, run by commands.

The kernel image and its modules are those of the package linux-image-amd64,
unpacked below build/linux (mk/linux.sh). The userland is busybox and a few
Debian programs with their libraries, in an initramfs made here. Commands and
answers cross the second serial line (init.sh), so nothing waits by the clock.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "image"))

from qemu import Machine  # noqa: E402

LINUX = os.path.join(ROOT, "build", "linux")
# busybox has small ones of some of these; the real ones come first.
PROGRAMS = ["ip", "ping", "ethtool", "iperf3"]
# One of Intel's, since Linux takes those to count time alike. Others measure
# their own delay loops, and on a busy host get them so wrong that a driver's
# time-outs mean nothing.
CPU = "max,vendor=GenuineIntel,model=94"
# No console noise but errors; no work-arounds that only cost time here; a
# panic ends QEMU.
KERNEL_OPTIONS = "console=ttyS0 loglevel=4 mitigations=off panic=-1 " \
    "tsc=reliable random.trust_cpu=on ipv6.disable_ipv6=1"
STRICT = "82599 strict: "
WARNING = 4
# What the kernel says when the host gives it too little time.
SLOW_HOST = re.compile(r"hrtimer: interrupt took|clocksource|clock detected"
                       r"|clock=|local clock|kernel command line|RT throttling")


def records(log):
    """What a device model holds against a driver, out of a log."""
    return [line[line.index(STRICT) + len(STRICT):]
            for line in log if STRICT in line]


def module_files():
    """Path of each module that the package has, by its name."""
    found = {}
    for folder, _, names in os.walk(os.path.join(LINUX, "modules")):
        for name in names:
            stem, extension = os.path.splitext(name)
            if extension == ".ko":
                found[stem.replace("-", "_")] = os.path.join(folder, name)
    return found


def with_dependencies(names):
    """The modules and all that they need, in the order of loading."""
    files = module_files()
    order = {}

    def add(name):
        if name in order:
            return
        with open(files[name], "rb") as f:
            depends = re.search(rb"\0depends=([^\0]*)\0", f.read())
        for other in filter(None, depends.group(1).decode().split(",")):
            add(other.replace("-", "_"))
        order[name] = files[name]

    for name in names:
        add(name)
    return order


def libraries(program):
    """The shared objects of a program, its loader included."""
    listed = subprocess.run(
        ["ldd", program], check=True, capture_output=True, text=True,
    ).stdout
    return re.findall(r"(/\S+) \(0x", listed)


def find_program(name):
    return shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")


def make_initramfs(path, modules):
    """Writes a cpio archive with init, the programs and the modules."""
    with tempfile.TemporaryDirectory(prefix="barewire-guest-") as root:
        for folder in ("bin", "dev", "proc", "sys", "run", "tmp", "modules",
                       "etc"):
            os.mkdir(os.path.join(root, folder))
        shutil.copy(os.path.join(HERE, "init.sh"), os.path.join(root, "init"))
        os.chmod(os.path.join(root, "init"), 0o755)
        busybox = find_program("busybox")
        wanted = {f"/bin/{name}": find_program(name) for name in PROGRAMS}
        wanted["/bin/busybox"] = busybox
        for name in PROGRAMS:
            for library in libraries(wanted[f"/bin/{name}"]):
                wanted[library] = library
        for name, source in modules.items():
            wanted[f"/modules/{name}.ko"] = source
        for target, source in wanted.items():
            os.makedirs(root + os.path.dirname(target), exist_ok=True)
            shutil.copy(source, root + target)
        applets = subprocess.run(
            [busybox, "--list"], check=True, capture_output=True, text=True,
        ).stdout.split()
        for applet in set(applets) - {"busybox"} - set(PROGRAMS):
            os.symlink("busybox", os.path.join(root, "bin", applet))
        names = "\n".join(
            os.path.relpath(os.path.join(folder, name), root)
            for folder, folders, files in os.walk(root)
            for name in folders + files
        )
        with open(path, "wb") as archive:
            subprocess.run(
                ["cpio", "--quiet", "-o", "-H", "newc", "-R", "0:0"],
                cwd=root, check=True, input=names.encode(), stdout=archive,
            )


class CommandFailed(AssertionError):
    """A command in the guest ended with a status that nobody expected."""


class Guest:
    """A running kernel. `devices` are options of QEMU."""

    def __init__(self, devices, modules, *, binary=None, cpus=4, memory=512,
                 kernel_options=""):
        self.folder = tempfile.mkdtemp(prefix="barewire-peer-")
        self.machine = None
        self.commands = None
        self.buffer = b""
        self.number = 0
        self.kernel_lines = 0
        self.log_lines = 0
        self.modules = with_dependencies(modules)
        try:
            self._boot(devices, binary, cpus, memory, kernel_options)
        except BaseException:
            self.close()
            raise

    def _boot(self, devices, binary, cpus, memory, kernel_options):
        initramfs = os.path.join(self.folder, "initramfs")
        make_initramfs(initramfs, self.modules)
        path = os.path.join(self.folder, "commands")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen()
        self.machine = Machine(
            [], medium=None, cpu=CPU, smp=cpus, memory=memory, binary=binary,
            extra=[
                "-kernel", os.path.join(LINUX, "vmlinuz"),
                "-initrd", initramfs, "-no-reboot",
                "-append", f"{KERNEL_OPTIONS} {kernel_options}",
                "-chardev", f"socket,id=commands,path={path}",
                "-serial", "chardev:commands", *devices,
            ],
        )
        listener.settimeout(60)
        self.commands = listener.accept()[0]
        listener.close()
        self._answer(0, 180)

    def _answer(self, number, timeout):
        """Reads up to the end of a command; returns (status, output)."""
        mark = re.compile(rb"\n?\x01%d (\d+)\r?\n" % number)
        end = time.monotonic() + timeout
        while True:
            found = mark.search(self.buffer)
            if found:
                output = self.buffer[:found.start()]
                self.buffer = self.buffer[found.end():]
                return int(found.group(1)), output.decode("utf-8", "replace")
            left = end - time.monotonic()
            self.commands.settimeout(max(left, 0.01))
            try:
                more = self.commands.recv(65536) if left > 0 else b""
            except socket.timeout:
                more = b""
            if not more:
                raise TimeoutError(self._silence(timeout))
            self.buffer += more

    def _silence(self, timeout):
        """Says why there is no answer."""
        code = self.machine.process.poll()
        what = "QEMU ended" if code is not None else f"none within {timeout} s"
        seen = self.buffer.decode("utf-8", "replace")
        tail = "\n".join(self.machine.log[-60:])
        return f"no answer of the guest, {what}: {seen}\nconsole:\n{tail}"

    def status(self, command, timeout=60):
        """Runs a shell command; returns (exit status, output)."""
        self.number += 1
        self.commands.sendall(f"{self.number} {command}\n".encode())
        return self._answer(self.number, timeout)

    def run(self, command, timeout=60):
        """Runs a shell command that must succeed; returns its output."""
        status, output = self.status(command, timeout)
        if status:
            raise CommandFailed(f"{command}: status {status}\n{output}")
        return output

    def load(self, *names):
        """Loads modules with what they need, unless they are there."""
        for name in with_dependencies(names):
            self.run(f"test -d /sys/module/{name} ||"
                     f" insmod /modules/{name}.ko")

    def kernel_log(self):
        """(level, text) of each line; 4 is a warning, less is worse."""
        lines = []
        for line in self.run("dmesg -r").splitlines():
            found = re.match(r"<(\d+)>(.*)", line)
            if found:
                lines.append((int(found.group(1)) & 7, found.group(2)))
        return lines

    def new_warnings(self):
        """What the kernel has warned of since the last call."""
        lines = self.kernel_log()
        fresh = lines[self.kernel_lines:]
        self.kernel_lines = len(lines)
        return [text for level, text in fresh
                if level <= WARNING and not SLOW_HOST.search(text)]

    def new_records(self):
        """What the model has held against the driver since the last call.

        Each begins with the port.
        """
        found = records(self.machine.log[self.log_lines:])
        self.log_lines = len(self.machine.log)
        return found

    def report(self, lines=60):
        """For whoever reads about a failure: what the guest and QEMU say."""
        try:
            kernel = self.status("dmesg", 20)[1].splitlines()
        except (OSError, TimeoutError):
            kernel = ["(the guest does not answer)"]
        return "\n".join([*kernel[-lines:], "--- QEMU and console:",
                          *self.machine.log[-lines:]])

    def close(self):
        if self.commands:
            self.commands.close()
        if self.machine:
            self.machine.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()
