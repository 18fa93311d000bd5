"""A project with a client's agents, compiled by gsdc, and what each agent of the real client then asks for."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner
from tests.conformance.recorder import Asked, Script, recorder

from gsdc.cli import main
from gsdc.policy.load import load
from gsdc.policy.model import Model, Policy
from gsdc.source.yaml_text import loads
from gsdc.targets.choice import choose
from gsdc.targets.efforts import written_effort
from gsdc.targets.registry import declarations

MARK = "THIS-IS-AGENT-"
SESSION = "the-model-of-the-session"
SECONDS = 90
SECONDS_PER_AGENT = 5
Wish = tuple[str, Any]
"""A model in the client's own words, and an effort; None where there is none."""


class Client(NamedTuple):
    """A client that can be driven offline.

    ``agent`` returns path and text of the file of an agent, ``named`` how the client spells the name of one, and
    ``id_of`` its id of a model, None if it does not have the model: by default that of the target's ids. ``script``
    returns how the server answers, so that the main session starts every agent. ``command`` and ``environment`` get the
    program, the project, a home and the server's address. ``wish`` returns what a request asks for; ``sent`` returns
    what of the policy's wish the client sends, where it is other words. ``own`` are models of the client's one maker,
    by those of the shipped profiles that they replace in a profile of the project's own; that of "sonnet" replaces all
    others.
    """

    target: str
    agent: Callable[[str], tuple[str, str]]
    script: Callable[[Sequence[str]], Script]
    command: Callable[[Path, Path, str], list[str | Path]]
    environment: Callable[[Path, Path, str], Mapping[str, str]]
    wish: Callable[[Asked], Wish]
    sent: Callable[[Wish], Wish] = lambda wish: wish
    named: Callable[[str], str] = str
    id_of: Callable[[Model], str | None] | None = None
    files: Mapping[str, str] = {}
    prompt: str = ""
    own: Mapping[str, str] = {}
    has_efforts: bool = True


class Release(NamedTuple):
    """A version of a client: ``program`` finds it below a ``node_modules``, None where it is not installed.

    ``says_version`` is true if gsdc.yaml has to name the version: gsdc assumes the newest. ``measured`` applies the
    policy, asks the client, and rolls back: by default ``measure``. ``fleets`` are those that have agents of the
    client's, by default all.
    """

    version: str
    client: Client
    program: Callable[[Path], Path | None]
    says_version: bool = False
    measured: "Measure | None" = None
    fleets: Sequence[str] = ()


class Project(NamedTuple):
    """A project in ``folder`` whose agents are the policy's.

    ``wanted`` is what each agent ought to ask for, by its name in the client. ``lacking`` are the agents whose model
    the client does not have, with its alias; they run on the session's model.
    """

    folder: Path
    wanted: Mapping[str, Wish]
    lacking: Mapping[str, str] = {}

    def contents(self) -> dict[str, bytes]:
        """Return the bytes of every file that is not gsdc's own."""
        found = (path for path in self.folder.rglob("*") if path.is_file() and ".gsdc" not in path.parts)
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in found}


class Outcome(NamedTuple):
    """What came of a project: the number of agents that asked for the policy's model and effort, and what is wrong."""

    exact: int
    lacking: int
    wrong: tuple[str, ...]


Measure = Callable[[Client, Path, Project, Path], Outcome]
"""Of a client, its program, a project and a home, return the outcome."""


def gsdc(folder: Path, *arguments: str) -> str:
    """Run a command of gsdc's in a project, which has to succeed."""
    result = CliRunner().invoke(main, ["--project", str(folder), *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def project(client: Client, folder: Path, fleet: str, profile: str, *, most: int = 100, version: str = "") -> Project:
    """Return a project that has a file of the client's for each agent of a fleet, ``most`` of them at most.

    With a ``version``, gsdc.yaml says that this version of the client is in use.
    """
    folder.mkdir(parents=True)
    said = f"clients: {{{client.target}: {version}}}\n" if version else ""
    text = f"fleets: [{fleet}]\ntargets: {{{client.target}: true}}\n{said}profile: {profile}\n"
    (folder / "gsdc.yaml").write_text(text)
    policy = load(folder).policy
    assert policy is not None
    if client.own:
        own = {"extends": profile, "agents": dict(_own_models(client, policy))}
        extended = {**loads(text), "profile": "own", "profiles": {"own": own}}
        (folder / "gsdc.yaml").write_text(json.dumps(extended))
        policy = load(folder).policy
        assert policy is not None
    declared = declarations()[client.target]
    wanted: dict[str, Wish] = {}
    lacking: dict[str, str] = {}
    for agent in list(policy.agents.values())[:most]:
        name, choice = client.named(agent.name_in(declared.client)), choose(policy, agent, "green")
        id_ = client.id_of(choice.model) if client.id_of else choice.model.id_in(declared.ids)
        effort = written_effort(declared.ids, choice.model, choice.effort) if client.has_efforts else None
        if id_ is None:
            lacking[name] = choice.model.alias
        else:
            wanted[name] = client.sent((id_, effort))
    for path, content in (*map(client.agent, (*wanted, *lacking)), *client.files.items()):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode())
    return Project(folder, wanted, lacking)


def _own_models(client: Client, policy: Policy) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield a model of the client's maker for each agent whose model the client lacks; security agents are pinned."""
    ids = declarations()[client.target].ids
    for agent in policy.agents.values():
        choice = choose(policy, agent, "green")
        if choice.model.id_in(ids) is None and agent.role != "security":
            entry = {"model": client.own.get(choice.model.alias, client.own["sonnet"])}
            yield agent.name, {**entry, **({"effort": choice.effort} if choice.effort else {})}


def ask(client: Client, program: Path, own: Project, home: Path) -> dict[str, Wish]:
    """Return what each agent asks for when the client's main session starts all of them."""
    home.mkdir(parents=True, exist_ok=True)
    names = (*own.wanted, *own.lacking)
    with recorder(client.script(names)) as (url, asked):
        done = subprocess.run(
            client.command(program, own.folder, url),
            cwd=own.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(home), **client.environment(home, own.folder, url)},
            input=client.prompt,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS + SECONDS_PER_AGENT * len(names),
        )
    found = {name: client.wish(each) for each in asked if (name := marked(each)) is not None}
    assert found, f"no agent was started: {done.returncode} {done.stdout[-2000:]} {done.stderr[-2000:]}"
    return found


def marked(asked: Asked) -> str | None:
    """Return the agent whose prompt is in a request, None in one of the main session's."""
    found = re.search(rf"{MARK}([\w.-]*\w)", json.dumps(asked.body))
    return found[1] if found else None


def measure(client: Client, program: Path, own: Project, home: Path) -> Outcome:
    """Apply the policy, ask the client, roll back; return what is not exactly the policy's, or not as before."""
    return compare(own, lambda: ask(client, program, own, home))


def compare(own: Project, asking: Callable[[], Mapping[str, Wish]]) -> Outcome:
    """Apply the policy, compare what ``asking`` returns by agent, and roll back; return what is wrong."""
    before = own.contents()
    output = gsdc(own.folder, "apply", "--yes")
    wrong = [f"no finding says that {alias} cannot be used" for alias in _unsaid(own, output)]
    status = CliRunner().invoke(main, ["--project", str(own.folder), "status"]).output
    if own.wanted and not own.lacking and ("in sync" not in status or own.contents() == before):
        wrong.append(f"status: {status}")
    asked = asking()
    differing = [name for name, wish in own.wanted.items() if asked.get(name) != wish]
    wrong.extend(f"{name}: {asked.get(name)} instead of {own.wanted[name]}" for name in differing)
    moved = [name for name in own.lacking if name not in asked or SESSION not in str(asked[name][0])]
    wrong.extend(f"{name}: {asked.get(name)} instead of the session's model" for name in moved)
    if own.wanted:
        gsdc(own.folder, "rollback", "--yes")
    after = own.contents()  # to which the client may have added files of its own
    wrong.extend(f"{path}: not as before" for path, content in before.items() if after.get(path) != content)
    return Outcome(len(own.wanted) - len(differing), len(own.lacking), tuple(wrong))


def _unsaid(own: Project, output: str) -> set[str]:
    """Return the models of ``lacking`` agents of which no finding says that the client cannot use them."""
    return {alias for alias in own.lacking.values() if not re.search(rf'cannot use "{re.escape(alias)}"', output)}


def check(client: Client, program: Path, own: Project, home: Path) -> None:
    """Apply the policy, ask the client, roll back: each agent asks for the policy's, and the bytes are as before."""
    assert measure(client, program, own, home) == Outcome(len(own.wanted), len(own.lacking), ())


def measure_ignored(client: Client, program: Path, own: Project, home: Path) -> Outcome:
    """Apply the policy to a version that ignores the models in agents' files: the client does, and gsdc says so."""
    gsdc(own.folder, "apply", "--yes")
    asked = ask(client, program, own, home)
    wrong = [f"{name}: {wish} instead of the session's" for name, wish in asked.items() if SESSION not in str(wish[0])]
    wrong.extend(f"{name}: was not started" for name in own.wanted if name not in asked)
    result = CliRunner().invoke(main, ["--project", str(own.folder), "--format", "json", "lint"])
    if "IF050" not in {each["code"] for each in json.loads(result.stdout)["findings"]}:
        wrong.append("lint has no IF050")
    if "in sync" in CliRunner().invoke(main, ["--project", str(own.folder), "status"]).output:
        wrong.append("status says in sync")
    return Outcome(0, len(asked), tuple(wrong))
