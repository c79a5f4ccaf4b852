# SPDX-License-Identifier: BSD-2-Clause
"""The console over real TCP: answers, refusals, and nothing leaked."""

import errno
import json
import re
import socket
import subprocess
import tempfile
import time

import pytest
from lab import CONFIG, ROOT, Lab
from qemu import free_port

REQUEST = (b"GET /api/v1/system HTTP/1.1\r\nHost: router\r\n"
           b"Connection: close\r\n\r\n")
BROWSER = [
    "/usr/bin/chromium", "--headless", "--no-sandbox", "--disable-gpu",
    "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]


@pytest.fixture(scope="module")
def shared_lab(request):
    """One client opens hundreds of connections: no limit is in its way."""
    with Lab("punt-limit syn 100000 10000\n" + CONFIG,
             model=request.config.getoption("--model")) as lab:
        yield lab
        assert not [line for line in lab.log if "panic" in line]


def exchange(lab, data, finish=True):
    """Sends bytes on a connection of its own; returns all that comes back."""
    with socket.create_connection(("127.0.0.1", lab.http_port), 60) as s:
        s.settimeout(60)
        answer = b""
        try:
            s.sendall(data)
            if finish:
                s.shutdown(socket.SHUT_WR)
            while chunk := s.recv(65536):
                answer += chunk
        except (ConnectionResetError, BrokenPipeError):
            pass
        return answer


@pytest.mark.parametrize("path", [
    "/system", "/interfaces", "/interfaces/port1", "/routes", "/neighbors",
    "/routes/lookup?address=192.0.2.2", "/counters", "/log",
])
def test_json_calls(lab, path):
    assert lab.get(path)


def test_text_calls(lab):
    assert "hostname lab" in lab.text("/api/v1/config")
    metrics = lab.text("/metrics")
    for line in metrics.splitlines():
        assert re.match(
            r"^(# (HELP|TYPE) \w+ .+|\w+(\{[^}]*\})? -?[0-9.e+]+)$", line), line


def test_docs_name_what_is_counted(lab):
    """Each reason of a drop and of a punt, and each kind of ICMP error."""
    counters = lab.get("/counters")
    for page, names in (("forwarding", counters["drop-help"]),
                        ("config", counters["punt-help"]),
                        ("api", counters["icmp-errors"])):
        with open(f"{ROOT}/docs/{page}.md", encoding="utf-8") as f:
            text = f.read()
        assert not [name for name in names if f"`{name}`" not in text], page


# Their members are names of what is counted.
COUNTED = {"ports", "drops", "punts", "refused", "icmp-errors", "drop-help",
           "punt-help"}


def members(value):
    """The names of all that JSON has."""
    if isinstance(value, list):
        return {name for v in value for name in members(v)}
    if not isinstance(value, dict):
        return set()
    inside = {name for k, v in value.items() if k not in COUNTED
              for name in members(v)}
    return inside | set(value)


@pytest.mark.parametrize("path", [
    "/system", "/interfaces", "/routes", "/neighbors", "/counters",
    "/routes/lookup?address=192.0.2.2",
])
def test_docs_name_every_member(lab, path):
    with open(f"{ROOT}/docs/api.md", encoding="utf-8") as f:
        text = f.read()
    names = members(lab.get(path))
    assert len(names) > 3
    assert not [name for name in names
                if f'"{name}"' not in text and f"`{name}`" not in text]


def cores(lab):
    return lab.get("/system")["cpu"]["cores"]


def test_every_queue_is_polled_by_the_core_that_says_so(lab):
    polled = {(q["interface"], q["queue"]): core["id"]
              for core in cores(lab) for q in core["queues"]}
    listed = {}
    for name in ("port0", "port1", "port2"):
        for q in lab.get(f"/interfaces/{name}")["queues"]:
            listed[name, q["queue"]] = q["core"]
            assert q["rx-descriptors"] >= 64 and q["tx-descriptors"] >= 64
    assert listed == polled and listed


def test_load_of_the_cores(lab):
    """Known after two seconds, for every core that has queues."""
    before = sum(core["packets"] for core in cores(lab))
    lab.alive()
    assert sum(core["packets"] for core in cores(lab)) >= before + 8
    lab.eventually(lambda: all(
        core["busy-share"] is not None for core in cores(lab)
        if core["queues"]))
    for core in cores(lab):
        if core["queues"]:
            assert 0 <= core["busy-share"] <= 1
            assert core["packets-per-second"] >= 0
            line = f'barewire_core_busy_ratio{{core="{core["id"]}"}} '
            assert line in lab.text("/metrics")


def test_errors_are_problem_documents(lab):
    for path, status in (
        ("/api/v1/nothing", 404), ("/api/v1/interfaces/port99", 404),
        ("/api/v1/routes/lookup?address=x", 400),
        ("/api/v1/routes?limit=-1", 400),
    ):
        with lab.open(path) as answer:
            assert answer.status == status, path
            kind = answer.headers["Content-Type"]
            assert kind.startswith("application/problem+json")
            assert json.load(answer)["status"] == status


def test_requests_cut_at_every_byte_leak_nothing(lab):
    assert exchange(lab, REQUEST).startswith(b"HTTP/1.1 200")
    free = lab.settled(lab.buffers_free)
    for length in range(len(REQUEST)):
        assert not exchange(lab, REQUEST[:length]).startswith(b"HTTP/1.1 2")
    assert exchange(lab, REQUEST).startswith(b"HTTP/1.1 200")
    lab.eventually(lambda: lab.settled(lab.buffers_free) == free)
    lab.alive()


def test_request_of_a_megabyte_is_refused(lab):
    free = lab.settled(lab.buffers_free)
    for data in (
        b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
        + b"a" * 1_000_000,
        b"\xff" * 1_000_000,
    ):
        answer = exchange(lab, data, finish=False)
        assert not answer or answer.startswith(b"HTTP/1.1 4"), answer[:80]
    assert exchange(lab, REQUEST).startswith(b"HTTP/1.1 200")
    lab.eventually(lambda: lab.settled(lab.buffers_free) == free)


def test_many_connections_one_after_the_other(lab):
    for _ in range(200):
        assert exchange(lab, REQUEST).startswith(b"HTTP/1.1 200")


def test_the_page_shows_live_data_in_a_browser(lab):
    lab.alive()
    with tempfile.TemporaryDirectory() as profile:
        page = subprocess.run(
            [*BROWSER, f"--user-data-dir={profile}", "--timeout=20000",
             "--virtual-time-budget=8000", "--dump-dom",
             f"http://127.0.0.1:{lab.http_port}/"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=120,
            check=True, text=True,
        ).stdout
    for shown in ("lab", "port0", "port1", "port2", "192.0.2.1",
                  "02:00:00:00:00:01", "control+worker", "port1 q0",
                  "1 queue, ", 'class="bar"'):
        assert shown in page, f"{shown} is not on the page"


def get_from_port(lab, source):
    """GETs over a connection that the router closes; how long it took."""
    began = time.monotonic()
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", source))
        s.settimeout(60)
        s.connect(("127.0.0.1", lab.http_port))
        s.sendall(REQUEST)
        answer = b"".join(iter(lambda: s.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200")
    return time.monotonic() - began


def test_a_client_takes_its_port_again(lab):
    """The last connection of that port is still in TIME-WAIT (RFC 1122)."""
    source = free_port()

    def again():
        try:
            return get_from_port(lab, source)
        except OSError as error:  # this host wants to wait a second itself
            if error.errno in (errno.EADDRNOTAVAIL, errno.EADDRINUSE):
                return None
            raise

    for _ in range(3):
        assert lab.eventually(again) < 10
