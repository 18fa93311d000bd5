"""What a plan promises, against files of a small project."""

import json
import time

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.cli import main
from gsdc.plans.javascript_pattern import SECONDS, InvalidPatternError, SlowPatternError, searcher
from gsdc.plans.must_haves import KeyLink, RequiredArtifact, read
from gsdc.plans.project_files import ProjectFiles
from gsdc.plans.verification import root_of, verify
from gsdc.source.plan import parse

PLAN = ".planning/phases/01-api/01-01-PLAN.md"
FILES = {
    "src/api/routes.ts": "import { login } from '../auth/session';\nexport const app = 1;\nexport function route() {}",
    "src/auth/session.ts": "export function login(user) {\n  return token[user];\n}\n",
    "src/app/[id]/page.tsx": "export default function Page() {}\n",
    "src/app/(auth)/layout.tsx": "export default function Layout() {}\n",
    "public/ort-wasm-simd.wasm": "\0asm",
    "docs/rules.md": "# Rules\n\nresource_preservation and profile selection\n",
    "Makefile": "test:\n\tpytest\n",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / "empty").mkdir()
    (root / PLAN).parent.mkdir(parents=True)
    return root


@pytest.fixture(scope="module")
def search():
    with searcher() as one:
        yield one


@pytest.fixture
def judge(project, search):
    """Return ``judge(artifacts=..., key_links=...)``: the verdict on a plan with these entries, as flow YAML."""

    def run(**entries):
        block = "".join(f"  {name}: {json.dumps(value)}\n" for name, value in entries.items())
        plan = parse(PLAN, f"---\nphase: 01-api\nmust_haves:\n{block}---\n")
        assert plan.frontmatter["must_haves"] == entries
        return verify(plan, project, ProjectFiles(project), search)

    return run


def codes(verdict):
    return [finding.code for finding in verdict.findings]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"path": "Makefile"}, []),
        ({"path": "./src/auth/session.ts"}, []),
        ({"path": "src/none.ts"}, ["MH001"]),
        ({"path": "src/auth/"}, []),
        ({"path": "src/auth"}, []),
        ({"path": "empty/"}, []),
        ({"path": "Makefile/"}, ["MH001"]),
        ({"path": "public/ort-wasm*.wasm"}, []),
        ({"path": "ort-wasm*.wasm"}, ["MH001"]),
        ({"path": "src/**/*.tsx"}, []),
        ({"path": "src/app/[id]/page.tsx", "exports": ["default"]}, []),
        ({"path": "src/app/(auth)/layout.tsx"}, []),
        ({"path": "src/app/[id]/*.tsx"}, []),
        ({"path": "docs/rules.md (new)"}, []),
        ({"path": "docs/rules.md", "min_lines": 3}, []),
        ({"path": "docs/rules.md", "min_lines": "3"}, []),
        ({"path": "docs/rules.md", "min_lines": 4}, ["MH002"]),
        ({"path": "docs/rules.md", "min_lines": "many"}, ["MH006"]),
        ({"path": "docs/rules.md", "contains": "profile selection"}, []),
        ({"path": "docs/rules.md", "contains": "missing|resource_preservation"}, []),
        ({"path": "docs/rules.md", "contains": "profile.*selection"}, []),
        ({"path": "docs/rules.md", "contains": ["profile", "selection"]}, []),
        ({"path": "docs/rules.md", "contains": ["profile", "absent"]}, ["MH003"]),
        ({"path": "docs/rules.md", "contains": "one|two"}, ["MH003"]),
        ({"path": "docs/rules.md", "contains": "profile selection("}, ["MH003"]),
        ({"path": "src/auth/session.ts", "contains": "token[user]"}, []),
        ({"path": "src/auth/", "contains": "token"}, []),
        ({"path": "src/api/routes.ts", "exports": ["app", "route()"]}, []),
        ({"path": "src/api/routes.ts", "exports": "route"}, []),
        ({"path": "src/api/routes.ts", "exports": ["ap", "out"]}, ["MH004", "MH004"]),
        ({"path": "src/api/routes.ts", "exports": ["missing"], "contains": "absent"}, ["MH003", "MH004"]),
        ({"path": "../outside.ts"}, ["MH006"]),
        ({"path": "/etc/passwd"}, ["MH006"]),
        ({"path": "~/notes.md"}, ["MH006"]),
        ({"path": ".worktrees/{repo}-phase-{N}/"}, None),
        ({"provides": "a thing"}, ["MH006"]),
        (["a list"], ["MH006"]),
        ("src/auth/session.ts", []),
        ("src/auth/session.ts (extended)", []),
        ("src/auth/none.ts", ["MH001"]),
        ("word " * 2000, None),
        ({"path": "x" * 5000 + ".ts"}, ["MH001"]),
        ({"path": "**/*session**"}, []),
        ({"path": "*a" * 50}, ["MH001"]),
        ("Test results documented for each command", None),
    ],
)
def test_artifact(judge, entry, expected):
    verdict = judge(artifacts=[entry])
    assert codes(verdict) == (expected or [])
    if verdict.artifacts:
        # A number of lines that cannot be read says nothing about the rest of its entry.
        rest = isinstance(entry, dict) and entry.get("min_lines") == "many"
        assert verdict.artifacts[0].held is (None if expected is None else rest or not expected)


@pytest.mark.parametrize(
    ("source", "to", "pattern", "expected"),
    [
        ("src/api/routes.ts", "src/auth/session.ts", r"import.*login", True),
        ("src/api/routes.ts", "src/auth/session.ts", r"token\[", True),  # in the target
        ("src/api/routes.ts", "src/auth/session.ts", r"logout", "MH005"),
        ("src/api/routes.ts", "a prose target", r"login", True),
        ("src/api/routes.ts", "a prose target", r"logout", "MH005"),
        ("src/auth/session.ts", "", r"(?<verb>return) token", True),
        ("src/auth/session.ts", "", r"login[^]*token", True),
        ("src/auth/session.ts", "", r"token[user]", True),  # text, though it looks like a pattern
        ("src/auth/session.ts", "", r"login(", True),
        ("src/auth/session.ts", "", r"logout(", "MH006"),
        ("src/auth/session.ts", "", r"(?P<verb>return)", "MH006"),  # Python's, not JavaScript's
        ("src/api/none.ts", "", "login", "MH005"),
        ("src/api/routes.ts:12-20", "", "login", True),
        ("src/api/routes.ts::route", "", "login", True),
        ("src/api/routes.ts (route)", "", "login", True),
        ("src/api/routes.ts route function", "", "login", True),
        ("route() in src/api/routes.ts", "", "login", True),
        ("routes.ts", "", "login", True),
        ("api/routes.ts", "session.ts", r"token", True),
        ("none.ts", "", "login", "MH005"),
        ("src/none/", "", "login", "MH005"),
        ("word " * 2000, "", "login", None),
        ("x" * 5000, "", "login", None),
        ("x/" * 5000 + "x.ts", "", "login", "MH005"),
        ("*" * 50 + ".ts", "", "login", True),
        ("none.ts line 12", "", "login", "MH005"),
        ("src/*/routes.ts", "", "login", True),
        ("src/api/", "", "login", True),
        ("src/*/none.ts", "", "login", "MH005"),
        ("the login page", "", "login", None),
        ("AppNavigation", "", "login", None),
        ("jobstate.Store", "", "login", None),
        ("/api/tickets?countOnly=true", "", "login", None),
        ("{repo}/routes.ts", "", "login", None),
        ("../routes.ts", "", "login", "MH006"),
        ("/etc/hosts.txt", "", "login", "MH006"),
        ("~/routes.ts", "", "login", "MH006"),
        ("src/api/routes.ts", "src/auth/session.ts", "", True),  # imports it without its extension
        ("src/auth/session.ts", "src/api/routes.ts", "", "MH005"),
        ("src/auth/session.ts", "the login page", "", None),
        ("src/auth/session.ts", "", "", "MH006"),
        ("", "src/auth/session.ts", "login", "MH006"),
    ],
)
def test_link(judge, source, to, pattern, expected):
    verdict = judge(key_links=[{"from": source, "to": to, "pattern": pattern}])
    assert codes(verdict) == ([expected] if isinstance(expected, str) else [])
    if verdict.links:
        assert verdict.links[0].held is (False if isinstance(expected, str) else expected)


def test_a_bare_name_is_a_file_of_the_plan_before_any_other(judge):
    link = {"from": "rules.md", "to": "model-profiles.md", "pattern": "profile.*selection"}
    assert not judge(artifacts=[{"path": "docs/rules.md"}], key_links=[link]).findings


def test_prose_links_are_counted_apart(judge):
    verdict = judge(artifacts=[{"path": "Makefile"}], key_links=["FAQ links to the guide"])
    assert (verdict.held, verdict.checkable, verdict.unchecked) == (1, 1, 1)


def test_symbolic_links_out_of_the_project_are_refused(judge, project, tmp_path):
    (tmp_path / "secret.md").write_text("secret")
    links = {"out.md": tmp_path / "secret.md", "out": tmp_path}
    for name, target in links.items():
        (project / "empty" / name).symlink_to(target)
    try:
        for path in ("empty/out.md", "empty/out/secret.md", "empty/out/"):
            assert codes(judge(artifacts=[{"path": path, "contains": "secret"}])) == ["MH006"]
        assert codes(judge(artifacts=[{"path": "empty/*.md", "contains": "secret"}])) == ["MH001"]
        assert codes(judge(key_links=[{"from": "empty/out.md", "pattern": "secret"}])) == ["MH006"]
    finally:
        for name in links:
            (project / "empty" / name).unlink()


@pytest.mark.parametrize("pattern", [r"(a|a)*b", r"(?:a?){99999}b"])
def test_a_hostile_pattern_does_not_hang(search, pattern):
    started = time.monotonic()
    with pytest.raises(SlowPatternError):
        search.search(pattern, "a" * 100_000 + "!")
    assert time.monotonic() - started < SECONDS * 10


def test_after_five_hostile_patterns_nothing_is_searched(monkeypatch):
    with searcher() as search:
        monkeypatch.setattr(search, "_ask", lambda line: "")
        for index in range(5):
            with pytest.raises(SlowPatternError, match="longer than 1 s"):
                search.search(f"{index}", "")
        with pytest.raises(SlowPatternError, match="is not searched"):
            search.search("a", "a")


@examples(60)
@given(st.text(max_size=20), st.text(max_size=40))
def test_a_search_answers_or_says_why(search, pattern, text):
    try:
        found = search.search(pattern, text)
    except InvalidPatternError as error:
        found = str(error)
    assert found in {True, False} or isinstance(found, str)


DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["path", "contains", "min_lines", "exports", "from", "to", "pattern"]), inner)
    ),
    max_leaves=12,
)


@examples(100)
@given(st.fixed_dictionaries({"must_haves": DATA | st.fixed_dictionaries({"artifacts": DATA, "key_links": DATA})}))
def test_any_data_is_read(project, search, frontmatter):
    promised = read(frontmatter)
    assert all(isinstance(item, RequiredArtifact) for item in promised.artifacts)
    assert all(isinstance(item, KeyLink) for item in promised.links)
    plan = parse(PLAN, "---\nmust_haves: {}\n---\n")
    plan.frontmatter.update(frontmatter)
    verdict = verify(plan, project, ProjectFiles(project), search)
    assert verdict.held <= verdict.checkable <= len(verdict.artifacts) + len(verdict.links)


POSITIONS = """\
<!-- a comment -->
---
phase: 01-api
must_haves:
  artifacts:
    - path: "src/none.ts"
      provides: "Nothing"
    - path: docs/rules.md
      contains: "absent"
      min_lines: 100
      exports: [one]
  key_links:
    - from: src/api/routes.ts
      to: src/auth/session.ts
      pattern: "log\\\\(out"
    - from: routes.ts
---
"""


@pytest.mark.parametrize("variant", ["\n", "\r\n", "bom"])
def test_findings_stand_where_the_entries_do(project, search, variant):
    text = "\ufeff" + POSITIONS if variant == "bom" else POSITIONS.replace("\n", variant)
    found = verify(parse(PLAN, text), project, ProjectFiles(project), search).findings
    assert sorted((f.code, f.span.line, f.span.column) for f in found) == [
        ("MH001", 6, 13),
        ("MH002", 10, 18),
        ("MH003", 9, 17),
        ("MH004", 11, 7),
        ("MH005", 15, 16),
        ("MH006", 16, 7),
    ]
    assert all(f.span.path == PLAN and f.help and not f.message.endswith(".") for f in found)


def test_must_haves_that_are_a_list(judge, project, search):
    plan = parse(PLAN, "---\nphase: 1\nmust_haves:\n  - it works\n---\n")
    (finding,) = verify(plan, project, ProjectFiles(project), search).findings
    assert (finding.code, finding.span.line, finding.span.column) == ("MH006", 3, 1)


def test_the_root_holds_the_planning_folder(tmp_path):
    assert root_of(tmp_path / PLAN, tmp_path / "other") == tmp_path
    assert root_of(tmp_path / "PLAN.md", tmp_path / "other") == tmp_path / "other"


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


def test_command(project):
    plan = project / PLAN
    plan.write_text(POSITIONS)
    text = run("verify", plan)
    assert text.exit_code == 1
    assert f"{plan}:6:13: error[MH001 missing-artifact]" in text.stdout
    assert text.stdout.endswith(": 0 of 3 must-haves hold\n")
    data = json.loads(run("--format", "json", "verify", plan.parent).stdout)
    assert [item["held"] for item in data["plans"][0]["artifacts"] + data["plans"][0]["links"]] == [False] * 3
    assert data["plans"][0]["links"][0]["from"] == "src/api/routes.ts"
    assert len(data["findings"]) == 6
    plan.write_text("---\nmust_haves:\n  artifacts:\n    - path: Makefile\n  key_links:\n    - prose\n---\n")
    clean = run("verify", plan)
    assert clean.exit_code == 0
    assert clean.stdout == f"{plan}: 1 of 1 must-haves hold, 1 cannot be checked\n"


@pytest.mark.parametrize(
    ("content", "exit_code", "said"),
    [
        (b"# no frontmatter\n", 0, "no artifacts or key links among its must-haves"),
        (b'---\nmust_haves:\n  a: "\\."\n---\n', 1, "must-haves cannot be read"),
        (b"---\nmust_haves: \xff\n---\n", 2, "not UTF-8"),
    ],
)
def test_command_on_odd_plans(project, content, exit_code, said):
    plan = project / PLAN
    plan.write_bytes(content)
    result = run("verify", plan)
    assert result.exit_code == exit_code
    assert said in result.stdout


def test_command_without_a_plan(tmp_path):
    assert run("verify", tmp_path / "none.md").exit_code == 2
    assert run("verify", tmp_path).exit_code == 2
