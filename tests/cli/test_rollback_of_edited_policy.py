"""``gsdc rollback`` where a person has added lines to gsdc.yaml, next to those that gsdc wrote."""

import re

import pytest
from tests.cli.running import answer, replace, run

from gsdc.source.yaml_document import YamlDocument

POLICY = "fleets: [gsd]\ntargets: {opencode: {create: true}}\n\n# The end.\n"
OWN = "  ours: {rank: 20, provider: x, ids: {opencode: x/ours}, price: {input: 1, output: 2}, context: 90000}\n"
ALIAS = "  opus: {release: claude-opus-7}\n"


@pytest.fixture
def added(tmp_path):
    """Return a project for which `gsdc models add` wrote the only model of gsdc.yaml."""
    (tmp_path / "gsdc.yaml").write_text(POLICY)
    run(tmp_path, "models", "add", "claude-opus-7", "--input", "4", "--output", "20")
    return tmp_path


@pytest.mark.parametrize("place", ["models:\n", "    declare:\n      - opencode\n"], ids=["above", "below"])
@pytest.mark.parametrize("line", [OWN, f"  # ours\n{OWN}", f"\n{OWN}\n"], ids=["line", "comment", "blank lines"])
def test_a_model_next_to_the_one_that_gsdc_wrote_stays(added, place, line):
    replace(added / "gsdc.yaml", place, place + line)
    run(added, "rollback", "--yes")
    text = (added / "gsdc.yaml").read_text()
    assert line in text
    assert YamlDocument("gsdc.yaml", text).data["models"].keys() == {"ours"}
    assert text.replace(f"models:\n{line}", "") == POLICY
    run(added, "agents")


def test_a_top_level_key_next_to_what_gsdc_wrote_stays(added):
    replace(added / "gsdc.yaml", "models:\n", "profile: budget\nmodels:\n")
    run(added, "rollback", "--yes")
    assert (added / "gsdc.yaml").read_text() == POLICY.replace("\n\n#", "\nprofile: budget\n\n#")


def test_an_override_next_to_the_one_that_gsdc_wrote_stays(tmp_path):
    (tmp_path / "gsdc.yaml").write_text(POLICY)
    run(tmp_path, "override", "gsd-executor", "opus", "--reason", "Payments")
    line = "  - {agent: gsd-planner, model: sonnet, reason: Ours}\n"
    path = tmp_path / "gsdc.yaml"
    path.write_text(re.sub(r"(overrides:\n(?:  .*\n)+)", rf"\g<1>{line}", path.read_text()))
    run(tmp_path, "rollback", "--yes")
    assert f"overrides:\n{line}" in path.read_text()
    assert [each["reason"] for each in YamlDocument("gsdc.yaml", path.read_text()).data["overrides"]] == ["Ours"]


@pytest.mark.parametrize("place", ["models:\n", "    declare:\n      - opencode\n"], ids=["above", "below"])
def test_a_line_that_needs_what_is_rolled_back_is_a_finding_at_it(added, place):
    path = added / "gsdc.yaml"
    replace(path, place, place + ALIAS)
    edited = path.read_text()
    line = edited.splitlines().index(ALIAS.rstrip()) + 1
    (finding,) = answer(added, "rollback", "--yes", code=1)["findings"]
    assert (finding["name"], finding["path"], finding["line"]) == ("needed-by-edit", "gsdc.yaml", line)
    assert "remove the line first" in finding["help"]
    assert path.read_text() == edited
    done = run(added, "rollback", "--yes", "--force").output
    assert ".gsdc/kept/000002/gsdc.yaml" in done
    assert path.read_text() == POLICY
    assert (added / ".gsdc/kept/000002/gsdc.yaml").read_text() == edited


def test_removing_the_line_first_lets_it_be_rolled_back(added):
    replace(added / "gsdc.yaml", "models:\n", f"models:\n{ALIAS}")
    run(added, "rollback", "--yes", code=1)
    replace(added / "gsdc.yaml", ALIAS, "")
    run(added, "rollback", "--yes")
    assert (added / "gsdc.yaml").read_text() == POLICY


def test_an_edited_value_of_gsdc_is_refused_and_the_copy_is_named(added):
    replace(added / "gsdc.yaml", "rank: 34", "rank: 35")
    refused = run(added, "rollback", "--yes", code=1).output
    assert "overwrite it with --force, which keeps a copy in .gsdc/kept" in refused
    done = run(added, "rollback", "--yes", "--force").output
    assert "your edited gsdc.yaml is kept as .gsdc/kept/000002/gsdc.yaml" in done
    assert "rank: 35" in (added / ".gsdc/kept/000002/gsdc.yaml").read_text()


def test_an_error_that_was_there_before_refuses_nothing(added):
    replace(added / "gsdc.yaml", "# The end.", "nonsense: 1")
    run(added, "rollback", "--yes")
    assert (added / "gsdc.yaml").read_text() == POLICY.replace("# The end.", "nonsense: 1")


def test_apply_names_the_copy_of_an_edited_file(tmp_path):
    (tmp_path / "gsdc.yaml").write_text(POLICY)
    run(tmp_path, "apply", "--yes")
    replace(tmp_path / "opencode.json", "claude-opus-5-5", "claude-haiku-5-5")
    done = run(tmp_path, "apply", "--yes", "--force").output
    assert "your edited opencode.json is kept as .gsdc/kept/000002/opencode.json" in done
    assert "claude-haiku-5-5" in (tmp_path / ".gsdc/kept/000002/opencode.json").read_text()


def test_a_comment_at_the_end_of_a_line_of_gsdc_stays(tmp_path):
    path = tmp_path / "gsdc.yaml"
    path.write_text(POLICY)
    run(tmp_path, "override", "gsd-executor", "opus", "--reason", "Payments")
    written = path.read_text().splitlines()
    (line,) = (line for line in written if "gsd-executor" in line)
    replace(path, line, f"{line}  # ticket 12")
    run(tmp_path, "rollback", "--yes")
    assert path.read_text().replace("  # ticket 12\n", "") == POLICY
    assert path.read_text().count("# ticket 12") == 1


def test_a_comment_at_the_end_of_a_line_that_gsdc_changed_goes_with_the_former_value(tmp_path):
    path = tmp_path / "gsdc.yaml"
    path.write_text("fleets: [gsd]\noverrides: [{agent: gsd-planner, model: opus, reason: Ours}]\n")
    before = path.read_text()
    run(tmp_path, "override", "gsd-executor", "opus", "--reason", "Payments")
    assert path.read_text() != before
    lines = path.read_text().splitlines()
    (line,) = (line for line in lines if "gsd-executor" in line)
    replace(path, line, f"{line}  # ticket 12")
    run(tmp_path, "rollback", "--yes")
    assert path.read_text() == before.replace("Ours}]\n", "Ours}]  # ticket 12\n")


@pytest.mark.parametrize("older", ["an older copy\n", None], ids=["other content", "same content"])
def test_the_copy_that_is_named_is_the_one_of_this_change(tmp_path, older):
    """A change that was interrupted left a copy under the number that the next change takes."""
    (tmp_path / "gsdc.yaml").write_text(POLICY)
    run(tmp_path, "apply", "--yes")
    replace(tmp_path / "opencode.json", "claude-opus-5-5", "claude-haiku-5-5")
    edited = (tmp_path / "opencode.json").read_text()
    kept = tmp_path / ".gsdc/kept/000002/opencode.json"
    kept.parent.mkdir(parents=True)
    kept.write_text(older or edited)
    done = run(tmp_path, "apply", "--yes", "--force").output
    (place,) = re.findall(r"your edited opencode.json is kept as (\S+)", done)
    assert place == (".gsdc/kept/000002-2/opencode.json" if older else ".gsdc/kept/000002/opencode.json")
    assert (tmp_path / place).read_text() == edited
    assert kept.read_text() == (older or edited)
