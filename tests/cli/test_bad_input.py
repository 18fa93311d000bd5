"""Bad input gives findings with a place and a remedy: never a traceback, never a file."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gsdc.cli import main


def run(folder: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(main, ["--project", str(folder), *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def findings(folder: Path, *arguments: str) -> list[dict]:
    result = run(folder, "--format", "json", *(arguments or ("lint",)))
    found = json.loads(result.stdout)["findings"]
    # A file that cannot be read means that gsdc cannot start.
    assert result.exit_code == (2 if any(f["code"] == "IN001" for f in found) else 1), result.output
    return found


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)
TEXTS = {
    "unknown key": ("profil: balanced\n", "SC001", (1, 1), "profile"),
    "unknown nested key": ("fleets: [gsd]\ntargets:\n  opencod: true\n", "SC001", (3, 3), "opencode"),
    "wrong type": ("fleets: gsd\n", "SC002", (1, 9), "a list"),
    "list for mapping": ("targets: [opencode]\n", "SC002", (1, 1), "a mapping"),
    "top-level list": ("- profile: balanced\n", "SC002", (1, 1), "a mapping"),
    "duplicate key": ("profile: balanced\nprofile: budget\n", "IN002", (2, 1), "remove one"),
    "unknown profile": ("profile: balancd\n", "RF001", (1, 10), "balanced"),
    "unknown fleet": ("fleets: [gds]\n", "RF001", (1, 10), "gsd"),
    "unknown model": ("fleets: [gsd]\nprofiles: {t: {roles: {docs: hiaku}}}\nprofile: t\n", "RF001", (2, 30), "haiku"),
    "unknown agent": (
        "fleets: [gsd]\noverrides:\n  - {agent: gsd-plannr, model: opus, reason: x}\n",
        "RF001",
        (3, 13),
        "gsd-planner",
    ),
    "unknown role": ("profile: t\nprofiles: {t: {roles: {secuirty: opus}}}\n", "RF001", (2, 24), "security"),
    "unknown role of an agent": ("agents: {mine: {role: coder}}\n", "RF001", (1, 23), "nearest"),
    "unknown phase": (
        "fleets: [leo]\noverrides:\n  - {agent: API, model: opus, reason: x, phases: [EXECC]}\n",
        "RF001",
        (3, 51),
        "EXEC",
    ),
    "unknown zone": ("profile: t\nprofiles: {t: {zones: {purple: {from: 0.5}}}}\n", "SC001", (2, 24), "green"),
    "extends cycle": ("profile: a\nprofiles: {a: {extends: b}, b: {extends: a}}\n", "RF002", (2, 42), "extends"),
    "extends itself": ("profile: a\nprofiles: {a: {extends: a}}\n", "RF002", (2, 25), "extends"),
    "missing parent": ("profile: a\nprofiles: {a: {extends: nobody}}\n", "RF001", (2, 25), "gsdc help profiles"),
    "missing profile file": ("profile: a\nprofiles: {a: profiles/a.yaml}\n", "RF001", (2, 15), "path"),
    "project extends outside": ("extends: ../other.yaml\n", "IN004", (1, 10), "below"),
    "alias bomb": (BOMB, "IN002", (2, 8), "write out"),
    "deep nesting": ("a: " + "[" * 3000 + "]" * 3000 + "\n", "IN002", (1, 104), "nesting"),
    "empty": ("", "SC002", (1, 1), "empty"),
    "only comments": ("# nothing yet\n", "SC002", (1, 1), "empty"),
    "tabs": ("targets:\n\topencode: true\n", "IN002", (2, 1), "spaces"),
    "merge key": ("x: &x {a: 1}\n<<: *x\n", "SC001", (1, 1), "nearest"),
    "unquoted jinja": ("profile: {{ profile }}\n", "IN002", (1, 11), "quotes"),
    "not a number": ("profile: .nan\n", "IN002", (1, 1), "YAML"),
    "look-alike": ("profile: t\nprofiles: {t: {roles: {docs: h\u0430iku}}}\n", "SC002", (2, 30), "match"),
    "control character": ("profile: \x1b[31m\n", "IN002", (1, 10), "YAML"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text(tmp_path, name):
    text, code, place, help_ = TEXTS[name]
    (tmp_path / "gsdc.yaml").write_text(text, encoding="utf-8")
    for command in ("lint", "build"):
        found = findings(tmp_path, command)
        first = found[0]
        assert first["code"] == code, first
        assert first["path"] == "gsdc.yaml"
        assert (first["line"], first["column"]) == place, first
        assert help_ in first["help"] + first["message"], first
        assert not (tmp_path / "build").exists()


def test_every_finding_at_once_and_sorted(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: gsd\nprofil: x\noverrides:\n  - {agnt: a, model: 3}\n")
    found = findings(tmp_path)
    assert [(f["line"], f["code"]) for f in found] == [
        (1, "SC002"),
        (2, "SC001"),
        (4, "SC003"),
        (4, "SC003"),
        (4, "SC001"),
        (4, "SC002"),
    ]


def test_text_output_shows_the_line_and_the_remedy(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("profil: balanced\n")
    output = run(tmp_path, "lint").output
    assert output.startswith(
        'gsdc.yaml:1:1: error[SC001 unknown-key]: unknown key "profil"\n1 | profil: balanced\n  = help:'
    )


@pytest.mark.parametrize("text", ["\ufeffprofile: budget\nfleets: [gsd]\n", "profile: budget\r\nfleets: [gsd]\r\n"])
def test_bom_and_crlf_are_fine(tmp_path, text):
    (tmp_path / "gsdc.yaml").write_bytes(text.encode())
    assert run(tmp_path, "lint").exit_code == 0


def test_not_utf8(tmp_path):
    (tmp_path / "gsdc.yaml").write_bytes(b"profile: budget\n# caf\xe9\n")
    assert [(f["code"], f["line"], f["column"]) for f in findings(tmp_path)] == [("IN001", 2, 6)]


def test_a_folder_named_gsdc_yaml(tmp_path):
    (tmp_path / "gsdc.yaml").mkdir()
    assert [f["code"] for f in findings(tmp_path)] == ["IN001"]


def test_50_mb(tmp_path):
    with (tmp_path / "gsdc.yaml").open("wb") as file:
        file.truncate(50_000_000)
    assert [f["code"] for f in findings(tmp_path)] == ["IN001"]


def test_unreadable(tmp_path, monkeypatch):
    (tmp_path / "gsdc.yaml").write_text("profile: budget\n")
    opened = os.open

    def refuse(path, *arguments, **options):
        if Path(path).name == "gsdc.yaml":
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)

    # Running as root, file modes refuse nothing.
    monkeypatch.setattr(os, "open", refuse)
    assert [(f["code"], "permission denied" in f["message"]) for f in findings(tmp_path)] == [("IN001", True)]


@pytest.mark.parametrize("path", ["../x.json", "/etc/x.json", "a/../../x.json", "C:/x.json", "a\\\\x.json"])
def test_target_paths_stay_inside(tmp_path, path):
    (tmp_path / "gsdc.yaml").write_text(f'targets: {{opencode: {{path: "{path}"}}}}\n')
    assert [f["code"] for f in findings(tmp_path, "build")] == ["IN004"]


def test_target_path_through_a_symbolic_link(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    project = tmp_path / "project"
    project.mkdir()
    (project / "link").symlink_to(outside)
    (project / "gsdc.yaml").write_text("targets: {opencode: {path: link/opencode.json}}\n")
    assert [f["code"] for f in findings(project, "build")] == ["IN004"]
    assert not list(outside.iterdir())


def test_symbolic_link_loop(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "gsdc.yaml").write_text("targets: {opencode: {path: loop/opencode.json}}\n")
    assert [f["code"] for f in findings(tmp_path, "build")] == ["IN004"]


def test_jinja_in_user_strings_is_text(tmp_path):
    (tmp_path / "gsdc.yaml").write_text(
        "fleets: [leo]\ntargets: {claude-md: true, opencode: true, overrides: true}\noverrides:\n"
        '  - {agent: API, model: opus, reason: "{{ 7 * 7 }} {% raise %}"}\n'
    )
    assert run(tmp_path, "build").exit_code == 0
    for name in ("CLAUDE.md", "config/phase-model-config.json"):
        assert "{{ 7 * 7 }} {% raise %}" in (tmp_path / "build/balanced" / name).read_text()


def test_terminal_escapes_never_reach_the_terminal(tmp_path):
    (tmp_path / "gsdc.yaml").write_text('fleets: ["\\e[31mgsd"]\n')
    output = run(tmp_path, "lint").output
    assert "\x1b" not in output


@pytest.mark.parametrize("content", [b"{not json", b"[]", b'{"agent": []}', b"\xff", b"[" * 5000])
def test_broken_opencode_json(tmp_path, content):
    (tmp_path / "opencode.json").write_bytes(content)
    (tmp_path / "gsdc.yaml").write_text("targets: {opencode: {create: true}}\n")
    assert findings(tmp_path, "build")[0]["path"] == "opencode.json"


@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", "NOBODY"],
        ["explain", "gsd-planner", "--phase", "LEAD"],
        ["build", "--target", "nothing"],
        ["build", "--zone", "purple"],
        ["build", "--profile", "qualtiy"],
        ["lint", "--fleet", "gds"],
        ["explain", "gsd-planner", "--workflow", "mixd"],
        ["rule", "NB999"],
        ["bild"],
        ["schema", "nothing"],
    ],
)
def test_usage_errors_exit_with_2(tmp_path, arguments):
    assert run(tmp_path, *arguments).exit_code == 2


@pytest.mark.parametrize(
    ("option", "name", "said"),
    [
        ("profile", "research-hevy", 'did you mean "research"?'),
        ("profile", "Quality", 'did you mean "quality"?'),
        ("profile", "our-tem", 'did you mean "our-team"?'),
        ("profile", "xyzzy", '`gsdc help profiles` describes the shipped profiles, and gsdc.yaml has "our-team"'),
        ("workflow", "research-hevy", 'did you mean "research-heavy"?'),
        ("workflow", "xyzzy", "allowed: implementation-heavy, mixed, planning-heavy, research-heavy"),
    ],
)
def test_an_unknown_profile_is_no_workflow(tmp_path, option, name, said):
    """Only names of what was asked for are offered, and only those that are near."""
    (tmp_path / "gsdc.yaml").write_text("profiles: {our-team: {extends: balanced}}\n")
    result = run(tmp_path, "--format", "json", "build", f"--{option}", name)
    assert result.exit_code == 2
    found = json.loads(result.stdout)["findings"]
    assert [(one["message"], one["help"]) for one in found] == [(f'unknown {option} "{name}"', said)]


@pytest.mark.parametrize("key", ["research-hevy", "xyzzy"])
def test_the_models_of_an_agent_are_by_profile_and_no_workflow_is_offered(tmp_path, key):
    text = f"agents: {{writer: {{role: docs, description: Writes, models: {{{key}: haiku}}}}}}\n"
    (tmp_path / "gsdc.yaml").write_text(text)
    (found,) = (one for one in findings(tmp_path) if one["code"] == "RF001")
    assert f'unknown profile "{key}"' in found["message"]
    assert "heavy" not in found["help"]


def test_missing_project_folder(tmp_path):
    assert run(tmp_path / "nowhere", "lint").exit_code == 2
