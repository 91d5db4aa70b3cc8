"""The short version of ``python -m bench.soak``: good clients beside slow connections, switches, killed workers."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.crowd import MIX
from bench.soak import Plan, soak, told

pytestmark = pytest.mark.clock

# One minute of the ten; patient, because other work may share the machine.
PLAN = Plan(seconds=60, pause=0.5, switch_every=10, kill_every=25, deadline=30)


def test_no_good_request_fails_beside_slow_clients_new_releases_and_killed_workers(tmp_path: Path) -> None:
    soaked = soak(PLAN, tmp_path)
    # How long the pages' only worker takes to start anew is the machine's affair: meanwhile "not ready" is the truth.
    unready = [one for one in soaked.failures if one.wrong.startswith("/readyz: 503")]
    assert [one.wrong for one in soaked.failures if one not in unready] == [], told(soaked, PLAN)
    assert 20 * len(unready) < sum(one.kind == "operations" for one in soaked.done), told(soaked, PLAN)
    assert soaked.switches >= 5
    assert soaked.kills >= 2
    assert {one.kind for one in soaked.done} == {ask.kind for ask in MIX}
    assert soaked.opened >= PLAN.slow
