"""GSD: its own modules answer which model and effort its workflows pass on for an agent, in the words of a runtime."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.conformance import wire

from gsdc.policy.model import Model

ASK: Final = """
const lib = process.argv[2], folder = process.argv[3], resolver = lib + '/model-resolver.cjs';
const isCore = require('fs').existsSync(resolver);
const core = require(isCore ? resolver : lib + '/core.cjs');
process.stderr.write = () => true;
const answers = JSON.parse(require('fs').readFileSync(0, 'utf8')).map(name =>
  [name, [core.resolveModelInternal(folder, name), isCore ? core.resolveEffortInternal(folder, name) : null]]);
console.log(JSON.stringify(Object.fromEntries(answers)));
"""
TIERS: Final = {"light": "low", "standard": "high", "heavy": "xhigh"}
ALIASES: Final = ("opus", "sonnet", "haiku", "fable")


def _on_claude(model: Model) -> str | None:
    word = model.ids.get("claude")
    return word if word in ALIASES else None


def _on_codex(model: Model) -> str | None:
    maker, _, name = model.ids.get("opencode", "").partition("/")
    return name if maker == "openai" else None


RUNTIMES: Final[dict[str, Callable[[Model], str | None]]] = {
    "claude": _on_claude,
    "opencode": lambda model: model.ids.get("opencode"),
    "codex": _on_codex,
}


def _measure(client: wire.Client, program: Path, own: wire.Project, _home: Path) -> wire.Outcome:
    """Apply the policy, ask GSD for every agent, and roll back.

    An agent whose effort the policy does not decide keeps the one of GSD's tier; 1.42 has no efforts.
    """

    def asking() -> dict[str, wire.Wish]:
        names = (*own.wanted, *own.lacking)
        command = ["node", "-e", ASK, "-", program, own.folder]
        done = subprocess.run(
            command,
            input=json.dumps(names),
            env={"PATH": os.environ["PATH"], "HOME": str(own.folder.parent)},
            capture_output=True,
            text=True,
            check=True,
            timeout=wire.SECONDS,
        )
        answers = {name: (model, effort) for name, (model, effort) in json.loads(done.stdout).items()}
        kept = {name for name, (_, effort) in own.wanted.items() if effort is None}
        left = dict.fromkeys(own.lacking, (wire.SESSION, None))
        return {name: (model, None if name in kept else effort) for name, (model, effort) in answers.items()} | left

    return wire.compare(own, asking)


def _client(runtime: str, root: str, *, has_efforts: bool) -> wire.Client:
    config = {"mode": "yolo", **({} if runtime == "claude" else {"runtime": runtime})}
    return wire.Client(
        target="gsd",
        agent=lambda _name: (f"{root}/VERSION", "1.14.0" if has_efforts else "1.42.3"),
        script=lambda _names: lambda _asked: 400,
        command=lambda program, _folder, _url: [program],
        environment=lambda _home, _folder, _url: {},
        wish=lambda asked: (asked.path, None),
        id_of=RUNTIMES[runtime],
        files={".planning/config.json": json.dumps(config, indent=2)},
        has_efforts=has_efforts,
    )


def _program(path: str) -> Callable[[Path], Path | None]:
    return lambda modules: found if (found := modules / path).is_dir() else None


_CORE: Final = _program("@opengsd/gsd-core/gsd-core/bin/lib")
_CLASSIC: Final = _program("get-shit-done-cc/get-shit-done/bin/lib")
RELEASES = tuple(
    wire.Release(
        f"{version} for {runtime}",
        _client(runtime, root, has_efforts=has_efforts),
        program,
        measured=_measure,
        fleets=("gsd",),
    )
    for version, root, has_efforts, program in (
        ("core 1.14.0", ".claude/gsd-core", True, _CORE),
        ("cc 1.42.3", ".claude/get-shit-done", False, _CLASSIC),
    )
    for runtime in RUNTIMES
)
