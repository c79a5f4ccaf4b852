# SPDX-License-Identifier: BSD-2-Clause
"""Just enough of GDB's remote protocol to stop and run single processors.

The protocol is in the GDB manual, appendix "GDB Remote Serial Protocol".
QEMU's threads are its processors, numbered from 1.
"""

import os
import socket
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
KERNEL = os.path.join(ROOT, "build", "barewire.elf")
RIP = 16  # number of the register in the answer to "g", 8 bytes each


def options(path):
    """QEMU options for a stub on the socket `path`, the machine stopped."""
    return ["-S", "-chardev", f"socket,path={path},server=on,wait=off,id=gdb",
            "-gdb", "chardev:gdb"]


def symbol(name):
    """The address of a function of the kernel."""
    for line in subprocess.run(["nm", KERNEL], check=True, text=True,
                               capture_output=True).stdout.splitlines():
        address, _, found = line.split()
        if found == name:
            return int(address, 16)
    raise KeyError(name)


class Gdb:
    def __init__(self, path, timeout=60):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        end = time.monotonic() + timeout
        while self.socket.connect_ex(path) != 0:
            assert time.monotonic() < end, "QEMU does not listen"
            time.sleep(0.05)
        self.stream = self.socket.makefile("rb")

    def _send(self, text):
        body = text.encode()
        self.socket.sendall(b"$%s#%02x" % (body, sum(body) & 0xff))

    def _answer(self):
        """The next packet, acknowledged."""
        while True:
            c = self.stream.read(1)
            if not c:
                raise ConnectionError("QEMU has gone")
            if c == b"$":
                break
        body = b""
        while (c := self.stream.read(1)) != b"#":
            body += c
        self.stream.read(2)
        self.socket.sendall(b"+")
        return body.decode()

    def _command(self, text):
        self._send(text)
        return self._answer()

    def run_to(self, address):
        """Runs all processors until one is at `address`."""
        assert self._command(f"Z1,{address:x},1") == "OK"
        assert self._command("c").startswith("T05")
        assert self._command(f"z1,{address:x},1") == "OK"

    def run(self, *threads):
        """Lets these processors run, or all."""
        which = "".join(f";c:{t}" for t in threads) or ";c"
        self._send("vCont" + which)

    def stop(self):
        self.socket.sendall(b"\x03")
        assert self._answer().startswith("T")

    def rip(self, thread):
        """Where a processor is. All must have stopped."""
        assert self._command(f"Hg{thread}") == "OK"
        registers = bytes.fromhex(self._command("g"))
        return int.from_bytes(registers[8 * RIP:8 * RIP + 8], "little")

    def close(self):
        self.stream.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()
