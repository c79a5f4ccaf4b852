# SPDX-License-Identifier: BSD-2-Clause
"""Every core polls: any number of cores, flows spread, each in its order."""

import pytest
from flows import cross
from lab import CONFIG, Lab

FLOWS = 1000
ROUNDS = 8  # packets of a flow
SHARED = "ixgbe"  # a queue pair for each worker


@pytest.fixture(
    scope="module",
    params=[(m, n) for m in (SHARED, "e1000e", "e1000") for n in (1, 2, 4, 8)],
    ids=lambda p: f"{p[0]}-smp{p[1]}",
)
def shared_lab(request):
    model, smp = request.param
    with Lab(CONFIG, model=model, smp=smp) as lab:
        lab.model, lab.smp = model, smp
        lab.alive()
        yield lab


def cores(lab):
    return lab.get("/system")["cpu"]["cores"]


def workers(lab):
    return [c for c in cores(lab) if "worker" in c["role"]]


def handled(lab):
    """Packets by core id."""
    return {c["id"]: c["packets"] for c in workers(lab)}


def test_all_cores_are_in_use(lab):
    assert len(cores(lab)) == lab.smp
    assert len(workers(lab)) == max(1, lab.smp - 1)
    roles = [c["role"] for c in cores(lab)]
    assert roles[0] == ("control+worker" if lab.smp == 1 else "control")
    count = len(workers(lab))
    plural = "" if count == 1 else "s"
    assert f"{count} worker{plural}," in lab.machine.wait_ready()


@pytest.mark.parametrize("version", [4, 6])
def test_a_thousand_flows_cross_each_in_order(lab, version):
    order = [(f, n) for n in range(ROUNDS) for f in range(FLOWS)]
    before, drops = handled(lab), lab.drops()
    got = cross(lab, order, version)
    after = handled(lab)
    assert sorted(got) == sorted(order), (drops, lab.drops())
    last = {}
    for flow, number in got:
        assert number == last.get(flow, -1) + 1, f"flow {flow} out of order"
        last[flow] = number
    took = [after[c] - before[c] for c in after]
    assert sum(took) >= len(order)
    if lab.model == SHARED:
        assert max(took) <= 2 * sum(took) / len(took), took
        assert min(took) > 0, took


def test_a_flow_stays_on_one_worker(lab):
    """So its packets cannot overtake each other, however cores are timed."""
    used = set()
    for flow in range(0, FLOWS, 125):
        before = handled(lab)
        cross(lab, [(flow, n) for n in range(100)])
        after = handled(lab)
        busy = [c for c in after if after[c] - before[c] >= 90]
        # A NIC with one queue has its frames sent by the port's owner.
        assert len(busy) == (1 if lab.model == SHARED else
                             min(2, len(after))), (before, after)
        used.add(busy[0])
    if lab.model == SHARED and lab.smp > 2:
        assert len(used) > 1

