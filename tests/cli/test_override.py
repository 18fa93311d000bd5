"""``gsdc override``: a forced model with its reason, in gsdc.yaml to the byte."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc import data
from gsdc.cli import main
from gsdc.source.document import read_document

CASES = Path(__file__).parents[1] / "cases/overrides"
PLAIN = "fleets: [gsd]\nprofile: balanced\n"


def cases(name: str) -> list:
    found = read_document(name, (CASES / f"{name}.yaml").read_text("utf-8")).data
    return [pytest.param(case, id=case["name"]) for case in found]


def project(folder: Path, text: str, files: dict[str, str] | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in {"gsdc.yaml": text, **(files or {})}.items():
        (folder / name).write_bytes(content.encode())
    return folder


def run(folder: Path, *arguments: str):
    return CliRunner().invoke(main, ["--project", str(folder), *arguments], catch_exceptions=False)


@pytest.mark.parametrize("case", [*cases("styles"), *cases("removals")])
def test_every_other_byte_stays(case, tmp_path):
    folder = project(tmp_path, case["before"])
    done = run(folder, "override", *case["arguments"])
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    assert (folder / "gsdc.yaml").read_bytes().decode() == case["after"]


@pytest.mark.parametrize("case", cases("styles"))
def test_remove_gives_back_what_was_there(case, tmp_path):
    folder = project(tmp_path, case["before"])
    run(folder, "override", *case["arguments"])
    assert run(folder, "override", case["arguments"][0], "--remove").exit_code == 0
    assert (folder / "gsdc.yaml").read_bytes().decode() == case["before"]


@pytest.mark.parametrize("case", [*cases("styles"), *cases("removals")])
def test_rollback_gives_back_what_was_there(case, tmp_path):
    folder = project(tmp_path, case["before"])
    run(folder, "override", *case["arguments"])
    assert run(folder, "rollback", "--yes").exit_code == 0
    assert (folder / "gsdc.yaml").read_bytes().decode() == case["before"]


@pytest.mark.parametrize("case", cases("refused"))
def test_nothing_is_written_when_it_is_refused(case, tmp_path):
    folder = project(tmp_path, case["before"], case.get("files"))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = run(folder, "override", *case["arguments"], "--format", "json")
    assert done.exit_code == 1
    assert {finding["code"] for finding in json.loads(done.stdout)["findings"]} == set(case["finds"])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gsd-exceutor", "opus", "--reason", "Why"), 'no agent "gsd-exceutor": did you mean "gsd-executor"?'),
        (("gsd-executor", "opsu", "--reason", "Why"), 'no model "opsu": did you mean "opus"?'),
        (("gsd-executor", "opus", "--reason", "Why", "--phase", "exec"), 'no phase of "gsd-executor" "exec"'),
        (("gsd-executor", "opus", "--reason", "Why", "--zone", "blue"), "'blue' is not one of"),
        (("gsd-executor", "opus", "--reason", "Why", "--until", "2024-01-31"), "--until 2024-01-31 is in the past"),
        (("gsd-executor", "opus", "--reason", "Why", "--until", "2030-02-31"), "is not a calendar day"),
        (("gsd-executor", "opus", "--reason", " "), "give one line of text"),
        (("gsd-executor", "opus", "--reason", "two\nlines"), "give one line of text"),
        (("gsd-executor", "opus"), "an override needs a model and a reason"),
        (("gsd-executor", "--reason", "Why"), "an override needs a model and a reason"),
        (("gsd-executor", "opus", "--remove"), "--remove removes all overrides of the agent"),
        (("gsd-executor", "--remove"), 'no override of "gsd-executor": there are none'),
    ],
)
def test_wrong_usage(arguments, said, tmp_path):
    folder = project(tmp_path, PLAIN)
    done = run(folder, "override", *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert (folder / "gsdc.yaml").read_text("utf-8") == PLAIN


def test_without_a_gsdc_yaml(tmp_path):
    done = run(tmp_path, "override", "gsd-executor", "opus", "--reason", "Why")
    assert (done.exit_code, done.stderr) == (2, "gsdc: no gsdc.yaml here: run `gsdc init` first\n")
    assert list(tmp_path.iterdir()) == []


def test_it_says_what_changes_and_is_in_the_history_with_its_reason(tmp_path):
    folder = project(tmp_path, PLAIN)
    done = run(folder, "override", "gsd-executor", "opus", "--reason", "Payment code", "--zone", "red")
    assert "gsd-executor  red " in done.stdout
    assert "in phase execution" in done.stdout
    assert done.stdout.endswith("wrote gsdc.yaml as change 1; gsdc apply installs it\n")
    [change] = json.loads(run(folder, "history", "--format", "json").stdout)["changes"]
    assert (change["kind"], change["reason"], change["files"]) == ("override", "Payment code", 1)
    assert run(folder, "explain", "gsd-executor", "--zone", "red").stdout.startswith(
        "gsd-executor runs on opus at effort low\n"
    )
    assert run(folder, "explain", "gsd-executor").stdout.startswith("gsd-executor runs on sonnet\n")


def test_as_json(tmp_path):
    folder = project(tmp_path, PLAIN)
    arguments = ("override", "gsd-executor", "opus", "--reason", "Payment code", "--format", "json")
    answer = json.loads(run(folder, *arguments).stdout)
    assert answer["changed"] == ["gsdc.yaml"]
    assert {shift["agent"] for shift in answer["shifts"]} == {"gsd-executor"}
    assert {shift["after"]["model"] for shift in answer["shifts"]} == {"opus"}


def test_the_newest_counts_and_the_older_is_told_of(tmp_path):
    folder = project(tmp_path, PLAIN)
    run(folder, "override", "gsd-pattern-mapper", "sonnet", "--reason", "Payment code")
    done = run(folder, "override", "gsd-pattern-mapper", "opus", "--reason", "Over with it")
    assert done.exit_code == 0
    assert "warning[NB016 dead-override]" in done.stdout
    assert "\n7 |   - agent: gsd-pattern-mapper\n" in done.stdout  # the line as it is now
    assert run(folder, "explain", "gsd-pattern-mapper").stdout.startswith("gsd-pattern-mapper runs on opus\n")


def test_a_link_inside_the_project_is_followed_and_stays(tmp_path):
    (tmp_path / "conf").mkdir()
    project(tmp_path / "conf", PLAIN)
    (tmp_path / "gsdc.yaml").symlink_to("conf/gsdc.yaml")
    assert run(tmp_path, "override", "gsd-executor", "opus", "--reason", "Payment code").exit_code == 0
    assert (tmp_path / "gsdc.yaml").is_symlink()
    assert "Payment code" in (tmp_path / "conf/gsdc.yaml").read_text("utf-8")


def test_no_control_character_reaches_the_terminal(tmp_path):
    folder = project(tmp_path, PLAIN)
    assert "\x1b" not in run(folder, "override", "gsd\x1b[31m", "opus", "--reason", "Why").stderr


def test_a_file_that_is_read_only_is_refused(tmp_path):
    folder = project(tmp_path, PLAIN)
    (folder / "gsdc.yaml").chmod(0o444)
    assert run(folder, "override", "gsd-executor", "opus", "--reason", "Why").exit_code == 1


OWN = "fleets: [gsd]\nprofile: own\nprofiles:\n  own:\n    extends: balanced\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PLAIN, "in gsdc.yaml, set profile to team, profiles.team.extends to balanced, and profiles.team.{}"),
        (
            f"{PLAIN}profiles: {{team: {{extends: base}}}}\n",
            "in gsdc.yaml, set profile to team-2, profiles.team-2.extends to balanced, and profiles.team-2.{}",
        ),
        (OWN, "in gsdc.yaml, set profiles.own.{}"),
        (f"{OWN}    agents: {{gsd-executor: sonnet}}\n", "in gsdc.yaml, set profiles.own.{}"),
        (
            f"{OWN}    agents: {{gsd-executor: {{model: sonnet}}}}\n",
            "in gsdc.yaml, set profiles.own.agents.gsd-executor.model to haiku",
        ),
        ("fleets: [gsd]\nprofile: own\nprofiles: {own: own.yaml}\n", "in own.yaml, set {}"),
    ],
)
def test_a_refused_override_names_the_keys_to_set(tmp_path, text, said):
    """A line to paste would repeat keys that gsdc.yaml has already."""
    folder = project(tmp_path, text, {"own.yaml": "extends: balanced\n"})
    done = run(folder, "override", "gsd-executor", "haiku", "--reason", "Save tokens")
    assert done.exit_code == 1
    advice = done.output.splitlines()[-1]
    assert advice.endswith(f": {said.format('agents.gsd-executor to haiku')}")
    keys = dict(re.findall(r"([\w.-]+) to ([\w-]+)", advice.partition(", set ")[2]))
    assert keys
    for path, value in keys.items():
        name = "own.yaml" if "in own.yaml" in advice else "gsdc.yaml"
        set_key(folder / name, path.split("."), value)
    agents = json.loads(run(folder, "agents", "--format", "json").stdout)["agents"]
    assert {agent["model"] for agent in agents if agent["agent"] == "gsd-executor"} == {"haiku"}


def set_key(path: Path, keys: list[str], value: str) -> None:
    """Set a key of a YAML file, as a person would."""
    whole = read_document(path.name, path.read_text("utf-8")).data
    data = whole
    for key in keys[:-1]:
        data = data.setdefault(key, {})
    data[keys[-1]] = value
    path.write_text(json.dumps(whole))


COMMENT = st.sampled_from(["", "  # why", "  # - agent: x", "\t# [a, {b"])
BLANKS = st.sampled_from(["", "\n", "# a note\n", "\n# overrides:\n#   - a\n\n"])
REASON = st.sampled_from(
    ["Payment code", '"a: b # c"', "'it''s'", ">-\n            two\n            lines", '"\\u00e9, {x}"']
)


@st.composite
def item(draw, indent: str) -> str:
    """Return an override of another agent, in one of the ways that people write it."""
    if draw(st.booleans()):
        return f"{indent}- {{agent: gsd-verifier, model: opus, reason: Audit}}{draw(COMMENT)}\n"
    keys = draw(st.permutations(["agent: gsd-verifier", "model: opus", f"reason: {draw(REASON)}", "zones: [red]"]))
    # A text over several lines takes no comment after it.
    lines = [key if "\n" in key else f"{key}{draw(COMMENT)}" for key in keys]
    return f"{indent}- " + f"\n{indent}  ".join(lines) + "\n"


@st.composite
def texts(draw) -> str:
    """Return a gsdc.yaml with or without overrides, with comments and blank lines in all places."""
    style = draw(st.sampled_from(["none", "block", "flow", "empty"]))
    indent = draw(st.sampled_from(["", " ", "  ", "      "]))
    parts = [f"fleets: [gsd]{draw(COMMENT)}\n", f"profile: balanced{draw(COMMENT)}\n"]
    if style == "block":
        items = draw(st.lists(item(indent), min_size=1, max_size=3))
        parts.append(f"overrides:{draw(COMMENT)}\n" + "".join(draw(BLANKS) + one for one in items))
    elif style == "flow":
        one = "{agent: gsd-verifier, model: opus, reason: Audit}"
        shape = draw(st.sampled_from(["[{0}]", "[ {0}, {0} ]", "[\n  {0},\n  {0}\n]", "[ # here\n  {0},\n]", "[{0},]"]))
        parts.append(f"overrides: {shape.replace('{0}', one)}{draw(COMMENT)}\n")
    elif style == "empty":
        parts.append(f"overrides: []{draw(COMMENT)}\n")
    parts = draw(st.permutations(parts))
    text = draw(BLANKS) + "".join(part + draw(BLANKS) for part in parts)
    text = text if draw(st.booleans()) else text.rstrip("\n")
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@given(text=texts(), reason=st.text(st.characters(exclude_categories=("C", "Z")), min_size=8, max_size=30))
@examples(100)
def test_what_is_added_can_be_taken_out_again(text, reason):
    from gsdc.source.yaml_list import with_first, without

    item = {"agent": "gsd-executor", "model": "opus", "reason": reason, "zones": ["red"]}
    before = read_document("gsdc.yaml", text).data
    added = with_first(text, "overrides", item)
    assert read_document("gsdc.yaml", added).data == {**before, "overrides": [item, *before.get("overrides", [])]}
    assert without(added, "overrides", 0) == text


@given(text=texts(), chance=st.randoms(use_true_random=False))
@examples(100)
def test_what_is_taken_out_is_one_item_and_no_comment_of_another(text, chance):
    from gsdc.source.yaml_list import without

    before = read_document("gsdc.yaml", text).data
    items = before.get("overrides", [])
    assume(items)
    number = chance.randrange(len(items))
    after = without(text, "overrides", number)
    rest = {**before, "overrides": items[:number] + items[number + 1 :]}
    found = read_document("gsdc.yaml", after).data
    assert {"overrides": [], **found} == rest

    def notes(content: str) -> list[str]:
        return [line for line in content.splitlines() if line.startswith("#")]

    assert notes(after) == notes(text)


def test_the_reason_may_be_as_long_as_the_schema_has_it(tmp_path):
    schema = json.loads((data.folder("schemas") / "common.schema.json").read_text("utf-8"))
    longest = schema["$defs"]["text"]["maxLength"]
    folder = project(tmp_path, PLAIN)
    assert run(folder, "override", "gsd-executor", "opus", "--reason", "a" * (longest + 1)).exit_code == 2
    assert run(folder, "override", "gsd-executor", "opus", "--reason", "a" * longest).exit_code == 0


@pytest.mark.parametrize(
    ("model", "reason", "named"),
    [("sonnet", "Payments are hard", True), ("gpt-5.2", "Payments are hard", True), ("opus", "x", False)],
    ids=["lower", "another line", "refused for its reason"],
)
def test_a_refused_override_names_a_profile_where_that_would_do(tmp_path, model, reason, named):
    """The sentence holds for a model above and below the agent's own, and does not answer a missing reason."""
    folder = project(tmp_path, PLAIN)
    done = run(folder, "override", "gsd-executor", model, "--reason", reason)
    assert "refused: nothing was written" in done.output
    assert ("also holds for security work of the agent; a profile keeps the floor there" in done.output) is named
    assert "lowers" not in done.output
