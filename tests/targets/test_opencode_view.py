"""What gsdc makes of OpenCode's files. That OpenCode makes the same of them is tested in tests/conformance."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.targets.reading import CORPUS, cases, outcome, policy_of, wanted, write

from gsdc.source.tree import Tree
from gsdc.targets.opencode import view as opencode
from gsdc.targets.opencode.markdown import read_agent

CASES = cases("opencode.yaml")
KEYS = ["model", "mode", "disable", "temperature", "prompt", "tools", "permission", "steps", "color", "name", "x"]
FILES = [*opencode.PROJECT_FILES, ".opencode/agent/a.md", ".opencode/mode/b.md", "config.json"]


def view(folder, files):
    return opencode.view(write(folder, files), policy_of(["gsd"], folder))


def codes(found):
    return [finding.code for finding in found.findings]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(tmp_path, case):
    assert outcome(opencode, case, tmp_path) == wanted(case)


@pytest.mark.parametrize(
    ("agent", "top", "how"),
    [
        ('{"mode": "subagent"}', '"model": "p/m", ', "a sub-agent without a model runs on its caller's"),
        ("{}", "", "without a model at the top of a file OpenCode takes the one that was used last"),
        (
            '{"mode": "primary"}',
            '"model": "p/m", ',
            "an agent without a model runs on the `model` at the top of the file",
        ),
        ('{"model": "p/m"}', '"model": "p/n", ', ""),
    ],
)
def test_how_an_agent_comes_to_its_model(tmp_path, agent, top, how):
    [statement] = view(tmp_path, {"opencode.json": f'{{{top}"agent": {{"a": {agent}}}}}'}).statements
    assert statement.how == how


def test_a_folder_is_part_of_an_agents_name(tmp_path):
    files = {".opencode/agent/a/b.md": "---\nmodel: p/1\n---\n", ".opencode/agents/c/d/e.md": "---\nmodel: p/2\n---\n"}
    said = {(each.claim.agent, each.claim.model) for each in view(tmp_path, files).statements}
    assert said == {("a/b", "p/1"), ("c/d/e", "p/2")}


def test_a_trap_names_the_winner(tmp_path):
    files = {
        "opencode.json": '{"agent": {"a": {"model": "p/1"}}}',
        ".opencode/agent/a.md": "---\nmodel: p/2\n---\n",
    }
    [finding] = view(tmp_path, files).findings
    assert finding.message == '`model` of agent "a" does not count here: .opencode/agent/a.md says "p/2"'
    assert [str(span) for span in (finding.span, *finding.related)] == [
        "opencode.json:1:18",
        ".opencode/agent/a.md:2:1",
    ]


@pytest.mark.parametrize(
    ("key", "meant"), [("modle", "model"), ("smal_model", "small_model"), ("agnet", "agent"), ("zzz", None)]
)
def test_an_ignored_key_is_told_what_was_meant(tmp_path, key, meant):
    [finding] = view(tmp_path, {"opencode.json": f'{{"{key}": "p/m"}}'}).findings
    assert finding.help == (f'did you mean "{meant}"? remove it' if meant else "remove it")


def test_a_leaking_key_is_told_what_was_meant(tmp_path):
    [finding] = view(tmp_path, {"opencode.json": '{"agent": {"a": {"modle": "p/m"}}}'}).findings
    assert 'did you mean "model"?' in finding.help


def test_what_stops_opencode_says_so(tmp_path):
    for number, content in enumerate(['{"agent": {', '{"agent": []}', "[]", " "]):
        [finding] = view(tmp_path / str(number), {"opencode.json": content}).findings
        assert finding.notes == ("OpenCode does not start while it is so",), content


def test_a_folder_in_the_place_of_a_file_is_a_finding(tmp_path):
    (tmp_path / "opencode.json").mkdir()
    (tmp_path / ".opencode" / "agent" / "a.md").mkdir(parents=True)
    found = opencode.view(Tree(tmp_path), policy_of(["gsd"], tmp_path))
    assert codes(found) == ["IN001"]
    assert found.files == ()


def test_a_link_out_of_the_project_is_a_finding(tmp_path):
    (tmp_path / "elsewhere" / "agent").mkdir(parents=True)
    project = tmp_path / "project"
    (project / ".opencode" / "agent").mkdir(parents=True)
    for path in ("opencode.json", ".opencode/agent/a.md"):
        (project / path).symlink_to(tmp_path / "elsewhere")
        (project / path).unlink()
        (tmp_path / "secret").write_text("{}")
        (project / path).symlink_to(tmp_path / "secret")
    found = opencode.view(Tree(project), policy_of(["gsd"], project))
    assert codes(found) == ["IN004", "IN004"]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not here")
def test_real_files(tmp_path):
    files = sorted((CORPUS / "opencode").iterdir())
    for number, file in enumerate(files):
        found = view(tmp_path / str(number), {f"opencode{file.suffix}": file.read_bytes()})
        # Some are parts of a larger project: the files that they name are not here.
        expected = {"OC010", "OC011", "OC012", "OC014", "OC016", "JS002", "OC021", "OC022", "OC025", "IF021"}
        assert set(codes(found)) <= expected, found.findings
        assert all("does not exist" in each.message for each in found.findings if each.code == "OC011"), found.findings
    assert files


@pytest.mark.parametrize(
    ("value", "name"),
    [("3", "3"), ("1.0", "1"), ("true", "true"), ("[a, 1, null]", "a,1,"), ("{a: 1}", "[object Object]")],
)
def test_a_name_is_what_javascript_makes_of_it(value, name):
    assert read_agent(".opencode/agent/a.md", ".opencode/agent/", f"---\nname: {value}\n---\n").name == name


def test_brackets_cost_no_time_with_their_square():
    agent = read_agent(".opencode/agent/a.md", ".opencode/agent/", f"---\nmodel: {'[' * 100_000}\n---\n")
    assert "nests more than 100 deep" in agent.problem


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["p/m", "subagent", "{file:x}", "{env:X}", ""]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KEYS, "providerID"]), inner, max_size=4)
    ),
    max_leaves=12,
)
BLOCKS = st.dictionaries(st.sampled_from(["agent", "agents", "mode", "model", "small_model", "permissions", "x"]), JSON)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("opencode")
    return folder, policy_of(["gsd"], folder)


@examples(100)
@given(st.dictionaries(st.sampled_from(FILES[:4]), BLOCKS | JSON, min_size=1))
def test_no_json_is_a_crash(place, files):
    check(*place, {path: json.dumps(data) for path, data in files.items()})


@examples(100)
@given(
    st.dictionaries(
        st.sampled_from(FILES),
        st.lists(
            st.sampled_from(
                [
                    "---",
                    "\n",
                    "\r\n",
                    ": ",
                    "model",
                    "name",
                    '"',
                    "{",
                    "[",
                    "- ",
                    "#",
                    "\ufeff",
                    "{file:",
                    "}",
                    "p/m",
                    "&a",
                    "*a",
                    "|",
                ]
            )
            | st.text(string.printable, max_size=3),
            max_size=12,
        ).map("".join)
        | st.binary(max_size=8),
        min_size=1,
    )
)
def test_no_text_is_a_crash(place, files):
    check(*place, files)


def check(folder, policy, files):
    for path in FILES:
        (folder / path).unlink(missing_ok=True)
    found = opencode.view(write(folder, files), policy)
    lines = {path: (folder / path).read_bytes().decode("utf-8", "replace").count("\n") + 1 for path in files}
    for span in (*(each.span for each in found.findings), *(each.at for each in found.statements)):
        assert span.path in files
        assert 0 <= span.line <= lines[span.path] + 1


HOME_AGENT = "---\nmodel: anthropic/claude-haiku-4-5\n---\nx"


@pytest.mark.parametrize(
    ("own", "found"),
    [
        ({"opencode.json": '{"agent": {"a": {"model": "anthropic/claude-opus-5-5"}}}'}, ["OC024 opencode.json:1:27"]),
        ({"opencode.json": '{"agent": {"a": {"model": "anthropic/claude-haiku-4-5"}}}'}, []),
        ({"opencode.json": '{"agent": {"b": {"model": "anthropic/claude-opus-5-5"}}}'}, []),
        ({".opencode/opencode.json": '{"agent": {"a": {"model": "anthropic/claude-opus-5-5"}}}'}, []),
        ({".opencode/agent/a.md": "---\nmodel: anthropic/claude-opus-5-5\n---\nx"}, []),
        ({"opencode.json": '{"mode": {"a": {"model": "anthropic/claude-opus-5-5"}}}'}, []),
    ],
)
@pytest.mark.parametrize("folder", ["agent", "agents"])
def test_a_persons_own_agent_counts_over_the_projects_json(tmp_path, monkeypatch, own, found, folder):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    write(tmp_path / "config/opencode", {f"{folder}/a.md": HOME_AGENT, f"{folder}/b.md": "no frontmatter"})
    view = opencode.view(write(tmp_path / "project", own), policy_of(["gsd"], tmp_path))
    told = [f"{one.code} {one.span.path}:{one.span.line}:{one.span.column}" for one in view.findings]
    assert [one for one in told if one.startswith("OC024")] == found


def test_a_check_of_the_project_alone_does_not_look_into_the_home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    write(tmp_path / "config/opencode", {"agent/a.md": HOME_AGENT})
    project = {"opencode.json": '{"agent": {"a": {"model": "anthropic/claude-opus-5-5"}}}'}
    tree, policy = write(tmp_path / "project", project), policy_of(["gsd"], tmp_path)
    found = [one for one in opencode.view(tree, policy).findings if one.code == "OC024"]
    assert ["GSDC_ISOLATED=1" in note for one in found for note in one.notes] == [True]
    assert str(tmp_path / "config/opencode/agent/a.md") in found[0].message
    monkeypatch.setenv("GSDC_ISOLATED", "1")
    assert not [one for one in opencode.view(tree, policy).findings if one.code == "OC024"]
