"""Values are completed in bash, zsh and fish, by what click asks gsdc for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import gsdc

POLICY = """\
fleets: [gsd]
profile: team
profiles: {team: {extends: balanced}}
agents: {pen-tester: {role: security}}
"""
CASES = (
    ("lint --profile t", {"team"}),
    ("lint --profile bu", {"budget"}),
    ("build --target pla", {"plans"}),
    ("apply --fleet g", {"gsd", "granter"}),
    ("apply --workflow mi", {"mixed"}),
    ("migrate --to q", {"quality"}),
    ("agents pen", {"pen-tester"}),
    ("explain gsd-sec", {"gsd-security-auditor"}),
    ("override pen-tester op", {"opus"}),
    ("rule security-d", {"security-downgrade"}),
    ("lint --select NB001", {"NB001"}),
    ("models show son", {"sonnet"}),
    ("help reci", {"recipes"}),
    ("doc", {"doctor"}),
)


def completed(folder: Path, words: str, shell: str) -> set[str]:
    """Return what a shell is offered after ``gsdc`` and ``words``, of which the last one is not complete."""
    line = f"gsdc {words}"
    environment = os.environ | {
        "PYTHONPATH": str(Path(gsdc.__file__).parents[1]),
        "_GSDC_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": words.rsplit(maxsplit=1)[-1] if shell == "fish" else str(len(line.split()) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-m", "gsdc"], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    lines = list(filter(None, done.stdout.splitlines()))
    if shell == "zsh":  # kind, value and help, each on a line
        return set(lines[1::3])
    return {line.partition(",")[2].split("\t")[0] for line in lines}


@pytest.mark.parametrize(("words", "values"), CASES, ids=[words for words, _ in CASES])
def test_values_are_completed_in_bash(tmp_path, words, values):
    (tmp_path / "gsdc.yaml").write_text(POLICY)
    assert completed(tmp_path, words, "bash") == values


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_the_same(tmp_path, shell):
    (tmp_path / "gsdc.yaml").write_text(POLICY)
    assert completed(tmp_path, "lint --profile t", shell) == {"team"}


@pytest.mark.parametrize("text", ["profile: [\n", "", None])
def test_a_broken_project_is_no_error_for_a_shell(tmp_path, text):
    if text is not None:
        (tmp_path / "gsdc.yaml").write_text(text)
    assert completed(tmp_path, "lint --profile q", "bash") == {"quality"}
    assert completed(tmp_path, "agents nobody", "bash") == set()
