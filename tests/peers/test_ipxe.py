# SPDX-License-Identifier: BSD-2-Clause
"""The second witness: iPXE's intelx driver on the 82599 model.

Under OVMF, iPXE takes a DHCP lease from QEMU's user network. The lease names
a script on a web server of ours, which has iPXE fetch 10 MB. That they
arrived is read from the memory of the machine.
"""

import http.server
import os
import random
import re
import subprocess
import threading

import pytest
from guest import Machine, records
from pair import model

IPXE = "/usr/lib/ipxe/ipxe.efi"
SIZE = 10 << 20
MEMORY = 256
HOST = "10.0.2.2"
SCRIPT = f"""#!ipxe
show net0/chip
show net0/dhcp-server
imgfetch --name payload http://{HOST}:${{port}}/payload || goto failed
imgstat
ifstat
echo fetched: yes
:idle
sleep 60
goto idle
:failed
echo fetched: no
goto idle
"""

# iPXE has its own order: it enables a ring and gives it buffers at once, and
# leaves what it does not need as it is after a reset.
EXPLAINED = {
    "4.6.7 RDT of queue 0 was moved before ENABLE read as 1",
    "4.6.7 RXEN set with RDRXCTL.RSCFRSTSIZE not 0",
    "4.6.7 RXEN set with the security path open",
    "4.6.7 queue 0 receives without CTRL_EXT.NS_DIS",
    "4.6.8 queue 0 is enabled before DMATXCTL.TE",
    "8.2.3.8.8 HLREG0.RXCRCSTRP and RDRXCTL.CRCSTRIP differ",
}


class Server(http.server.ThreadingHTTPServer):
    """Has the script and the payload, and counts what it sent in full."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.payload = random.Random(82599).randbytes(SIZE)
        script = SCRIPT.replace("${port}", str(self.server_port))
        self.files = {"/boot.ipxe": script.encode(), "/payload": self.payload}
        self.sent = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *unused):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    """GET and HEAD of the server's files."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        data = self.server.files.get(self.path)
        if data is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data)
            self.server.sent.append(self.path)

    do_HEAD = do_GET

    def log_message(self, *unused):
        pass


def boot_disk(path):
    """A FAT file system that the firmware starts iPXE from."""
    with open(path, "wb") as f:
        f.truncate(8 << 20)
    for command in (
        ["mformat", "-i", path, "-v", "IPXE", "::"],
        ["mmd", "-i", path, "::/EFI", "::/EFI/BOOT"],
        ["mcopy", "-i", path, IPXE, "::/EFI/BOOT/BOOTX64.EFI"],
    ):
        subprocess.run(command, check=True)


def memory_of(machine, folder):
    path = os.path.join(folder, "memory")
    answer = machine.qmp_command(
        "pmemsave", val=0, size=MEMORY << 20, filename=path)
    assert "return" in answer, answer
    with open(path, "rb") as f:
        return f.read()


def plain(log):
    """The log without the escape sequences of a terminal."""
    return re.sub(r"\x1b\[[0-9;?=]*[A-Za-z]", "", "\n".join(log))


@pytest.mark.parametrize("properties", [{}, {"hostile": 82599}],
                         ids=["strict", "hostile"])
def test_dhcp_and_ten_megabytes_over_http(request, tmp_path, properties):
    nic = model(request, **properties)
    disk = str(tmp_path / "boot.img")
    boot_disk(disk)
    with Server() as server:
        url = f"http://{HOST}:{server.server_port}/boot.ipxe"
        netdev = f"user,id={{id}},bootfile={url}"
        with Machine([(nic, netdev)], firmware="uefi", medium="ahci",
                     iso=disk, memory=MEMORY,
                     binary=request.config.getoption("--qemu")) as machine:
            machine.wait_log("fetched: ", timeout=240)
            log = plain(machine.log)
            assert "fetched: yes" in log, log
            assert f"payload : {SIZE} bytes" in log, log
            assert f"dhcp-server:ipv4 = {HOST}" in log, log
            assert server.sent == ["/boot.ipxe", "/payload"]
            assert server.payload in memory_of(machine, str(tmp_path))
            found = {record.split(" ", 1)[1] for record in
                     records(machine.log)}
            assert found - EXPLAINED == set()
            if nic.startswith("ixgbe"):
                assert "net0/chip:string = 82599" in log, log
