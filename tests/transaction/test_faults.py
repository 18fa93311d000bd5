"""Killed at every call, or refused by the disk at every call: the tree is the old one or the new one, never a mixture.

The real command under real signals and errors of the system is in ``test_strace.py``.
"""

import os
import tempfile
from pathlib import Path

import pytest
from tests.examples import SHARE, THOROUGH
from tests.transaction.faults import AFTER, ERRORS, KILLS, SCENARIOS, Fault, Scenario, Trial, refusal, snapshot

from gsdc.transaction.store import Store

MEMORY = Path("/dev/shm")  # thousands of trees are copied: where there is a disk in memory, there
ALL = os.environ.get("GSDC_FAULTS") == "all"
STEP = 1 if THOROUGH else SHARE + 2  # no divisor of what else goes round: ways, errors, and what goes on
pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module", params=SCENARIOS, ids=lambda scenario: scenario.name)
def trial(request):
    scenario: Scenario = request.param
    with tempfile.TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
        yield Trial(scenario, Path(folder))


@pytest.mark.parametrize("way", KILLS)
def test_a_kill_at_every_call(trial, way):
    for call in range(0, trial.calls, STEP):
        root = trial.copy()
        disk = trial.run(root, Fault(call, way))
        if disk.met:
            trial.settle(root, Fault(call, way), go_on=ALL or call % 5 == 0)


@pytest.mark.parametrize("way", KILLS)
def test_a_kill_at_every_call_of_recovery_twice(trial, way):
    # The change is killed half-way through its renames, and as late as can be.
    for death in (trial.calls * 3 // 4, trial.calls - 8)[not ALL :]:
        root = trial.copy()
        assert trial.run(root, Fault(death, AFTER)).met
        calls = trial.recover(root).calls
        for call in range(0, calls, STEP):
            root = trial.copy()
            trial.run(root, Fault(death, AFTER))
            if not trial.recover(root, Fault(call, way)).met:
                continue
            trial.recover(root, Fault(call * 7 % calls, KILLS[call % 2]))
            trial.settle(root, (death, call, way), go_on=ALL or call % 5 == 0)


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
def test_an_error_at_every_call(trial, lasting):
    for call in range(0, trial.calls, STEP):
        # What differs between the errors is what the system says of them: one a call will do.
        for way in ERRORS if ALL else ERRORS[call % 3 :][:1]:
            root, fault = trial.copy(), Fault(call, way, lasting)
            codes = refusal(trial.run, root, fault)
            assert codes <= {"DP006", "DP007"}, fault
            if not codes:
                assert snapshot(root) == trial.new, fault
            elif Store(root).pending.status() is None:
                assert snapshot(root) == trial.old, fault
            trial.settle(root, fault, go_on=ALL or call % 5 == 0)


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
def test_an_error_at_every_call_of_recovery(trial, lasting):
    death = trial.calls * 3 // 4
    root = trial.copy()
    trial.run(root, Fault(death, AFTER))
    for call in range(0, trial.recover(root).calls, STEP):
        root, fault = trial.copy(), Fault(call, ERRORS[call % 3], lasting)
        trial.run(root, Fault(death, AFTER))
        assert refusal(trial.recover, root, fault) <= {"DP006", "DP007"}, fault
        trial.settle(root, fault, go_on=ALL or call % 5 == 0)


def test_there_are_enough_of_these(trial):
    # Each call is met by two kills and two errors at least.
    assert trial.calls * 4 * len(SCENARIOS) >= 500
