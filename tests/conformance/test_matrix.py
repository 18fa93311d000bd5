"""Profiles and fleets on the wire of the real clients: one pair for each version, all of them with ``GSDC_ALL_PAIRS``.

``python -m tests.conformance.matrix`` runs them by hand, with a line for each.
"""

import os
import shutil

import pytest
from tests.conformance.matrix import Pair, pairs, run

ALL = "GSDC_ALL_PAIRS" in os.environ
SMALL = "granter"  # three workers and an orchestrator
SAMPLES = {"gsd": "gsd"}


def _is_sample(pair: Pair) -> bool:
    client = pair.release.client
    fleet = SAMPLES.get(client.target, SMALL)
    return (pair.fleet, pair.profile, pair.has_own_models) == (fleet, "budget", bool(client.own))


PAIRS = [pair for pair in pairs() if ALL or _is_sample(pair)]


@pytest.mark.parametrize("pair", PAIRS, ids=[pair.name for pair in PAIRS])
def test_every_agent_asks_for_what_the_policy_decides(pair, clients, tmp_path):
    """Each agent asks for exactly the policy's model and effort; rolled back, the bytes are those of before.

    A version that ignores the models in agents' files runs all on the session's, and gsdc says so.
    """
    program = pair.release.program(clients)
    if program is None or (program.suffix == ".js" and not shutil.which("node")):
        pytest.skip("the client is not installed")
    outcome = run(pair, program, tmp_path)
    assert outcome.wrong == ()
    assert outcome.exact + outcome.lacking > 0
