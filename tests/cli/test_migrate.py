"""``gsdc migrate``: its patches do with real git what the commands ``apply`` and ``rollback`` do; its guide is true."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from itertools import permutations
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from gsdc import data
from gsdc.cli import main
from gsdc.deploy.gates import gates
from gsdc.deploy.proposal import propose
from gsdc.migration.costs import in_dollars
from gsdc.migration.semantic import differences
from gsdc.policy.load import load

DEMO = Path(__file__).parents[1] / "projects/demo"
CORPUS = Path(__file__).parents[2].parent / "shared/corpus"
PAIRS = tuple(permutations(("quality", "balanced", "budget", "research"), 2))
NAMES = {"forward.patch", "rollback.patch", "plan.json", "MIGRATION.md"}

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def project(tmp_path) -> Path:
    return Path(shutil.copytree(DEMO, tmp_path / "demo"))


def run(project: Path, *arguments: str | Path):
    return CliRunner().invoke(main, ["--project", str(project), *map(str, arguments)], catch_exceptions=False)


def migrate(project: Path, out: Path, *arguments: str) -> str:
    done = run(project, "migrate", "--out", out, *arguments)
    assert done.exit_code == 0, done.stdout + done.stderr
    return done.stdout


def expect_valid(plan: Path) -> None:
    """Assert that a migration's plan is what its schema says."""
    schema = json.loads((data.folder("schemas") / "migration.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(json.loads(plan.read_text("utf-8")))


def git(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run git in ``folder`` as nobody has set it up."""
    environment = os.environ | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(Path(tempfile.gettempdir()).resolve()),
    }
    return subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True)


Files = dict[str, tuple[bytes, int]]


def tree(project: Path) -> Files:
    """Return the content and mode of every file but gsdc's and git's own."""
    paths = (path.relative_to(project) for path in project.rglob("*") if path.is_file())
    return {
        path.as_posix(): ((project / path).read_bytes(), (project / path).stat().st_mode)
        for path in paths
        if path.parts[0] not in {".gsdc", ".git"}
    }


def install(project: Path, profile: str) -> None:
    """Write what ``profile`` compiles over the project's files."""
    loaded = load(project, profile=profile)
    assert loaded.policy is not None
    proposal = propose(loaded.project, loaded.policy, "green")
    assert not proposal.broken
    for change in proposal.changes:
        assert change.after is not None
        location = project / change.path
        location.parent.mkdir(parents=True, exist_ok=True)
        location.write_bytes(change.after.content)
        location.chmod(change.after.mode)


@pytest.fixture(scope="module")
def applied(tmp_path_factory) -> dict[str, Path]:
    """Return the demo with each profile applied, by its name; nobody changes these."""
    found = {}
    for profile in {before for before, _ in PAIRS}:
        found[profile] = Path(shutil.copytree(DEMO, tmp_path_factory.mktemp("applied") / profile))
        assert run(found[profile], "apply", "--profile", profile, "--yes").exit_code == 0
    return found


@pytest.mark.sampled
@needs_git
@pytest.mark.parametrize(("before", "after"), PAIRS, ids=map("-to-".join, PAIRS))
def test_git_apply_does_what_the_commands_do_between_all_profiles(before, after, applied, tmp_path):
    ours, theirs = (Path(shutil.copytree(applied[before], tmp_path / name)) for name in ("ours", "theirs"))
    out = tmp_path / "migration"
    assert "DP031" not in migrate(ours, out, "--from", before, "--to", after)
    assert {path.name for path in out.iterdir()} == NAMES
    expect_valid(out / "plan.json")
    old = tree(ours)
    git(ours, "apply", out / "forward.patch")
    assert run(theirs, "apply", "--profile", after, "--yes").exit_code == 0
    assert tree(ours) == tree(theirs) != old
    git(ours, "apply", out / "rollback.patch")
    assert run(theirs, "rollback", "--yes").exit_code == 0
    assert tree(ours) == tree(theirs) == old


@needs_git
def test_git_apply_does_what_the_commands_do_to_what_people_wrote(project, applied, tmp_path):
    old = tree(project)
    migrate(project, tmp_path / "out", "--to", "budget")
    git(project, "apply", tmp_path / "out/forward.patch")
    assert tree(project) == tree(applied["budget"]) != old
    git(project, "apply", tmp_path / "out/rollback.patch")
    assert tree(project) == old


def corpus_projects() -> list[str]:
    """Return the repositories of the corpus with plans and with files of clients, those with the fewest plans first."""
    if not CORPUS.is_dir():
        return []
    found = [folder for folder in (CORPUS / "plans").iterdir() if any(CORPUS.glob(f"*/{folder.name}__*"))]
    return [folder.name for folder in sorted(found, key=lambda folder: (len(list(folder.rglob("*.md"))), folder.name))]


def corpus_project(name: str, folder: Path) -> None:
    """Put the plans and the clients' files of a repository where they were, writable.

    What `gsdc lint` tells to write there against get-shit-done's own table is written: a gate would stop an apply.
    """
    shutil.copytree(CORPUS / "plans" / name, folder, copy_function=shutil.copyfile)
    for file in CORPUS.glob(f"*/{name}__*"):
        path = file.name.removeprefix(f"{name}__").removeprefix("hist__")
        path = re.sub(r"^(claude|planning)__", r".\1/", path).replace("__", "/")
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / path)
    for config in folder.rglob(".planning/config.json"):
        settings = json.loads(config.read_text())
        settings.setdefault("model_overrides", {})["gsd-security-auditor"] = "opus"
        config.write_text(json.dumps(settings, indent=2))


@pytest.mark.sampled
@needs_git
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real plans is not beside the repository")
@pytest.mark.parametrize("name", corpus_projects()[:20])
def test_git_apply_does_what_the_commands_do_to_real_projects(name, tmp_path):
    ours = tmp_path / "ours"
    corpus_project(name, ours)
    theirs = Path(shutil.copytree(ours, tmp_path / "theirs"))
    old = tree(ours)
    migrate(ours, tmp_path / "out", "--to", "balanced")
    expect_valid(tmp_path / "out/plan.json")
    git(ours, "apply", tmp_path / "out/forward.patch")
    assert run(theirs, "apply", "--profile", "balanced", "--yes").exit_code == 0
    assert tree(ours) == tree(theirs) != old
    git(ours, "apply", tmp_path / "out/rollback.patch")
    assert run(theirs, "rollback", "--yes").exit_code == 0
    assert tree(ours) == tree(theirs) == old


@needs_git
def test_in_a_repository_of_many_projects_the_paths_begin_at_its_top(tmp_path):
    project = Path(shutil.copytree(DEMO, tmp_path / "packages/ink well"))
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "config", "core.autocrlf", "false")
    out = project / "migrations/budget"
    migrate(project, out, "--to", "budget")
    old = tree(project)
    assert "packages/ink well/CLAUDE.md" in (out / "forward.patch").read_text()
    for folder in (tmp_path, project):
        git(folder, "apply", out / "forward.patch")
        assert tree(project) != old
        git(folder, "apply", out / "rollback.patch")
        assert tree(project) == old


@needs_git
def test_the_commands_of_the_guide_work_from_the_project(project, tmp_path, monkeypatch):
    """Also for a person whose git repairs white space."""
    for name, value in (("COUNT", "1"), ("KEY_0", "apply.whitespace"), ("VALUE_0", "fix")):
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    path = project / "opencode.jsonc"
    path.write_text(path.read_text().replace("// cheap\n", "// cheap \t\n"))
    out = tmp_path / "a migration"
    migrate(project, out, "--to", "budget")
    old = tree(project)
    commands = re.findall(r"^ +(git apply .*)$", (out / "MIGRATION.md").read_text(), re.MULTILINE)
    forward, back, reverse = commands
    for undo in (back, reverse):
        subprocess.run(forward, shell=True, cwd=project, check=True)
        assert tree(project) != old
        subprocess.run(undo, shell=True, cwd=project, check=True)
        assert tree(project) == old


def cells(html: str) -> set[str]:
    return set(re.findall(r"<td>([^<]*)</td>", html))


@pytest.fixture
def guide(project, tmp_path) -> str:
    """Return the guide of a migration from balanced to budget, as a reader sees it."""
    install(project, "balanced")
    migrate(project, tmp_path / "out", "--from", "balanced", "--to", "budget")
    return MarkdownIt("gfm-like", {"linkify": False}).render((tmp_path / "out/MIGRATION.md").read_text())


def test_the_guide_names_every_agent_that_changes(guide, project):
    before, after = (load(project, profile=name) for name in ("balanced", "budget"))
    assert before.policy is not None
    assert after.policy is not None
    shifts = differences(before.policy, after.policy, before.project.sources, after.project.sources)
    agents = {shift.agent for shift in shifts}
    assert agents
    assert agents <= cells(guide)
    assert f"From profile balanced to profile budget, in budget zone green: {len(agents)} agents" in guide


def test_the_guide_has_all_its_parts(guide):
    headings = re.findall(r"<h2>(.*?)</h2>", guide)
    parts = ["What changes", "Why", "Cost before and after", "Risks", "Go or no-go", "Steps", "How to undo"]
    assert headings == parts
    assert "budget: The least that still holds every safety rule" in guide
    assert "1 agent of high criticality may run on a lower tier than before: gsd-planner (opus to sonnet)" in guide
    assert "[x] proof: " in guide
    for stage in ("25 --from balanced", "50 --from balanced", "100"):
        assert f"gsdc apply --profile budget --stage {stage}\n" in guide
    for command in ("gsdc rollback", "git apply", "git apply --whitespace=nowarn -R", "profile: budget"):
        assert command in guide


def test_what_gsdc_yaml_says_already_is_no_step(project, tmp_path):
    """From what people wrote to the profile that gsdc.yaml names: nothing is known to stage from either."""
    migrate(project, tmp_path / "out", "--to", "balanced")
    guide = (tmp_path / "out/MIGRATION.md").read_text()
    assert "profile: balanced" not in guide
    assert "gsdc apply --profile balanced\n" in guide


def test_a_gate_that_stands_in_the_way_says_why(project, tmp_path):
    """What a person wrote elsewhere is not the migration's to mend, and would stop an apply."""
    (project / ".planning/config.json").write_text('{"model_profile": "balanced"}')
    migrate(project, tmp_path / "out", "--to", "budget")
    guide = (tmp_path / "out/MIGRATION.md").read_text().replace("\\", "")
    assert "- [ ] lint: no-go: 1 error in" in guide
    assert '\n  - .planning/config.json:1:19: "gsd-security-auditor" runs on "sonnet"\n' in guide
    assert "- [x] proof" in guide


def test_plan_json_says_it_to_programs(project, tmp_path):
    install(project, "balanced")
    migrate(project, tmp_path / "out", "--to", "budget")
    plan = json.loads((tmp_path / "out/plan.json").read_text())
    loaded = load(project, profile="budget")
    assert loaded.policy is not None
    proposal = propose(loaded.project, loaded.policy, "green")
    assert [(c["path"], c["before"]["sha256"], c["after"]["sha256"]) for c in plan["changes"]] == [
        (c.path, c.before.digest, c.after.digest) for c in proposal.changes if c.before and c.after
    ]
    assert {change["after"]["mode"] for change in plan["changes"]} == {"0644"}
    # Without --from, the profile of gsdc.yaml counts where it is what is installed.
    assert (plan["from"]["profile"], plan["to"]["profile"]) == ("balanced", "budget")
    week = plan["cost"]["week"]
    assert week["before"]["usd"] > week["after"]["usd"] > 0
    (budget,) = (gate["why"] for gate in plan["gates"] if gate["gate"] == "budget")
    assert budget.startswith(f"{in_dollars(week['after']['usd'])} a week if all budgeted tokens are used; ")
    assert [gate["gate"] for gate in plan["gates"]] == [gate.name for gate in gates(proposal)]
    assert {shift["agent"] for shift in plan["shifts"]} >= {"gsd-planner"}
    kinds = {risk["kind"] for risk in plan["risks"]}
    assert {"lower-tier", "plan-in-progress"} <= kinds


def test_the_same_input_gives_the_same_bytes(project, tmp_path):
    elsewhere = Path(shutil.copytree(project, tmp_path / "far/away/demo"))
    for folder in (project, elsewhere):
        migrate(folder, folder / "migration", "--to", "quality")
        found = {path.name: path.read_bytes() for path in (folder / "migration").iterdir()}
        assert not [name for name, content in found.items() if str(tmp_path).encode() in content]
    assert tree(project) == tree(elsewhere)
    migrate(project, project / "migration", "--to", "quality")
    assert tree(project) == tree(elsewhere)


def test_nothing_else_is_written(project, tmp_path):
    old = tree(project)
    migrate(project, tmp_path / "deep/er/out", "--to", "budget")
    assert tree(project) == old
    assert not (project / ".gsdc").exists()
    assert [path.name for path in (tmp_path / "deep/er").iterdir()] == ["out"]


def test_nothing_to_change_is_no_migration(project, tmp_path):
    install(project, "budget")
    assert "nothing to migrate" in migrate(project, tmp_path / "out", "--to", "budget")
    assert not (tmp_path / "out").exists()
    done = run(project, "--format", "json", "migrate", "--to", "budget", "--out", tmp_path / "out")
    assert (done.exit_code, json.loads(done.stdout)["files"]) == (0, [])


def test_files_that_are_not_what_from_compiles_are_told(project, tmp_path):
    """A person took one model back by hand: the patches begin at that, and say so."""
    install(project, "balanced")
    path = project / "config/phase-model-overrides.json"
    path.write_text(path.read_text() + "\n")
    out = migrate(project, tmp_path / "out", "--from", "balanced", "--to", "budget")
    assert 'warning[DP031 not-as-compiled]: "config/phase-model-overrides.json" is not what profile "balanced"' in out
    guide = (tmp_path / "out/MIGRATION.md").read_text().replace("\\", "")
    assert "not what profile balanced compiles: config/phase-model-overrides.json." in guide


def refused(project: Path, out: Path, *arguments: str) -> list[tuple[str, str, int]]:
    """Return code and place of the errors of a migration that is refused; nothing is written."""
    old = tree(project)
    done = run(project, "--format", "json", "migrate", "--out", out, *arguments)
    assert done.exit_code == 1
    assert tree(project) == old
    found = json.loads(done.stdout)["findings"]
    return [(one["code"], one["path"], one["line"]) for one in found if one["severity"] == "error"]


@pytest.mark.slow
def test_a_credential_gets_into_no_patch(project, tmp_path):
    token = "ghp_" + "kD7wQ2sLx9VbN4mR8tYc1ZpF6hJ3aG5eU0iO"
    notes = project / "CLAUDE.md"
    notes.write_text(notes.read_text() + f"\nFetch with GITHUB_TOKEN={token}\n")
    line = notes.read_text().count("\n")
    assert refused(project, tmp_path / "out", "--to", "budget") == [("NB006", "CLAUDE.md", line)]
    assert not (tmp_path / "out").exists()
    assert token not in run(project, "migrate", "--to", "budget", "--out", tmp_path / "out").output
    migrate(project, tmp_path / "out", "--to", "budget", "--target", "opencode")


def test_what_apply_refuses_is_no_migration(project, tmp_path):
    """A person edited what an apply had written: it would be lost."""
    assert run(project, "apply", "--profile", "balanced", "--yes").exit_code == 0
    path = project / "config/phase-model-overrides.json"
    path.write_text(path.read_text() + "\n")
    found = refused(project, tmp_path / "out", "--to", "budget")
    assert {(code, where) for code, where, _ in found} == {("DP010", "config/phase-model-overrides.json")}
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_else_is_kept(project, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "plan.json").write_text("{}")
    assert [code for code, *_ in refused(project, out, "--to", "budget")] == ["DP030"]
    assert [code for code, *_ in refused(project, project, "--to", "budget")] == ["DP030"]
    assert [code for code, *_ in refused(project, out / "plan.json", "--to", "budget")] == ["DP030"]
    assert (out / "plan.json").read_text() == "{}"


def test_a_folder_that_cannot_be_written(project, tmp_path):
    (tmp_path / "file").write_text("")
    done = run(project, "migrate", "--to", "budget", "--out", tmp_path / "file/out")
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr


@pytest.mark.parametrize("option", ["--to", "--from"])
def test_a_profile_that_is_not_there(option, project, tmp_path):
    options = {"--to": "budget", "--from": "balanced"} | {option: "budgte"}
    done = run(project, "migrate", "--out", tmp_path / "out", *(word for pair in options.items() for word in pair))
    assert done.exit_code == 2
    assert f"{option}: error" in done.stdout
    assert 'did you mean "budget"' in done.stdout


def test_a_broken_policy_is_no_migration(project, tmp_path):
    text = (project / "gsdc.yaml").read_text()
    (project / "gsdc.yaml").write_text(
        f"{text}\nprofiles:\n  team: {{extends: budget, agents: {{gsd-security-auditor: sonnet}}}}\n"
    )
    assert [code for code, *_ in refused(project, tmp_path / "out", "--to", "team")] == ["NB001"]
    assert not (tmp_path / "out").exists()


def test_words_of_users_are_no_markup(project, tmp_path):
    text = (project / "gsdc.yaml").read_text()
    summary = "Cheap | `x` <b>bold</b> \\n# Not a heading [a](http://b)\\u001b[31m"
    (project / "gsdc.yaml").write_text(f'{text}\nprofiles:\n  team: {{extends: budget, summary: "{summary}"}}\n')
    migrate(project, tmp_path / "out", "--to", "team", "--target", "opencode", "--zone", "yellow")
    guide = (tmp_path / "out/MIGRATION.md").read_text()
    html = MarkdownIt("gfm-like", {"linkify": False}).render(guide)
    assert "<li>team: Cheap | `x` &lt;b&gt;bold&lt;/b&gt; \\n# Not a heading [a](http://b)\\x1b[31m" in html
    assert re.findall(r"<h1>(.*?)</h1>", html) == ["Migration to profile team"]
    assert "gsdc apply --profile team --target opencode --zone yellow\n" in html
