"""Answers of earlier runs: they never change what a build says, and a project cannot bring them."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import gsdc
from gsdc.cache.memo import Memo, code_stamp, key_of, memo
from gsdc.cli import main
from gsdc.policy.known_survey import known_survey
from gsdc.policy.load import load
from gsdc.policy.survey import survey
from gsdc.source.plan import parse
from gsdc.tasks.annotation import natures
from gsdc.tasks.known_natures import known_natures, save

DEMO = Path(__file__).parents[1] / "projects/demo"
PLAN = ".planning/phases/03-billing/03-01-PLAN.md"


@pytest.fixture(autouse=True)
def caches(tmp_path, monkeypatch) -> Path:
    """Return a cache folder of the test's own."""
    monkeypatch.setenv("GSDC_CACHE_DIR", str(tmp_path / "caches"))
    return tmp_path / "caches"


@pytest.fixture
def project(tmp_path) -> Path:
    return Path(shutil.copytree(DEMO, tmp_path / "project", ignore=shutil.ignore_patterns("build")))


def built(project: Path, caches: str | Path) -> tuple[int, str, dict[str, bytes]]:
    """Build in a process of its own: the exit code, what is said, and the files."""
    environment = os.environ | {"PYTHONPATH": str(Path(gsdc.__file__).parents[1]), "GSDC_CACHE_DIR": str(caches)}
    command = [sys.executable, "-m", "gsdc", "--project", project, "build"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    folder = project / "build"
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return done.returncode, done.stdout + done.stderr, files


def test_what_is_kept_is_read_by_the_next_process(tmp_path):
    first = Memo(tmp_path, "answers", 3)
    first.keep(b"a", b"1")
    assert Memo(tmp_path, "answers", 3).get(b"a") is None  # not saved yet
    first.save()
    assert Memo(tmp_path, "answers", 3).get(b"a") == b"1"


def test_the_oldest_makes_room(tmp_path):
    memo = Memo(tmp_path, "answers", 3)
    for number in range(5):
        memo.keep(b"%d" % number, b"x")
    memo.save()
    again = Memo(tmp_path, "answers", 3)
    assert [again.get(b"%d" % number) for number in range(5)] == [None, None, b"x", b"x", b"x"]


def test_nothing_is_kept_without_a_cache():
    memo = Memo(None, "answers", 3)
    memo.keep(b"a", b"1")
    memo.save()
    assert memo.get(b"a") is None


@pytest.mark.parametrize(
    ("one", "other"), [((b"a", b"bc"), (b"ab", b"c")), ((b"", b"a"), (b"a", b"")), ((b"1:a",), (b"a",))]
)
def test_other_parts_have_another_key(one, other):
    assert key_of(*one) != key_of(*other)


def test_the_stamp_of_a_checkout_changes_with_its_code():
    assert code_stamp("tasks") != code_stamp("policy")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("gsdc.yaml", "model: opus", "model: haiku"),  # breaks no rule, changes a decision
        ("gsdc.yaml", "agent: gsd-verifier\n    model: opus", "agent: gsd-security-auditor\n    model: haiku"),  # NB001
        ("gsdc.yaml", "profile: balanced", "profile: budget"),
        ("gsdc.yaml", "fleets: [gsd]", "fleets: [gsdd]"),  # not valid
        (PLAN, "<action>", "<action>Rotate the JWT signing key and verify each token. "),
        ("CLAUDE.md", "# ", "# A new title: "),
    ],
)
def test_a_warm_build_is_a_cold_one(project, caches, path, old, new):
    before = built(project, caches)
    assert before == built(project, caches)  # warm
    file = project / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    warm = built(project, caches)
    assert warm != before
    assert warm == built(project, "relative")  # a relative folder is no cache


def test_what_is_kept_by_a_project_is_not_read(project, caches):
    """A cache folder in the project is not used, so nothing that a repository brings stands for an answer."""
    inside = project / "caches"
    expected = built(project, caches)
    shutil.copytree(caches, inside)
    assert built(project, inside) == expected
    for file in inside.rglob("*"):
        if file.is_file():
            assert file.read_bytes() == (caches / file.relative_to(inside)).read_bytes()


@pytest.mark.parametrize(
    "answer", [b"", b"[]", b"5", b"[[1],2]", b"{}", b"[1,2,[[]],[]]", b'[1,2,["opus"],["no-such-rule"]]']
)
def test_an_answer_of_another_form_is_asked_again(caches, answer):
    policy = load(DEMO).policy
    plan = parse("a-PLAN.md", (DEMO / PLAN).read_text())
    expected = survey(policy), natures(plan)
    for _ in range(2):
        assert (known_survey(policy), known_natures(plan)) == expected
        save()
        for name in ("surveys", "natures"):
            _overwrite(caches, name, answer)
        from gsdc.cache import memo

        memo._memo.cache_clear()


def _overwrite(caches: Path, name: str, answer: bytes) -> None:
    memo = Memo(caches / "answers", name, 9)
    lines = (caches / "answers" / name).read_bytes().split(b"\n")[1:]
    assert lines
    for line in lines:
        memo.keep(line.split(b" ")[0], answer)
    memo.save()


def test_natures_are_the_same_from_the_cache(caches):
    plan = parse("a-PLAN.md", (DEMO / PLAN).read_text())
    first = known_natures(plan)
    save()
    from gsdc.cache import memo

    memo._memo.cache_clear()
    again = known_natures(plan)
    assert again == first == natures(plan)
    assert [type(one) for nature in again.values() for one in nature] == [
        type(one) for nature in first.values() for one in nature
    ]
    assert json.loads((caches / "answers/natures").read_bytes().split(b"\n")[1].split(b" ", 1)[1])


def test_a_proof_is_not_taken_from_the_cache(project, caches):
    command = ["--project", str(project), "prove"]
    before = CliRunner().invoke(main, command, catch_exceptions=False).stdout
    policy = load(project).policy
    assert policy is not None
    known_survey(policy)
    kept = memo("surveys", 200)._known()
    kept.update(dict.fromkeys(kept, b"[1, 1, [], []]"))
    assert known_survey(policy).states == 1  # the rules of a build believe it
    assert numbers(CliRunner().invoke(main, command, catch_exceptions=False).stdout) == numbers(before)


def numbers(text: str) -> list[str]:
    """Return the numbers of states and rules in what `gsdc prove` prints."""
    return re.findall(r"[\d,]+ (?=states|transitions|never-break)", text)
