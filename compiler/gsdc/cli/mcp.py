"""``gsdc mcp``: a server for the Model Context Protocol."""

import gc
import os
import sys

import click

from gsdc.cli.options import shared
from gsdc.cli.session import Session


@click.command(epilog="Example: gsdc mcp --project . (in Claude Code: claude mcp add gsdc -- gsdc mcp)")
@shared
@click.pass_obj
def command(session: Session) -> None:
    """Serve the project's policy over MCP (Model Context Protocol), on standard input and output.

    Agents and orchestrators ask which model an agent gets, what budget is left and how a plan's tasks are handed out.
    The tools read; only log_tokens writes, into the ledger. Paths that lead out of the project's folder are refused.
    """
    from gsdc import __version__

    root = session.place().resolve()
    if sys.stdin.isatty():
        session.warn("an MCP client starts this command and writes to it: see gsdc help mcp")
    os.chdir(root)
    gc.enable()  # gsdc disables it for short commands
    requests, answers = _own(0, os.O_RDONLY), _own(1, os.O_WRONLY)
    from gsdc.cli.mcp_tools import INSTRUCTIONS, tools
    from gsdc.mcp.protocol import Server

    with open(requests, "rb") as reader, open(answers, "wb") as writer:  # noqa: PTH123 - descriptors
        try:
            Server("gsdc", __version__, INSTRUCTIONS, tools(root)).serve(reader, writer)
        except KeyboardInterrupt:
            return


def _own(number: int, mode: int) -> int:
    """Reserve a standard stream for the protocol; other readers get no input, other writers write to stderr."""
    kept = os.dup(number)
    if mode == os.O_RDONLY:
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, number)
        os.close(nothing)
    else:
        os.dup2(2, number)
    return kept
