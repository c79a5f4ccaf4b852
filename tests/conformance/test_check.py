# SPDX-License-Identifier: BSD-2-Clause
"""What check() must not let pass."""

import pytest
from check import Differs
from packets import exactly, forwarded, hop, ip4_frame, left, udp4, with_header

GOOD = udp4(size=60, sport=4444)


@pytest.fixture
def hasty(lab, monkeypatch):
    """Nothing is worth waiting for: it is not to come."""
    monkeypatch.setattr(lab, "patience", 0.05)
    return lab


def differs(lab, text, *args, **options):
    with pytest.raises(Differs, match=text):
        lab.check(*args, **options)


def test_a_frame_that_does_not_come(hasty):
    differs(hasty, "missing on right", [], [forwarded("right", GOOD)])


def test_a_frame_that_nobody_expects(hasty):
    differs(hasty, "came out on right", [left(GOOD)], [])


def test_a_frame_that_comes_twice(hasty):
    differs(hasty, "came out on right", [left(GOOD), left(GOOD)],
            [forwarded("right", GOOD)])


def test_a_frame_on_another_wire(hasty):
    differs(hasty, "missing on narrow", [left(GOOD)],
            [forwarded("narrow", GOOD)])


def test_a_byte_that_is_another(hasty):
    for at in range(4, len(bytes(GOOD))):
        wrong = bytearray(hop(GOOD))
        wrong[at] ^= 1
        differs(hasty, f"byte {at} is", [left(GOOD)],
                [exactly("right", bytes(wrong))])


def test_another_mac(hasty):
    differs(hasty, "destination MAC", [left(GOOD)],
            [forwarded("right", GOOD, mac="02:00:00:00:00:09")])


def test_drops_that_are_too_few_or_too_many(hasty):
    if hasty.drops() is None:
        pytest.skip("it has no counters that we know")
    bad = ip4_frame("left", with_header(GOOD, 0, b"\x55"))
    differs(hasty, "drops", [bad], drops={"ip-version": 2})
    differs(hasty, "drops", [bad], drops={})
    differs(hasty, "drops", [bad], drops={"ip-version": 1, "ttl": 1})
