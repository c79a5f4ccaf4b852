# SPDX-License-Identifier: BSD-2-Clause
"""Options of the peers' tests, and what a failure of theirs shows."""

import os

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


def pytest_addoption(parser):
    parser.addoption("--nic", default="ixgbe", help="QEMU's NIC model")
    parser.addoption("--module", default="ixgbe", help="its Linux driver")
    parser.addoption(
        "--qemu", help="the QEMU to run",
        default=os.path.join(ROOT, "build/qemu/qemu-system-x86_64"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Adds the end of the guest's log to a failure."""
    report = (yield).get_result()
    guest = item.funcargs.get("guest")
    if report.failed and guest:
        report.sections.append(("the guest's log", guest.report()))


@pytest.fixture(autouse=True)
def clean(request):
    """Fails a test when the kernel warned or the model recorded during it."""
    guest = request.getfixturevalue("guest") \
        if "guest" in request.fixturenames else None
    yield
    if guest:
        assert guest.new_warnings() == []
        assert guest.new_records() == []
