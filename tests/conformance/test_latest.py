"""The alarm of ``make conformance-latest``: what it asks npm for, and what it says has moved."""

import json

from tests.conformance.clients import PINS
from tests.conformance.latest import main, manifest, moved, without_program

PINNED = json.loads(PINS.read_text("utf-8"))


def test_every_pinned_client_is_asked_for():
    asked = manifest(PINNED, [])
    named = {
        name: version for kind in ("dependencies", "optionalDependencies") for name, version in asked[kind].items()
    }
    assert {version for name, version in named.items() if not name.endswith("-previous")} == {"latest"}


def test_an_older_version_beside_the_newest_stays():
    asked = manifest(PINNED, [])["dependencies"]
    older = {name: version for name, version in asked.items() if name.endswith("-previous")}
    assert older
    assert older.items() <= PINNED["dependencies"].items()


def test_those_that_are_not_named_stay_as_pinned():
    asked = manifest(PINNED, ["opencode-ai"])["dependencies"]
    assert asked.pop("opencode-ai") == "latest"
    assert asked.items() <= (PINNED["dependencies"] | PINNED["newest"]).items()


def test_what_has_moved_is_said(tmp_path):
    for name, version in {**PINNED["dependencies"], **PINNED["newest"]}.items():
        place = tmp_path / name / "package.json"
        place.parent.mkdir(parents=True)
        place.write_text(json.dumps({"version": "99.0.0" if name == "opencode-ai" else version.rpartition("@")[2]}))
    assert moved(PINNED, tmp_path) == [
        "opencode-ai: 1.18.33 -> 99.0.0",
        "@kilocode/cli-linux-x64: 7.7.9 -> not installed",
    ]


def test_a_client_without_a_program_for_the_platform_is_told(tmp_path):
    parts = {"optionalDependencies": {"@a/a-linux-x64": "1", "@a/a-darwin-arm64": "1"}}
    for name, has_program in (("whole", True), ("nested", True), ("lacking", False), ("plain", False)):
        (tmp_path / name).mkdir()
        own = {"optionalDependencies": {f"{name}-linux-x64": "1"}} if name != "plain" else {}
        (tmp_path / name / "package.json").write_text(json.dumps(parts if name == "lacking" else own))
        if has_program:
            folder = tmp_path / name / "node_modules" if name == "nested" else tmp_path
            (folder / f"{name}-linux-x64").mkdir(parents=True)
    assert without_program(tmp_path, ["whole", "nested", "lacking", "plain", "absent"], "linux-x64") == ["lacking"]


def test_a_package_that_is_not_pinned_is_refused(capsys):
    assert main(["left-pad"]) == 2
    assert "left-pad" in capsys.readouterr().err
