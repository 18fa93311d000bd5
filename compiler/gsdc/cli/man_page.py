"""The man page: the text of ``--help`` in the macros of man(7)."""

from collections.abc import Iterator, Mapping

import click

from gsdc import __version__


def man_page(group: click.Group, jobs: Mapping[str, Mapping[str, str]]) -> str:
    """Return the man page gsdc(1) of ``group``; ``jobs`` are its commands by job, each with its description.

    Options that all commands share are listed once.
    """
    context = click.Context(group, info_name="gsdc")
    lines = [f'.TH GSDC 1 "" "gsdc {__version__}"', ".SH NAME", f"gsdc \\- {_plain(group.get_short_help_str(200))}"]
    lines += [".SH SYNOPSIS", r".B gsdc", r"[\fIOPTIONS\fR] \fICOMMAND\fR [\fIARGS\fR]"]
    lines += [".SH DESCRIPTION", *_paragraphs(group.help or "")]
    lines += [".SH OPTIONS", "Before or after the command:", *_options(group, context)]
    for job, commands in jobs.items():
        lines.append(f'.SH "{job.upper()} COMMANDS"')
        for name, what in commands.items():
            found = group.get_command(context, name)
            assert found is not None
            lines += _command(found, click.Context(found, context, info_name=name), _plain(what))
    lines += [".SH EXIT STATUS", *_EXIT, ".SH SEE ALSO", r"\fBgsdc help\fR lists the pages of the guide."]
    return "\n".join(lines)


_EXIT = (
    *(".TP", ".B 0", "clean"),
    *(".TP", ".B 1", r"findings, a difference, or a refusal"),
    *(".TP", ".B 2", "gsdc cannot start: wrong usage, unreadable input, or another process is running"),
    *(".TP", ".B 3", "a change failed and was rolled back"),
)


def _command(command: click.Command, context: click.Context, what: str) -> Iterator[str]:
    usage = " ".join(command.collect_usage_pieces(context))
    yield from (f'.SS "{context.command_path}"', rf"\fB{context.command_path}\fR {_plain(usage)}", ".PP")
    yield from _paragraphs(command.help or what)
    yield from _options(command, context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            part = command.get_command(context, name)
            assert part is not None
            yield from _command(part, click.Context(part, context, info_name=name), "")
    if command.epilog:
        yield from (".PP", _plain(command.epilog))


def _paragraphs(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(text.split("\n\n")):
        yield from ([".PP"] if number else [])
        yield _plain(" ".join(paragraph.replace("\b", "").split()))


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    root = context.find_root()
    shared = set[str]() if context is root else {opt for each in root.command.get_params(root) for opt in each.opts}
    for parameter in command.get_params(context):
        if shared.intersection(parameter.opts):
            continue
        record = parameter.get_help_record(context)
        if record is not None:
            yield from (".TP", rf"\fB{_plain(record[0])}\fR", _plain(record[1]))


def _plain(text: str) -> str:
    """Return ``text`` escaped so that roff reads no commands in it."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("`", r"\(ga").replace("'", r"\(aq")
    return rf"\&{text}" if text.startswith(".") else text
