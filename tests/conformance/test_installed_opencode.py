"""What ``gsdc`` says of OpenCode's files, against OpenCode itself: one server of it answers for many projects."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.opencode_server import OpencodeServer
from tests.targets.reading import CORPUS, cases, policy_of, write

from gsdc.policy.model import Policy
from gsdc.targets.api import INHERIT, View
from gsdc.targets.model_names import alias_of
from gsdc.targets.opencode import view as reader

pytestmark = pytest.mark.xdist_group("opencode-server")
CASES = cases("opencode.yaml")
REAL = sorted((CORPUS / "opencode").glob("*.json*")) if CORPUS.is_dir() else []
OWN = ("title", "summary", "compaction")  # the agents that OpenCode calls for itself

Answer = tuple[dict[str, Any], dict[str, str]]
"""Its configuration, and the mode of each agent that it can run."""


def ask(server: OpencodeServer, folder: Path) -> Answer | None:
    config = server.get("config", folder)
    if config is None:
        return None
    agents = server.get("agent", folder)
    if agents is None:  # it can merge agents whose name is no text, and not list them
        return config, {name: entry.get("mode", "all") for name, entry in config["agent"].items()}
    return config, {agent["name"]: agent["mode"] for agent in agents}


def is_refused(view: View) -> bool:
    return any("OpenCode does not start" in note for finding in view.findings for note in finding.notes)


def said_by_client(answer: Answer, policy: Policy) -> dict[str, tuple[str | None, float | None]]:
    """Return what the client makes of each agent, in the words of a claim: its model and its temperature."""
    config, modes = answer
    found: dict[str, tuple[str | None, float | None]] = {}
    for name, entry in config["agent"].items():
        model, mode = entry.get("model"), modes.get(entry.get("name") if isinstance(entry.get("name"), str) else name)
        assert (mode is None) == bool(entry.get("disable")), name
        if not model and name == "title":
            model = config.get("small_model")
        elif not model and mode != "subagent" and name not in OWN:
            model = config.get("model")
        alias = alias_of(policy, "opencode", sent(config, model)) if model else INHERIT
        found[name] = (None, None) if entry.get("disable") else (alias, entry.get("temperature"))
    return found


def sent(config: dict[str, Any], model: str) -> str:
    """Return the model that goes out for a name: a declared one may have the id of another."""
    provider, _, name = model.partition("/")
    declared = config.get("provider", {}).get(provider, {}).get("models", {}).get(name, {})
    return f"{provider}/{declared['id']}" if "id" in declared else model


def started_by_client(config: dict[str, Any], policy: Policy) -> set[tuple[str, str]]:
    """Return what the client's commands start on a model of their own, in the words of a claim."""
    found = set()
    for name, entry in config.get("command", {}).items():
        if entry.get("model"):
            alias = alias_of(policy, "opencode", sent(config, entry["model"]))
            agent = entry.get("agent")
            found |= {
                (each, alias) for each in (agent or config.get("default_agent"), None if agent else f"/{name}") if each
            }
    return found


def said_by_us(view: View) -> dict[str, tuple[str | None, float | None]]:
    return {claim.agent: (claim.model, claim.temperature) for claim, *_ in view.statements}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_client_says_the_same_of_every_case(opencode_server, tmp_path, case):
    policy = policy_of(["gsd"], tmp_path)
    folder = tmp_path / "project"
    view = reader.view(write(folder, case["files"]), policy)
    codes = {finding.code for finding in view.findings}
    if codes & {"OC016", "OC017", "OC023"}:
        pytest.skip("the environment or chance decides")
    answer = ask(opencode_server, folder)
    assert (answer is None) == is_refused(view), view.findings
    if answer:
        assert said_by_us(view) == said_by_client(answer, policy)
        assert {(claim.agent, claim.model) for claim, *_ in view.invocations} == started_by_client(answer[0], policy)


@pytest.mark.parametrize("path", REAL or [None], ids=[path.name for path in REAL] or ["none"])
def test_the_client_says_the_same_of_real_files(opencode_server, tmp_path, path):
    if path is None:
        pytest.skip("../shared is absent")
    policy = policy_of(["gsd"], tmp_path)
    text = path.read_text("utf-8")
    files = {f"opencode{path.suffix}": text}
    for named in re.findall(r"\{file:([^}]+)\}", text):
        if not named.startswith(("/", "~", "..")):
            files[named.removeprefix("./")] = "Be brief.\n"
    folder = tmp_path / "project"
    view = reader.view(write(folder, files), policy)
    answer = ask(opencode_server, folder)
    assert (answer is None) == is_refused(view), view.findings
    if answer:
        assert said_by_us(view) == said_by_client(answer, policy)


def test_the_server_says_what_the_command_says(opencode_server, run_opencode, tmp_path):
    folder = tmp_path / "project"
    write(folder, next(case["files"] for case in CASES if "four JSON files" in case["name"]))
    done = run_opencode(["debug", "config"], cwd=folder, home=tmp_path / "home")
    assert json.loads(done.stdout)["agent"] == opencode_server.get("config", folder)["agent"]
