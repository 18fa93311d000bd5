"""``gsdc help``: the guide in the terminal."""

from typing import TYPE_CHECKING, Final

import click

from gsdc.cli import completion
from gsdc.cli.options import FORMATS, printing
from gsdc.cli.session import Session

if TYPE_CHECKING:
    from gsdc.guide import Page

MARKDOWN: Final = "md"
MAN: Final = "man"
_WIDEST: Final = 100  # wider lines are hard to read


@click.command(epilog="Example: gsdc help recipes; gsdc help models --format md; gsdc help --format man > gsdc.1")
@click.argument("topic", required=False, shell_complete=completion.of("topic"))
@printing((*FORMATS, MARKDOWN, MAN))
@click.pass_context
def command(ctx: click.Context, topic: str | None) -> None:
    """Show the page of the guide on TOPIC, or list the topics.

    For a command, show its --help; for a target or client, what it reads, writes and cannot express.

    With --format man, print the man page of all commands.
    """
    from gsdc.cli import COMMANDS, GROUPS, LazyGroup, main
    from gsdc.finding import nearest
    from gsdc.guide import TOPICS, Page, page, pages, row
    from gsdc.targets.registry import compiled_targets

    session: Session = ctx.obj
    if session.format == MAN:
        from gsdc.cli.man_page import man_page

        if topic is not None or not isinstance(main, LazyGroup):
            session.stop("there is one man page for all commands: leave out the topic")
        session.echo(man_page(main, GROUPS))
    elif topic is None:
        _list(session, pages())
    elif topic in TOPICS:
        _show(session, page(topic))
    elif topic in COMMANDS and isinstance(main, LazyGroup):
        found = main.get_command(ctx, topic)
        assert found is not None
        click.echo(found.get_help(click.Context(found, ctx.parent, topic)))
    elif text := row(topic):
        _show(session, Page(topic, topic, "", text))
    else:
        session.stop(f'no topic "{topic}": {nearest(topic, [*TOPICS, *COMMANDS, *compiled_targets()])}')
    if topic in TOPICS and topic in COMMANDS:
        session.say(f"`gsdc {topic} --help` lists the options of the command")


def _list(session: Session, found: "list[Page]") -> None:
    if session.format == "json":
        session.print_json([{"topic": page.topic, "title": page.title, "about": page.about} for page in found])
        return
    from gsdc.report.table import table

    for line in table([("topic", "about"), *((page.topic, page.about) for page in found)], "<<"):
        session.echo(line)
    session.say()
    session.say("`gsdc help TOPIC` shows a page, `gsdc help COMMAND` options, `gsdc help TARGET` what it writes")


def _show(session: Session, page: "Page") -> None:
    if session.format == "json":
        session.print_json(page._asdict())
    elif session.format == MARKDOWN:
        session.echo(page.text.rstrip())
    else:
        from gsdc.report.markdown import render
        from gsdc.report.page_width import terminal_width

        style = click.style if session.colored else lambda text, **_: text
        session.echo("\n".join(render(page.text, min(terminal_width(), _WIDEST), style)).rstrip())
