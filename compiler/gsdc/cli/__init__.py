"""The command line: only this package prints, prompts or exits.

Commands are imported when called, so that ``gsdc --version`` takes little longer than importing click.
Exit codes: 0 clean, 1 findings, 2 cannot start, 3 a change failed and was rolled back.
"""

from importlib import import_module
from pathlib import Path
from typing import Final

import click

from gsdc import __version__
from gsdc.cli.options import COLORS, REPORTS
from gsdc.cli.session import Session

# Grouped by job, in the order in which a new user meets them.
GROUPS: Final = {
    "Start": {
        "init": "write a commented gsdc.yaml for this folder",
        "doctor": "show clients, files, keys and catalog, and what to do next",
        "help": "show the guide: words, recipes, plans, CI and more",
    },
    "See": {
        "agents": "show which model each agent gets, what decides it, and whether it is applied",
        "assign": "show the A/B group of a plan or an agent, and compare the groups",
        "budget": "show what the budget has left, the budget zone, and what it allows",
        "compare": "show what the logged work would have cost under other profiles",
        "diff": "show what a profile would change: models, costs and files",
        "explain": "show why an agent or a plan's task gets its model",
        "history": "list what was changed, when, by whom and why",
        "models": "list the models that are known, or show what an id is",
        "report": "report the use of a day, a week or a sprint, as Markdown, JSON or HTML",
        "status": "compare the installed files with the compiled policy",
        "tokens": "log token use, import it from clients, export it",
    },
    "Check": {
        "lint": "check the policy, the clients' files and the plans",
        "prove": "prove that the rules hold in every state, or show how one can be broken",
        "rule": "print the documentation of a rule",
        "schema": "print a JSON Schema of the language",
    },
    "Change": {
        "apply": "install the compiled files, all of them or none",
        "build": "compile the project's targets into build/<profile>/; your files stay as they are",
        "calibrate": "compare estimates with real use, and propose other models",
        "migrate": "write a migration for review: patches for Git, a guide and a plan",
    },
    "Plans": {
        "annotate": "write model, complexity, dependencies and metrics into plans",
        "cost": "estimate what plans cost under each profile",
        "dispatch": "print a plan's tasks as an orchestrator hands them out: agents, models, prompts",
        "graph": "print the batches and dependencies of a plan's tasks",
        "verify": "check the artifacts and links that a plan promises",
    },
    "Run": {
        "mcp": "serve the policy to agents and orchestrators over MCP (Model Context Protocol)",
        "guard": "answer a client's hook: may this agent start on this model?",
    },
    "Escape": {
        "override": "force a model for an agent, with a reason, in gsdc.yaml",
        "pause": "stop installing and recommending until `gsdc resume`",
        "resume": "end a pause",
        "rollback": "undo a change, byte for byte",
    },
}
COMMANDS: Final = {name: text for commands in GROUPS.values() for name, text in commands.items()}


# Commands that may take more than a second on a large project: they show a progress line.
SLOW: Final = frozenset(
    {
        *("annotate", "apply", "build", "cost", "diff", "dispatch", "graph", "init", "lint"),
        *("migrate", "prove", "report", "rollback", "status", "tokens", "verify"),
    }
)


class LazyGroup(click.Group):
    """A group whose commands are separate modules, imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command by name, None if it does not exist."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"gsdc.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands by job, without importing them."""
        for job, commands in GROUPS.items():
            with formatter.section(job):
                formatter.write_dl(list(commands.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve a command; suggest the nearest one for a misspelt name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from gsdc.finding import nearest
            from gsdc.source.printable import printable

            ctx.fail(f'no command "{printable(args[0])}": {nearest(args[0], sorted(COMMANDS))}')
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog='The guide: gsdc help. Completion: eval "$(_GSDC_COMPLETE=bash_source gsdc)".',
)
@click.version_option(__version__, "-V", "--version", prog_name="gsdc", message="%(prog)s %(version)s")
@click.option(
    "--project",
    type=click.Path(file_okay=False, path_type=Path),
    help="The project folder; by default the nearest folder, from here upwards, with a gsdc.yaml.",
)
@click.option("--format", "format_", type=click.Choice(REPORTS), default="text", help="The output format.")
@click.option("--color", type=click.Choice(COLORS), default="auto", help="When to use colours.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors and warnings only.")
@click.option("-v", "--verbose", is_flag=True, help="Print notes even when quiet.")
@click.pass_context
def main(ctx: click.Context, project: Path | None, format_: str, color: str, quiet: bool, verbose: bool) -> None:
    """Compile one model policy into the configuration of every coding agent.

    gsdc reads profiles and fleets, checks the never-break rules over every reachable state, and writes what OpenCode,
    Claude Code, get-shit-done and other clients need. `build` never touches your files.
    """
    if project is None:
        # A first gsdc.yaml is written to the working folder.
        project = Path() if ctx.invoked_subcommand == "init" else nearest_project()
    ctx.obj = Session(project, format_, color, quiet, verbose)
    if ctx.invoked_subcommand in SLOW:
        from gsdc.cli import progress

        progress.start(ctx.invoked_subcommand)
        ctx.call_on_close(progress.end)
    if ctx.invoked_subcommand is None:
        from gsdc.cli.start import show

        show(ctx.obj)


def nearest_project() -> Path:
    """Return the nearest folder with a gsdc.yaml, from the working folder upwards, else the working folder.

    The search stays within the repository. Outside a repository only the working folder counts: a folder above, such as
    /tmp, may belong to another user.
    """
    import os

    start = Path().absolute()
    found = None
    for folder in (start, *start.parents):
        if found is None and os.path.lexists(folder / "gsdc.yaml"):
            found = folder
        if os.path.lexists(folder / ".git"):
            return Path(os.path.relpath(found or start, start))
    return Path()
