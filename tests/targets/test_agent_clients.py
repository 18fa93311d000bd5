"""Clients that keep agents in files: what they make of all their files, and what is written into them."""

import json
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.targets.reading import cases, outcome, wanted, write

from gsdc.cli import main

CLIENTS = ("codex", "gemini_cli", "copilot", "cursor", "qwen_code", "kilo", "oh_my_openagent")
MODULES = {"oh_my_openagent": "view"}
READ = [(client, case) for client in CLIENTS for case in cases(f"{client}.yaml")]
WRITTEN = cases("written.yaml")


@pytest.mark.parametrize(("client", "case"), READ, ids=[f"{client}: {case['name']}" for client, case in READ])
def test_a_client_reads_its_files(client, case, tmp_path):
    reader = import_module(f"gsdc.targets.{client}.{MODULES.get(client, 'client')}")
    assert outcome(reader, case, tmp_path) == wanted(case)


def contents(folder: Path, paths: Iterable[str]) -> dict[str, str]:
    return {path: (folder / path).read_bytes().decode() for path in paths}


def gsdc(folder: Path, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["--project", str(folder), *arguments])
    assert result.exit_code == code, result.output
    return result.output


def codes(folder: Path, *arguments: str) -> set[str]:
    result = CliRunner().invoke(main, ["--project", str(folder), "--format", "json", *arguments])
    return {each["code"] for each in json.loads(result.stdout)["findings"]}


def project(case: dict[str, Any], folder: Path) -> None:
    head = f"fleets: {case.get('fleets', ['gsd'])}\ntargets: {{{case['target']}: true}}\n"
    write(folder, {"gsdc.yaml": f"{head}{case.get('policy', '')}\n", **case["files"]})


@pytest.mark.parametrize("case", WRITTEN, ids=[case["name"] for case in WRITTEN])
def test_what_decides_is_written_and_nothing_else(case, tmp_path):
    project(case, tmp_path)
    assert codes(tmp_path, "build", "--out", str(tmp_path / "out")) == set(case.get("finds", ()))
    gsdc(tmp_path, "apply", "--yes")
    assert contents(tmp_path, case["files"]) == {**case["files"], **case["after"]}
    assert "nothing to apply" in gsdc(tmp_path, "apply", "--yes")
    if not case["after"]:
        return
    assert "in sync" in gsdc(tmp_path, "status")
    assert not codes(tmp_path, "lint") & {"IF003", "IF005"}
    gsdc(tmp_path, "rollback", "--yes")
    assert contents(tmp_path, case["files"]) == case["files"]


@pytest.mark.parametrize("case", WRITTEN, ids=[case["name"] for case in WRITTEN])
def test_init_turns_on_what_is_there(case, tmp_path):
    write(tmp_path, case["files"])
    text = gsdc(tmp_path, "init", "--dry-run")
    assert f"\n  {case['target']}: " in text
    others = {each["target"] for each in WRITTEN} - {case["target"]}
    assert not [other for other in others if f"\n  {other}: " in text]
