"""Options that several commands share."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from gsdc.cli import completion

if TYPE_CHECKING:
    from gsdc.cli.session import Session


FORMATS: Final = ("text", "json")
REPORTS: Final = (*FORMATS, "sarif", "github", "junit")  # of a command whose only output is findings
COLORS: Final = ("auto", "always", "never")
ZONES: Final = ("green", "yellow", "orange", "red")  # as in gsdc.policy.model, which is slow to import
AUTO: Final = "auto"


Command = Callable[..., None]


def shared(function: Command) -> Command:
    """Add the global printing options to a command: people also write them after the command's name."""
    return printing(FORMATS)(function)


def printing(  # long: a line for each argument of five options
    formats: tuple[str, ...],
) -> Callable[[Command], Command]:
    """Add the options of ``shared`` to a command that prints in other ``formats``."""

    def replace(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
        def callback(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:  # noqa: ARG001
            if value:
                ctx.obj = ctx.obj._replace(**{name: value})

        return callback

    def replace_format(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
        # Options before the command's name are checked here, where the command's formats are known.
        chosen = parameter.type.convert(value or ctx.obj.format, parameter, ctx)
        ctx.obj = ctx.obj._replace(format=chosen)

    options = (
        click.option(
            "--format",
            type=click.Choice(formats),
            expose_value=False,
            callback=replace_format,
            help="The output format.",
        ),
        click.option(
            "--color",
            type=click.Choice(COLORS),
            expose_value=False,
            callback=replace("color"),
            help="When to use colours.",
        ),
        click.option(
            "-q",
            "--quiet",
            is_flag=True,
            expose_value=False,
            callback=replace("quiet"),
            help="Print errors and warnings only.",
        ),
        click.option(
            "-v",
            "--verbose",
            is_flag=True,
            expose_value=False,
            callback=replace("verbose"),
            help="Print notes as well.",
        ),
        click.option(
            "--project",
            type=click.Path(file_okay=False, path_type=Path),
            expose_value=False,
            callback=replace("root"),
            help="The project's folder.",
        ),
    )

    def decorate(function: Command) -> Command:
        for option in options:
            function = option(function)
        return function

    return decorate


def of_policy(function: Command) -> Command:
    """Add the options that select the policy: ``profile``, ``workflow`` and ``fleets``."""
    for option in (
        click.option(
            "--fleet",
            "fleets",
            multiple=True,
            shell_complete=completion.of("fleet"),
            help="A fleet; repeatable. Those of gsdc.yaml by default.",
        ),
        click.option(
            "--workflow", shell_complete=completion.of("workflow"), help="An overlay, such as planning-heavy."
        ),
        click.option(
            "--profile",
            shell_complete=completion.of("profile"),
            help="The profile; that of gsdc.yaml, or balanced, by default.",
        ),
    ):
        function = option(function)
    return function


def of_targets(function: Command) -> Command:
    """Add the option ``targets``; none means all in use."""
    return click.option(
        "--target",
        "targets",
        multiple=True,
        shell_complete=completion.of("target"),
        help="A target; repeatable. All in use by default.",
    )(function)


def gathered(kind: Callable[..., Any]) -> Callable[[Command], Command]:
    """Pass a command's options as one value of ``kind``, a named tuple, instead of one parameter each."""

    def decorate(function: Command) -> Command:
        @wraps(function)
        def with_one(session: "Session", /, **options: Any) -> None:
            function(session, kind(**options))

        return with_one

    return decorate


def following(function: Command) -> Command:
    """Add the option to follow symbolic links out of the project."""

    def callback(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:  # noqa: ARG001
        ctx.obj = ctx.obj._replace(follow_links=value)

    return click.option(
        "--follow-links",
        is_flag=True,
        expose_value=False,
        callback=callback,
        help="Follow symbolic links that lead out of the project.",
    )(function)


def in_zone(function: Command) -> Command:
    """Add the option for the budget ``zone``; "auto" is the ledger's current zone."""

    @wraps(function)
    def in_that(*arguments: Any, zone: str, **options: Any) -> None:
        if zone == AUTO:
            session: Session = click.get_current_context().obj
            zone = session.zone_of_ledger(options.get("profile"))
        function(*arguments, zone=zone, **options)

    help_ = 'The budget zone; "auto" takes it from the ledger, as `gsdc budget` does.'
    return click.option("--zone", type=click.Choice((*ZONES, AUTO)), default=ZONES[0], help=help_)(in_that)
