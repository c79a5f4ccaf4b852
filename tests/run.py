# SPDX-License-Identifier: BSD-2-Clause
"""Runs everything that must hold, and counts.

    run.py [GROUP ...]      groups: tree, unit, fuzz, system, peers, conformance,
                        conformance-linux; default all but the last

What fails is shown in full. The last line is "N passed, N failed". Programs
on the host, and machines in QEMU, run JOBS at a time; what looks at the clock
runs alone.
"""

import collections
import glob
import os
import re
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.append(f"{ROOT}/tests/conformance")

from machines import MACHINES  # noqa: E402

HOST = "build/host"
# At a time: each machine in QEMU takes 512 MiB or so.
JOBS = min(int(os.environ.get("JOBS") or os.cpu_count()), 4)
FUZZ_SECONDS = int(os.environ.get("FUZZ_SECONDS", "10"))
UNIT_TIMEOUT = 300
FUZZ_OUTPUT = 8000  # bytes of what a fuzzer said last
TIMED_OUT = 124  # as timeout(1) says it
QEMU_TIMEOUT = 3600
# Of tests/system: they look at the clock, or want the machine for themselves.
ALONE = ["console", "floods", "hosts", "idle", "table"]


class Tally:
    """What passed and failed so far."""

    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.lock = threading.Lock()

    def add(self, name, passed, failed, took, output=""):
        """`output` is shown in any case; whoever has nothing to say of what
        passed gives none."""
        verdict = "FAILED" if failed else "ok"
        with self.lock:
            self.passed += passed
            self.failed += failed
            print(f"{verdict:6} {name}: {passed} passed, {failed} failed, "
                  f"{took:.1f} s", flush=True)
            if output:
                print(output, flush=True)


def side_by_side(work, items):
    """Does the work of each item, JOBS of them at a time."""
    with ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(work, items))


Ran = collections.namedtuple("Ran", "code output took")


def run(command, timeout, **environment):
    """Runs a command: its exit code, all its output, and the seconds."""
    begun = time.monotonic()
    try:
        done = subprocess.run(
            command, cwd=ROOT, timeout=timeout, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            env={**os.environ, **environment},
        )
    except subprocess.TimeoutExpired as late:
        text = (late.output or b"").decode("utf-8", "replace")
        return Ran(TIMED_OUT, f"{text}\nnot done after {timeout} s\n", timeout)
    return Ran(done.returncode, done.stdout.decode("utf-8", "replace"),
               time.monotonic() - begun)


def tracked(*patterns):
    """Files of the tree, as git knows them."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--",
         *patterns],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split()
    return [f for f in listed if os.path.exists(os.path.join(ROOT, f))]


def check(tally, name, command):
    add_one(tally, name, run(command, UNIT_TIMEOUT))


def add_one(tally, name, ran):
    """A command that is one test."""
    failed = ran.code != 0
    tally.add(name, int(not failed), int(failed), ran.took,
              ran.output if failed else "")


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


def programs(kind):
    """Paths of the programs of tests/KIND; what is left of others is not."""
    built = glob.glob(f"{ROOT}/{HOST}/{kind}/*_*")
    return sorted(p for p in built if os.path.exists(
        f"{ROOT}/tests/{kind}/{os.path.basename(p).removesuffix('.tsan')}.c"))


def unit(tally):
    """cmocka programs under ASan and UBSan, some (.tsan) under TSan; those
    that take too long for that without."""
    def one(path):
        ran = run([path], UNIT_TIMEOUT)
        passed = len(re.findall(r"^\[       OK \]", ran.output, re.M))
        failed = len(re.findall(r"^\[  FAILED  \] \S+$", ran.output, re.M))
        if ran.code and not failed or not passed:
            failed += 1
        name = os.path.basename(path).removeprefix("test_")
        tally.add(f"unit/{name}", passed, failed, ran.took,
                  ran.output if failed else "")

    side_by_side(one, programs("unit"))


def fuzz(tally):
    """Each fuzzer for a short while, from the kept corpus."""
    def one(path):
        name = os.path.basename(path).removeprefix("fuzz_")
        found = f"{ROOT}/build/fuzz/{name}"
        os.makedirs(found, exist_ok=True)
        kept = f"tests/fuzz/corpus/{name}"
        corpus = [found] + ([kept] if os.path.isdir(f"{ROOT}/{kept}") else [])
        ran = run(
            [path, f"-max_total_time={FUZZ_SECONDS}", "-timeout=10",
             f"-artifact_prefix={found}-", *corpus],
            FUZZ_SECONDS + UNIT_TIMEOUT,
        )
        add_one(tally, f"fuzz/{name}",
                ran._replace(output=ran.output[-FUZZ_OUTPUT:]))

    side_by_side(one, programs("fuzz"))


def skipped(report):
    """Tests that a JUnit report says were skipped: their number by reason."""
    cases = ET.parse(report).getroot().iter("skipped")
    return collections.Counter(case.get("message") for case in cases)


# In what pytest prints: the head of a failure, and what follows the last.
HEAD = re.compile(r"^_{2,} (.+) _{2,}$", re.M)
TAIL = re.compile(r"^=+ (?:slowest|short test|warnings).*", re.M | re.S)
# What a failure is: where, and the lines that say why.
WHAT = re.compile(r"^(?:E .*|\S+:\d+: \w+.*)$", re.M)
WHAT_LINES = 8


def brief(output):
    """What pytest printed of failures: first in short what they are, then each
    in full, but once, however many tests fail of it."""
    _, *parts = HEAD.split(TAIL.sub("", output))
    names, full = {}, {}
    for name, text in zip(parts[::2], parts[1::2]):
        what = "\n".join(WHAT.findall(text)[:WHAT_LINES])
        names.setdefault(what, []).append(name)
        full.setdefault(what, text)
    short, long = [], []
    for what, who in names.items():
        head = who[0]
        if len(who) > 1:
            head += f", and so {len(who) - 1} more to {who[-1]}"
        short.append(f"{head}\n{what}")
        long.append(f"____ {head}\n{full[what].strip()}")
    return "\n".join(short + long) + "\n" if names else output


def in_qemu(tally, name, tests, *options):
    """Runs tests that start machines, a file or a folder, in pytest."""
    report = f"{ROOT}/build/{name.replace('/', '-')}.xml"
    if os.path.exists(report):
        os.remove(report)
    ran = run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
         f"--junitxml={report}", "--durations=5", *options, tests],
        QEMU_TIMEOUT,
    )
    if not os.path.exists(report):
        tally.add(name, 0, 1, ran.took, ran.output)
        return
    suite = ET.parse(report).getroot().find("testsuite")
    failed = int(suite.get("failures")) + int(suite.get("errors"))
    passed = int(suite.get("tests")) - failed - int(suite.get("skipped"))
    if ran.code and not failed:
        failed = 1
    shown = ran.output[ran.output.rfind("slowest"):]
    if failed:
        shown = brief(ran.output)
    for reason, count in skipped(report).items():
        shown += f"SKIPPED {count} of {name}: {reason}\n"
    tally.add(name, passed, failed, ran.took, shown)


def system(tally):
    """The ISO in QEMU, a file of tests at a time; the large ones first."""
    def one(path):
        name = os.path.basename(path).removeprefix("test_")[:-len(".py")]
        in_qemu(tally, f"system/{name}", path)

    files = sorted(glob.glob(f"{ROOT}/tests/system/test_*.py"),
                   key=os.path.getsize, reverse=True)
    alone = [f"{ROOT}/tests/system/test_{name}.py" for name in ALONE]
    side_by_side(one, [path for path in files if path not in alone])
    for path in alone:
        one(path)


def peers(tally):
    """Other people's drivers on the 82599 model."""
    in_qemu(tally, "peers", "tests/peers")


def conformance(tally):
    """The clauses of the RFCs, put to Barewire on each machine."""
    side_by_side(lambda machine: in_qemu(
        tally, f"conformance/{machine}", "tests/conformance", "--machine",
        machine), MACHINES)


def conformance_linux(tally):
    """The same, put to Linux."""
    in_qemu(tally, "conformance/linux", "tests/conformance", "--machine",
            "linux")


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
