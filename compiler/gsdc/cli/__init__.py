"""The command line: the only place that prints, prompts or exits.

Commands are imported when they are called, so that ``gsdc --version`` costs little more than importing click.
Exit codes: 0 clean, 1 findings, 2 cannot start, 3 a change failed and was undone.
"""

from importlib import import_module
from pathlib import Path
from typing import Final

import click

from gsdc import __version__
from gsdc.cli.session import COLORS, REPORTS, Session

COMMANDS: Final = {
    "annotate": "write model, complexity, dependencies and metrics into plans, or show what would be written",
    "apply": "install what is compiled, in one transaction",
    "budget": "say what is used and left, which budget zone that makes, and what it allows",
    "build": "compile the project's targets into build/<profile>/",
    "calibrate": "compare estimates with what tasks took, and propose other models",
    "cost": "say what plans will cost under each profile",
    "diff": "show what a profile would change: which agent gets which model, what it costs, and the files",
    "explain": "say which model an agent or a plan's task gets, and why",
    "graph": "print the batches and dependencies of a plan's tasks",
    "history": "list what was changed, when, by whom and why",
    "init": "write a commented gsdc.yaml for this folder",
    "lint": "check plans, profiles and project file; never-break rules over every state",
    "migrate": "write a migration that people can review: patches for git, a guide, a plan",
    "models": "list the models that are known, or say what an id is",
    "override": "force a model for an agent, with the reason, in gsdc.yaml",
    "pause": "install and recommend nothing until resume; files stay as they are",
    "prove": "prove that the rules hold in every state, or print the shortest way to break them",
    "report": "report what a day, a week or a sprint has used: Markdown, JSON, or one HTML page",
    "resume": "end a pause",
    "rollback": "roll back a change, to the byte",
    "rule": "print the documentation of a rule",
    "schema": "print a JSON Schema of the language",
    "status": "say how the installed files stand against what the policy compiles to",
    "tokens": "log what models have used, import it from clients, export it",
    "verify": "check what a plan promises against the files: artifacts and the links between them",
}


class LazyGroup(click.Group):
    """A group whose commands are modules of their own, imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command by name, None where there is none such."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"gsdc.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command where one is misspelt."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from gsdc.finding import nearest
            from gsdc.report.text import printable

            ctx.fail(f'no command "{printable(args[0])}": {nearest(args[0], sorted(COMMANDS))}')
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog='Example: gsdc build --profile balanced. Completion: eval "$(_GSDC_COMPLETE=bash_source gsdc)".',
)
@click.version_option(__version__, prog_name="gsdc", message="%(prog)s %(version)s")
@click.option(
    "--project",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The project's folder; the current one by default.",
)
@click.option("--format", "format_", type=click.Choice(REPORTS), default="text", help="How to print.")
@click.option("--color", type=click.Choice(COLORS), default="auto", help="When to colour.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors and warnings only.")
@click.option("-v", "--verbose", is_flag=True, help="Print notes even when quiet.")
@click.pass_context
def main(ctx: click.Context, project: Path, format_: str, color: str, quiet: bool, verbose: bool) -> None:
    """Compile one model policy into the configuration of every coding agent.

    gsdc reads profiles and fleets, checks the never-break rules over every reachable state, and writes what OpenCode,
    Claude Code, sub-agent executors and get-shit-done plans need. `build` never touches your files.
    """
    ctx.obj = Session(project, format_, color, quiet, verbose)
