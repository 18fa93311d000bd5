"""A project with a client's agents, compiled by gsdc, and what each agent of the real client then asks for."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner
from tests.conformance.recorder import Asked, Script, recorder

from gsdc.cli import main
from gsdc.policy.load import load
from gsdc.targets.choice import choose
from gsdc.targets.efforts import written_effort

MARK = "THIS-IS-AGENT-"
SECONDS = 90
Wish = tuple[str, Any]
"""A model in the client's own words, and an effort; None where there is none."""


class Client(NamedTuple):
    """A client that can be driven offline.

    ``agent`` returns path and text of the file of an agent. ``script`` returns how the server answers, so that the main
    session starts every agent. ``command`` and ``environment`` get the program, the project, a home and the server's
    address. ``wish`` returns what a request asks for. ``roles`` are models of the client's one maker, by role, for a
    profile of the project's own: the shipped ones choose models of another maker's.
    """

    target: str
    agent: Callable[[str], tuple[str, str]]
    script: Callable[[Sequence[str]], Script]
    command: Callable[[Path, Path, str], list[str | Path]]
    environment: Callable[[Path, Path, str], Mapping[str, str]]
    wish: Callable[[Asked], Wish]
    files: Mapping[str, str] = {}
    prompt: str = ""
    roles: str = ""


class Project(NamedTuple):
    """A project in ``folder`` whose agents are the policy's; ``wanted`` is what each ought to ask for, by its name."""

    folder: Path
    wanted: Mapping[str, Wish]

    def contents(self) -> dict[str, bytes]:
        """Return the bytes of every file that is not gsdc's own."""
        found = (path for path in self.folder.rglob("*") if path.is_file() and ".gsdc" not in path.parts)
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in found}


def gsdc(folder: Path, *arguments: str) -> str:
    """Run a command of gsdc's in a project, which has to succeed."""
    result = CliRunner().invoke(main, ["--project", str(folder), *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def project(
    client: Client, folder: Path, fleet: str, profile: str, *, most: int = 100, efforts: bool = True
) -> Project:
    """Return a project that has a file of the client's for each agent of a fleet which the client can run.

    Without ``efforts`` the client has no key for them.
    """
    folder.mkdir(parents=True)
    text = f"fleets: [{fleet}]\ntargets: {{{client.target}: true}}\nprofile: "
    own = f"own\nprofiles: {{own: {{extends: {profile}, roles: {client.roles}}}}}" if client.roles else profile
    (folder / "gsdc.yaml").write_text(f"{text}{own}\n")
    policy = load(folder).policy
    assert policy is not None
    chosen = {agent.name_in(client.target): choose(policy, agent, "green") for agent in policy.agents.values()}
    ids = {name: choice.model.id_in(_space(client.target)) for name, choice in chosen.items()}
    wanted = {
        name: (id_, written_effort(_space(client.target), chosen[name].model, chosen[name].effort) if efforts else None)
        for name, id_ in list(ids.items())
        if id_ is not None
    }
    wanted = dict(list(wanted.items())[:most])
    for path, content in (*map(client.agent, wanted), *client.files.items()):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode())
    return Project(folder, wanted)


def _space(target: str) -> str:
    from gsdc.targets.registry import declarations

    return declarations()[target].ids


def ask(client: Client, program: Path, own: Project, home: Path) -> dict[str, Wish]:
    """Return what each agent asks for when the client's main session starts all of them."""
    home.mkdir(parents=True, exist_ok=True)
    with recorder(client.script(tuple(own.wanted))) as (url, asked):
        done = subprocess.run(
            client.command(program, own.folder, url),
            cwd=own.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(home), **client.environment(home, own.folder, url)},
            input=client.prompt,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
    found = {name: client.wish(each) for each in asked if (name := marked(each)) is not None}
    assert found, f"no agent was started: {done.returncode} {done.stdout[-2000:]} {done.stderr[-2000:]}"
    return found


def marked(asked: Asked) -> str | None:
    """Return the agent whose prompt is in a request, None in one of the main session's."""
    found = re.search(rf"{MARK}([\w.-]+)!", json.dumps(asked.body))
    return found[1] if found else None


def check(client: Client, program: Path, own: Project, home: Path) -> None:
    """Apply the policy, ask the client, roll back: each agent asks for the policy's, and the bytes are as before."""
    before = own.contents()
    gsdc(own.folder, "apply", "--yes")
    assert own.contents() != before
    assert "in sync" in gsdc(own.folder, "status")
    assert ask(client, program, own, home) == own.wanted
    gsdc(own.folder, "rollback", "--yes")
    after = own.contents()  # to which the client may have added files of its own
    assert {path: after.get(path) for path in before} == before


def check_ignored(client: Client, program: Path, own: Project, home: Path, said: tuple[str, str]) -> None:
    """Apply the policy to a version that ignores the models in agents' files: the client does, and gsdc says so.

    ``said`` are the version, and the model of the session in the client's words.
    """
    version, session = said
    policy = own.folder / "gsdc.yaml"
    policy.write_text(f"{policy.read_text()}clients: {{{client.target}: {version}}}\n")
    gsdc(own.folder, "apply", "--yes")
    assert {model for model, _ in ask(client, program, own, home).values()} == {session}
    result = CliRunner().invoke(main, ["--project", str(own.folder), "--format", "json", "lint"])
    assert "IF050" in {each["code"] for each in json.loads(result.stdout)["findings"]}
    assert "in sync" not in CliRunner().invoke(main, ["--project", str(own.folder), "status"]).output
