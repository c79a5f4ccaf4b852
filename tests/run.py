# SPDX-License-Identifier: BSD-2-Clause
"""Runs everything that must hold, and counts.

    run.py [GROUP ...]      groups: tree, unit, fuzz, system, peers, conformance,
                        conformance-linux; default all but the last

What fails is shown in full. The last line is "N passed, N failed".
"""

import collections
import glob
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HOST = "build/host"
FUZZ_SECONDS = int(os.environ.get("FUZZ_SECONDS", "10"))
UNIT_TIMEOUT = 300
TIMED_OUT = 124  # as timeout(1) says it
SYSTEM_TIMEOUT = 3600


class Tally:
    """What passed and failed so far, and the clock."""

    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.start = time.monotonic()

    def add(self, name, passed, failed, output=""):
        self.passed += passed
        self.failed += failed
        took = time.monotonic() - self.start
        self.start = time.monotonic()
        verdict = "FAILED" if failed else "ok"
        print(f"{verdict:6} {name}: {passed} passed, {failed} failed, "
              f"{took:.1f} s", flush=True)
        if failed and output:
            print(output, flush=True)


def run(command, timeout, **environment):
    """Runs a command; returns (exit code, all its output)."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, timeout=timeout, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            env={**os.environ, **environment},
        )
    except subprocess.TimeoutExpired as late:
        text = (late.output or b"").decode("utf-8", "replace")
        return TIMED_OUT, f"{text}\nnot done after {timeout} s\n"
    return done.returncode, done.stdout.decode("utf-8", "replace")


def tracked(*patterns):
    """Files of the tree, as git knows them."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--",
         *patterns],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split()
    return [f for f in listed if os.path.exists(os.path.join(ROOT, f))]


def check(tally, name, command):
    code, output = run(command, UNIT_TIMEOUT)
    tally.add(name, int(code == 0), int(code != 0), output)


def tree(tally):
    """Checks that read the sources."""
    c_files = tracked("*.c", "*.h")
    check(tally, "tree/rooms", [sys.executable, "tests/rooms.py"])
    check(tally, "tree/licence", [sys.executable, "tests/licence.py"])
    check(tally, "tree/format",
          ["clang-format-14", "--dry-run", "-Werror", *c_files])
    check(tally, "tree/cppcheck", [
        "cppcheck", "-q", "--std=c11", "--error-exitcode=1", "-j2", "-I.",
        "-D__attribute__(x)=",  # its parser knows only some places for them
        "--enable=warning,portability", "--inline-suppr",
        "--suppressions-list=tests/cppcheck.txt",
        *[f for f in c_files if f.endswith(".c")],
    ])


def unit(tally):
    """cmocka programs under ASan and UBSan, some (.tsan) under TSan; those
    that take too long for that without."""
    for path in sorted(glob.glob(f"{ROOT}/{HOST}/unit/test_*")):
        name = os.path.basename(path)
        source = name.removesuffix(".tsan") + ".c"
        if not os.path.exists(f"{ROOT}/tests/unit/{source}"):
            continue
        code, output = run([path], UNIT_TIMEOUT)
        passed = len(re.findall(r"^\[       OK \]", output, re.M))
        failed = len(re.findall(r"^\[  FAILED  \] \S+$", output, re.M))
        if code and not failed or not passed:
            failed += 1
        tally.add(f"unit/{name[5:]}", passed, failed, output)


def fuzz(tally):
    """Each fuzzer for a short while, from the kept corpus."""
    for path in sorted(glob.glob(f"{ROOT}/{HOST}/fuzz/fuzz_*")):
        name = os.path.basename(path)[5:]
        if not os.path.exists(f"{ROOT}/tests/fuzz/fuzz_{name}.c"):
            continue
        found = f"{ROOT}/build/fuzz/{name}"
        os.makedirs(found, exist_ok=True)
        kept = f"tests/fuzz/corpus/{name}"
        corpus = [found] + ([kept] if os.path.isdir(f"{ROOT}/{kept}") else [])
        code, output = run(
            [path, f"-max_total_time={FUZZ_SECONDS}", "-timeout=10",
             f"-artifact_prefix={found}-", *corpus],
            FUZZ_SECONDS + UNIT_TIMEOUT,
        )
        tail = output[-8000:]
        tally.add(f"fuzz/{name}", int(code == 0), int(code != 0), tail)


def skipped(report):
    """Tests that a JUnit report says were skipped: their number by reason."""
    cases = ET.parse(report).getroot().iter("skipped")
    return collections.Counter(case.get("message") for case in cases)


def in_qemu(tally, name, *options, folder=None):
    """Runs the tests of a folder, which start machines, in pytest."""
    report = f"{ROOT}/build/{name}.xml"
    if os.path.exists(report):
        os.remove(report)
    code, output = run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
         f"--junitxml={report}", "--durations=10", *options,
         f"tests/{folder or name}"],
        SYSTEM_TIMEOUT,
    )
    if not os.path.exists(report):
        tally.add(name, 0, 1, output)
        return
    suite = ET.parse(report).getroot().find("testsuite")
    failed = int(suite.get("failures")) + int(suite.get("errors"))
    passed = int(suite.get("tests")) - failed - int(suite.get("skipped"))
    if code and not failed:
        failed = 1
    print(output[output.rfind("slowest"):] if not failed else "")
    for reason, count in skipped(report).items():
        print(f"SKIPPED {count} of {name}: {reason}")
    tally.add(name, passed, failed, output)


def system(tally):
    """The ISO in QEMU."""
    in_qemu(tally, "system")


def peers(tally):
    """Other people's drivers on the 82599 model."""
    in_qemu(tally, "peers")


def conformance(tally):
    """The clauses of the RFCs, put to Barewire on each machine."""
    in_qemu(tally, "conformance")


def conformance_linux(tally):
    """The same, put to Linux."""
    in_qemu(tally, "conformance-linux", "--machine", "linux",
            folder="conformance")


GROUPS = {"tree": tree, "unit": unit, "fuzz": fuzz, "system": system,
          "peers": peers, "conformance": conformance}
ON_REQUEST = {"conformance-linux": conformance_linux}


def main():
    tally = Tally()
    for name in sys.argv[1:] or GROUPS:
        {**GROUPS, **ON_REQUEST}[name](tally)
    print(f"{tally.passed} passed, {tally.failed} failed", flush=True)
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
