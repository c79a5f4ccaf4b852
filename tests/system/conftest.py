# SPDX-License-Identifier: BSD-2-Clause
"""Fixtures: a lab for a whole file, with a fresh eye for each test."""

import pytest
from lab import Lab


def pytest_addoption(parser):
    parser.addoption("--model", default="e1000e", help="NIC model of the labs")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """With a test that failed comes what its router says."""
    report = (yield).get_result()
    if report.when != "call" or not report.failed:
        return
    for lab in getattr(item, "funcargs", {}).values():
        if isinstance(lab, Lab):
            report.sections.append(("the router", lab.testimony()))
            break  # another name of it


@pytest.fixture(scope="module")
def shared_lab(request):
    with Lab(model=request.config.getoption("--model")) as lab:
        yield lab
        panics = [line for line in lab.log if "panic" in line]
        assert not panics


@pytest.fixture
def lab(shared_lab):
    """The file's lab, its hosts answering and with nothing kept."""
    for host in shared_lab.hosts:
        host.answering = True
        host.clear()
    return shared_lab
