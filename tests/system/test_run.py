# SPDX-License-Identifier: BSD-2-Clause
"""`make run`: the demo pings through the router and ends without a trace."""

import os
import re
import signal
import subprocess
import sys
import urllib.request

from lab import ROOT


def test_demo_pings_and_ctrl_c_leaves_nothing():
    demo = subprocess.Popen(
        [sys.executable, "image/run.py"], cwd=ROOT, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )
    seen = []
    wanted = {"198.51.100.2", "192.0.2.2", "2001:db8:2::2", "2001:db8:1::2"}
    try:
        for line in demo.stdout:
            seen.append(line)
            found = re.search(r"-> \w+ (\S+): \d+ bytes back.* ttl 63,", line)
            if found:
                wanted.discard(found[1])
            if not wanted:
                break
        assert not wanted, "".join(seen[-30:])
        with urllib.request.urlopen("http://localhost:8080/", timeout=20) as p:
            assert p.status == 200
    finally:
        children = descendants(demo.pid)
        demo.send_signal(signal.SIGINT)
        demo.stdout.read()
        assert demo.wait(30) == 0
    assert children
    assert not [pid for pid in children if os.path.exists(f"/proc/{pid}")]


def descendants(pid):
    """Process ids below `pid`."""
    path = f"/proc/{pid}/task/{pid}/children"
    with open(path, encoding="ascii") as f:
        children = [int(p) for p in f.read().split()]
    return children + [d for c in children for d in descendants(c)]
