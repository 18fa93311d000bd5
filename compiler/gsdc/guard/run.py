"""``gsdc guard``: read the input of a client's hook, judge it, and write the answer.

It always answers within its time limit. If the guard itself fails, agents start with a warning; security agents are
denied until the guard works again.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from types import FrameType
from typing import Any, Final, TextIO

from gsdc.guard.judge import ALLOWED, GuardQuestion, GuardVerdict, Row, judge, judge_unlisted
from gsdc.source.agent_name import folded

SECONDS: Final = 5.0  # the client waits 10
_LEDGER: Final = ".gsdc/ledger.db"
_LONGEST: Final = 4_000_000  # bytes of input


def main(client: str = "claude-code", stdin: TextIO | None = None, stdout: TextIO | None = None) -> None:
    """Answer one question of ``client``: the answer is in the output, the exit code is always 0."""
    hook = import_module(f"gsdc.targets.{client.replace('-', '_')}.hook")
    data: Any = {}
    _limit_time()
    try:
        data = json.loads((stdin or sys.stdin).read(_LONGEST))
        text = _answer(hook, data)
    except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
        data = data if isinstance(data, dict) else {}
        text = _failed(hook, data, error)
    finally:
        _limit_time(0)
    if text:
        (stdout or sys.stdout).write(f"{text}\n")


def _limit_time(seconds: float = SECONDS) -> None:
    if hasattr(signal, "setitimer"):

        def late(_: int, __: FrameType | None) -> None:
            raise TimeoutError(f"no answer within {SECONDS:g} seconds")

        signal.signal(signal.SIGALRM, late)
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _answer(hook: Any, data: Mapping[str, Any]) -> str:
    root = _root(data)
    table = read_table(root, hook.TABLE)
    start = hook.start_of(data, root, os.environ)
    if start is None:
        return ""
    verdict = _judge(hook, table, start, root)
    if verdict is ALLOWED:
        return ""
    reason = f"{verdict.reason} (its model comes from {start.how})" if start.how else verdict.reason
    mode = str(table["mode"])
    change = {key: value for key, value in (("model", verdict.model), ("effort", verdict.effort)) if value}
    if mode == "rewrite" and not (change and start.can_rewrite):
        mode = "deny"
    _log(root, mode, GuardQuestion(start.agent, start.model, start.effort), verdict)
    if mode == "warn":
        return str(hook.answer(data, tell=f"gsdc: {reason}"))
    if mode == "rewrite":
        told = " and ".join(f'{key} "{value}"' for key, value in change.items())
        return str(hook.answer(data, change=change, tell=f"gsdc: {reason}: it now starts with {told}"))
    return str(hook.answer(data, deny=f"gsdc: {reason}"))


def _root(data: Mapping[str, Any]) -> str:
    """Return the project's folder: Claude Code sends it, and reads the project's settings there."""
    return os.environ.get("CLAUDE_PROJECT_DIR") or str(data.get("cwd") or ".")


def read_table(root: str, path: str) -> Row:
    """Return the compiled table at ``path`` in ``root``; raise OSError or ValueError if there is none."""
    with open(f"{root}/{path}", encoding="utf-8") as file:  # noqa: PTH123 - pathlib takes 5 ms to import
        table = json.load(file)
    if not isinstance(table, dict) or table.get("made-by") != "gsdc" or table.get("format") != 2:
        raise ValueError(f"{path} is not a table of this version of gsdc: run gsdc apply")
    return table


def _judge(hook: Any, table: Row, start: Any, root: str) -> GuardVerdict:
    """Judge a start; the model, which may require a search, is resolved only if a rule refers to it."""
    entry = table["agents"].get(folded(start.agent))
    if entry is not None:
        agent = entry["name"]
        question = GuardQuestion(agent, start.model, start.effort) if entry["rules"] else GuardQuestion(agent, "")
        return judge(table, entry, question, lambda: _zone(table, root), _slow(root, hook, agent))
    if start.is_built_in or not _seems_security(start.agent, start.description):
        return ALLOWED
    return judge_unlisted(table, GuardQuestion(start.agent, start.model, start.effort), _slow(root, hook, ""))


def _seems_security(name: str, description: str) -> bool:
    from gsdc.policy.security_agent import security_sign

    return bool(security_sign(name, description))


def _slow(root: str, hook: Any, agent: str) -> Callable[[Row, str], bool]:
    """Return a function that judges a model outside of the table, by its properties and the policy itself."""

    def allows(row: Row, model: str) -> bool:
        from pathlib import Path

        from gsdc.policy.breach import allows as is_allowed
        from gsdc.policy.load import load
        from gsdc.policy.model import State
        from gsdc.policy.recognition import stand_in

        policy = load(Path(root)).policy
        if policy is None:
            raise ValueError("gsdc.yaml has faults: run gsdc lint")
        rule, found = policy.never_break[row["rule"]], stand_in(policy.models, hook.IDS, model)
        phases = row.get("phases") or (policy.agents[agent].phases if agent in policy.agents else ()) or (None,)
        return all(is_allowed(policy, rule, State(agent, phase), found) for phase in phases)

    return allows


def _zone(table: Row, root: str) -> str:
    """Return the budget zone by the project's ledger; green without one."""
    if not os.path.lexists(f"{root}/{_LEDGER}") and "GSDC_LEDGER_URL" not in os.environ:
        return "green"
    from gsdc.guard.zone import zone_of

    return zone_of(table, root)


def _log(root: str, mode: str, question: GuardQuestion, verdict: GuardVerdict) -> None:
    if os.path.lexists(f"{root}/{_LEDGER}") or "GSDC_LEDGER_URL" in os.environ:
        from gsdc.guard.log import log

        log(root, mode, question, verdict)


def _failed(hook: Any, data: Mapping[str, Any], error: Exception) -> str:
    """Return the answer if the guard itself failed: security agents are denied, others start unguarded."""
    why = f"gsdc guard failed ({str(error) or type(error).__name__})"
    agent = str(hook.named_agent(data))
    try:
        closed = _is_security(hook, _root(data), agent)
    except Exception:  # noqa: BLE001 - nothing tells what the agent is
        closed = True
    if closed:
        denied = f'{why}: "{agent}" may be a security agent, so it does not start until this is fixed'
        return str(hook.answer(data, deny=denied))
    return str(hook.answer(data, tell=f'{why}: "{agent or "an agent"}" starts without a check'))


def _is_security(hook: Any, root: str, agent: str) -> bool:
    try:
        entry = read_table(root, hook.TABLE)["agents"].get(folded(agent))
    except (OSError, ValueError, KeyError):
        entry = None
    return bool(entry["security"]) if entry is not None else bool(agent) and _seems_security(agent, "")
