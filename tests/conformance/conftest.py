# SPDX-License-Identifier: BSD-2-Clause
"""One router for all clauses, for each machine in turn; and the results."""

import json
import os
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
RESULTS = os.path.join(ROOT, "build", "conformance")
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(ROOT, "image"))

from machines import MACHINES  # noqa: E402
from routers import Barewire, Linux  # noqa: E402


def pytest_addoption(parser):
    parser.addoption(
        "--machine", action="append", choices=[*MACHINES, "linux"],
        help="only this one; may be given more than once")
    parser.addoption(
        "--record", metavar="FOLDER",
        help="keeps every frame that a clause sends, one file each")


def pytest_configure(config):
    for kind in ("rfc", "ieee"):
        config.addinivalue_line("python_functions", kind)
    config.addinivalue_line("markers", "clause: a clause of an RFC")
    folder = config.getoption("--record")
    if folder:
        os.makedirs(folder, exist_ok=True)


def pytest_generate_tests(metafunc):
    if "lab" in metafunc.fixturenames:
        machines = metafunc.config.getoption("--machine") or list(MACHINES)
        metafunc.parametrize("router", machines, indirect=True,
                             scope="session")


@pytest.fixture(scope="session")
def router(request):
    record = request.config.getoption("--record")
    if record:
        record = os.path.abspath(record)
    name = request.param
    lab = Linux(record) if name == "linux" else Barewire(name, record)
    yield lab
    complaints = lab.complaints()
    lab.close()
    assert complaints == []


@pytest.fixture
def lab(router):
    yield router
    router.reset()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Keeps the verdict for the page; a failure shows the router's log."""
    report = (yield).get_result()
    lab = item.funcargs.get("lab")
    if not lab:
        return
    if report.failed:
        report.sections.append(("the router's log", "\n".join(lab.log()[-8:])))
    if item.get_closest_marker("clause") and (
            report.when == "call" or report.failed):
        verdict = "passed" if report.passed else "failed"
        if report.passed and getattr(lab, "differed", None):
            verdict = "differs"
        results = item.config.stash.setdefault(STASH, {})
        results.setdefault(lab.name, {})[item.originalname] = verdict


STASH = pytest.StashKey()


def pytest_sessionfinish(session):
    """Adds to what earlier runs left: a run may be of a few clauses."""
    os.makedirs(RESULTS, exist_ok=True)
    for name, verdicts in session.config.stash.get(STASH, {}).items():
        path = os.path.join(RESULTS, name + ".json")
        known = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                known = json.load(f)
        known.update(verdicts)
        with open(path, "w", encoding="utf-8") as f:
            json.dump(known, f, indent=1, sort_keys=True)
