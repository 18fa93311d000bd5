"""The tools of ``gsdc mcp``: each runs a command with its options as arguments and returns the command's output.

So an agent gets the same information as a person. Argument schemas are derived from the command's options, answer
schemas from ``gsdc schema --outputs``.
"""

import io
import json
import sys
import traceback
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import click

from gsdc.cli.options import AUTO
from gsdc.cli.schema import output_schema
from gsdc.cli.terminal import CANNOT_START
from gsdc.mcp.protocol import Json, Result, Tool

INSTRUCTIONS: Final = (
    "gsdc knows this project's policy: which model and effort each agent gets, what budget is left, and how the tasks "
    "of a plan are handed out. Ask get_model before you start an agent and dispatch_plan before you carry out a "
    "PLAN.md; call log_tokens after a task. Where a model is null the work is deferred: do not start it on another "
    "model."
)
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


class Argument(NamedTuple):
    """An argument of a tool: the parameter of the command, additions to its schema, and whether it is a path."""

    parameter: str
    schema: Mapping[str, Any] = _NONE
    is_path: bool = False


class Offer(NamedTuple):
    """An offered tool: its command, its purpose, and its arguments.

    ``most_code`` is the highest exit code with which the command still returns an answer.
    """

    name: str
    command: str
    about: str
    arguments: Mapping[str, Argument]
    most_code: int = 0
    writes: bool = False


def _alike(*names: str) -> dict[str, Argument]:
    """Return arguments named after the parameters ``names``; a trailing underscore is removed."""
    return {name.rstrip("_"): Argument(name) for name in names}


_PROFILE: Final = {"profile": Argument("profile", is_path=True)}
_POLICY: Final = _PROFILE | {"zone": Argument("zone", {"default": AUTO})}

OFFERS: Final = (
    Offer(
        "get_model",
        "explain",
        "Say which model and effort an agent gets in a state, and every line of the policy that led to it. A model of "
        "null means that the agent is deferred; defer says why.",
        {"agent": Argument("agent", {"description": "The agent's name.", "minLength": 1, "pattern": "^[^#]*$"})}
        | _alike("phase")
        | _POLICY
        | _alike("attempt", "hop", "task_class", "complexity"),
    ),
    Offer(
        "explain_task",
        "explain",
        "Say what is known of a task of a plan: its kind, whether it is security-critical, how complex it is, its "
        "model, what it waits for and what it will take, each with the reasons.",
        {"task": Argument("agent", {"description": "The task, as in path/to/PLAN.md#3.", "pattern": "#[0-9]+$"}, True)}
        | _POLICY,
    ),
    Offer(
        "list_agents",
        "agents",
        "List agents with their roles, models and efforts, the line that decides each, and whether the clients' files "
        "say so. Without names, roles or models all agents are listed.",
        {"names": Argument("names", {"description": "Names of agents."})} | _alike("roles", "models") | _POLICY,
    ),
    Offer(
        "get_budget",
        "budget",
        "Say which budget zone the project is in, what is used and left, how long it lasts, what the zone defers, and "
        "which alerts fire.",
        {
            "plans": Argument(
                "plans",
                {"description": "Plans, or folders: which zone each will begin and end in, if it is carried out next."},
                is_path=True,
            )
        }
        | _PROFILE
        | _alike("window"),
    ),
    Offer(
        "lint",
        "lint",
        "Check files or folders: policy, clients' settings and agents' files, plans. Without paths the whole project "
        "is checked. Each finding has its place, its reason and what to do.",
        {"paths": Argument("paths", {"description": "Files and folders of the project."}, is_path=True)}
        | _PROFILE
        | _alike("severity"),
        most_code=1,
    ),
    Offer(
        "dispatch_plan",
        "dispatch",
        "Return the tasks of a plan in the batches that may run in parallel, each with its agent, model, effort, "
        "prompt, token budget, how it is verified, and which models follow when an attempt fails.",
        {"plan": Argument("plan", {"description": "The plan's file."}, is_path=True)} | _POLICY | _alike("client"),
    ),
    Offer(
        "log_tokens",
        "tokens log",
        "Log in the project's ledger what a task has used, and return the budget zone after it. Give tokens in all, or "
        "input and output. With an id of your own an entry counts once, however often it is logged.",
        _alike(
            *("task", "phase", "model", "tokens", "input_", "output", "cache_read", "cache_write", "agent", "client"),
            *("effort", "plan", "kind", "complexity", "estimated", "duration", "success", "rework", "escalated_from"),
            *("failed_over_from", "overridden_from", "reason", "at", "id_"),
        ),
        writes=True,
    ),
)


def tools(root: Path) -> dict[str, Tool]:
    """Return the tools, by name, for the project in ``root``: an absolute path without links, the working folder."""
    return {offer.name: _tool(offer, root) for offer in OFFERS}


def _tool(offer: Offer, root: Path) -> Tool:
    parameters = _parameters(offer)
    schema = _input_schema(offer, parameters)
    description = {
        "name": offer.name,
        "description": offer.about,
        "inputSchema": schema,
        "outputSchema": {"type": "object"} | output_schema(offer.command.replace(" ", "-")),
        "annotations": {
            "readOnlyHint": not offer.writes,
            "destructiveHint": False,
            "idempotentHint": not offer.writes,
            "openWorldHint": False,
        },
    }

    def call(arguments: Json) -> Result:
        try:
            _expect_valid(arguments, schema)
            words = _words(offer, parameters, arguments, root)
            _expect_no_change(root)
        except ValueError as error:
            return Result(None, str(error), failed=True)
        return _run(offer, words)

    return Tool(description, call)


def _parameters(offer: Offer) -> dict[str, click.Parameter]:
    """Return the command's parameters by the names of the tool's arguments."""
    from gsdc.cli import main

    found: click.Command = main
    for word in offer.command.split():
        assert isinstance(found, click.Group), "a group of commands"
        inner = found.get_command(click.Context(found), word)
        assert inner is not None, "a command that exists"
        found = inner
    by_name = {one.name: one for one in found.params}
    return {name: by_name[argument.parameter] for name, argument in offer.arguments.items()}


def _input_schema(offer: Offer, parameters: Mapping[str, click.Parameter]) -> Json:
    return {
        "type": "object",
        "properties": {name: _schema_of(one) | dict(offer.arguments[name].schema) for name, one in parameters.items()},
        "required": [name for name, one in parameters.items() if one.required],
        "additionalProperties": False,
    }


def _schema_of(parameter: click.Parameter) -> Json:
    kind = parameter.type
    found: Json = {"type": "string"}
    if _is_flag(parameter):
        found = {"type": "boolean"}
    elif isinstance(kind, click.Choice):
        found = {"type": "string", "enum": list(kind.choices)}
    elif isinstance(kind, (click.IntRange, click.FloatRange)):
        found = {"type": "integer" if isinstance(kind, click.IntRange) else "number"}
        found |= {key: value for key, value in (("minimum", kind.min), ("maximum", kind.max)) if value is not None}
    if _is_list(parameter):
        found = {"type": "array", "items": found}
    about = parameter.help if isinstance(parameter, click.Option) else None
    return found | ({"description": about} if about else {})


def _is_flag(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Option) and parameter.is_flag


def _is_list(parameter: click.Parameter) -> bool:
    return parameter.multiple or parameter.nargs == -1


def _expect_valid(arguments: Json, schema: Json) -> None:
    """Raise ``ValueError`` if the arguments do not match their schema."""
    from jsonschema import Draft202012Validator

    problems = []
    for error in Draft202012Validator(schema).iter_errors(arguments):
        place = "/".join(map(str, error.absolute_path))
        problems.append(f"{place}: {error.message}" if place else error.message)
    if problems:
        raise ValueError("\n".join(problems))


def _expect_no_change(root: Path) -> None:
    """Raise ``ValueError`` while a change of the project's files is unfinished: a command would undo it."""
    if (root / ".gsdc/pending").is_dir():
        raise ValueError("a change of the project's files is under way, or was interrupted: run gsdc status")


def _words(offer: Offer, parameters: Mapping[str, click.Parameter], arguments: Json, root: Path) -> tuple[str, ...]:
    """Return the command line. Raises ``ValueError`` for a path outside the project."""
    options: list[str] = []
    others: list[str] = []
    for name, parameter in parameters.items():
        argument = offer.arguments[name]
        value = arguments.get(name, argument.schema.get("default"))
        values = [] if value is None else value if _is_list(parameter) else [value]
        for one in values:
            text = _inside(one, root) if argument.is_path else str(one)
            if isinstance(parameter, click.Argument):
                others.append(text)
            elif _is_flag(parameter):
                options += (parameter.opts if one else parameter.secondary_opts)[:1]
            else:
                options.append(f"{parameter.opts[-1]}={text}")
    return (*offer.command.split(), *options, "--", *others)


def _inside(path: str, root: Path) -> str:
    """Return ``path`` relative to the project's folder ``root``. Raises ``ValueError`` if it is outside."""
    file, hash_, number = path.rpartition("#") if "#" in path else (path, "", "")
    whole = (root / file).resolve()
    if not whole.is_relative_to(root):
        raise ValueError(f'"{path}" is not in the project')
    return f"{whole.relative_to(root) if Path(file).is_absolute() else file}{hash_}{number}"


def _run(offer: Offer, words: tuple[str, ...]) -> Result:
    """Run a command in this process, and return its output."""
    from gsdc.cli import main

    printed, notes, code = io.StringIO(), io.StringIO(), 0
    with redirect_stdout(printed), redirect_stderr(notes):
        try:
            main.main(["--project", ".", "--format", "json", *words], prog_name="gsdc", standalone_mode=False)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        except click.ClickException as error:
            code = CANNOT_START
            notes.write(error.format_message())
        except Exception as error:  # noqa: BLE001 - the server outlives a fault of one command
            code = CANNOT_START
            notes.write(f"gsdc {offer.command} has failed, which is a fault of gsdc: {error!r}")
            traceback.print_exc(file=sys.__stderr__)
    text = printed.getvalue()
    return Result(json.loads(text) if text else None, notes.getvalue().strip(), failed=code > offer.most_code)
