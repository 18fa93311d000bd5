"""Claude Code itself, offline: a provider of our own answers it, and notes which model each sub-agent asks for."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from tests.conformance.drivers import claude_code
from tests.conformance.recorder import recorder
from tests.conformance.wire import MARK, SESSION, marked

__all__ = ["MARK", "SESSION", "Answer", "ask"]


class Answer(NamedTuple):
    """What Claude Code does: the agents that it loads, and the model that each one asked for, by its mark.

    ``output`` is what it printed, with the results of the calls; ``efforts`` are what the requests of each agent say
    of how hard the model is to think, None where they say nothing.
    """

    loaded: frozenset[str]
    models: Mapping[str, str]
    output: str
    efforts: Mapping[str, str | None] = MappingProxyType({})


def ask(
    binary: Path,
    folder: Path,
    home: Path,
    names: Sequence[str],
    inputs: claude_code.Inputs = MappingProxyType({}),
    session: str = SESSION,
) -> Answer:
    """Return what Claude Code makes of the project in ``folder`` when it starts the agents ``names``.

    ``inputs`` are what the calls of some agents say besides, such as a model; ``session`` is the session's model.
    """
    home.mkdir(parents=True, exist_ok=True)
    with recorder(claude_code.script(names, inputs)) as (url, asked):
        environment = {**claude_code.environment(home, folder, url), "ANTHROPIC_MODEL": session}
        done = subprocess.run(
            claude_code.command(binary, folder, url),
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": str(home), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
        )
    assert done.returncode == 0, done.stderr
    begun = next(line for line in map(json.loads, done.stdout.splitlines()) if line.get("subtype") == "init")
    by_agents = {name: each for each in asked if (name := marked(each)) is not None}
    models = {name: each.body["model"] for name, each in by_agents.items()}
    efforts = {name: claude_code.effort(each) for name, each in by_agents.items()}
    return Answer(frozenset(begun["agents"]), models, done.stdout, efforts)
