"""Decisions that targets share: each policy gets its own answers, whichever were asked for before."""

from gsdc.policy.decide import decide
from gsdc.policy.load import load
from gsdc.policy.model import State
from gsdc.targets import decided

PROFILES = ("quality", "balanced", "budget", "research", "sonnet-default", "granter")


def test_policies_do_not_answer_for_each_other(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\n")
    policies = [load(tmp_path, profile=name).policy for name in PROFILES]
    states = [State(agent, None, zone) for agent in ("gsd-executor", "gsd-planner") for zone in ("green", "red")]
    answers = set()
    for _ in range(2):
        for policy in policies:
            assert policy is not None
            assert [decided.decide(policy, state) for state in states] == [decide(policy, state) for state in states]
            answers.add(decided.decide(policy, states[0]).model)
    assert len(answers) > 1
