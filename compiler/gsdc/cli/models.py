"""``gsdc models``: list known models, and identify an id."""

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from gsdc.cli import completion
from gsdc.cli.models_edit import add, update
from gsdc.cli.options import gathered, of_policy, shared
from gsdc.cli.session import Session
from gsdc.models.id_spaces import ID_SPACES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from gsdc.policy.model import Model
    from gsdc.policy.recognition import Recognition


class _Days(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A number of days: 60d, or 60."""

    name = "days"

    def convert(self, value: Any, param: "click.Parameter | None", ctx: click.Context | None) -> "timedelta":
        from datetime import timedelta

        if isinstance(value, timedelta):
            return value
        digits = str(value).removesuffix("d")
        if not (digits.isdecimal() and digits.isascii() and len(digits) <= _MOST_DIGITS):
            self.fail(f'"{value}" is not a number of days, such as 60d', param, ctx)
        return timedelta(days=int(digits))


_MOST_DIGITS: Final = 4
_COLUMNS: Final = ("alias", "release", "tier", "rank", "$ in/out", "context", "ends")
_ALL_COLUMNS: Final = ("alias", "line", "release", "tier", "rank", "$ in/out", "$ cache", "context", "ends", "ids")
_WIDE: Final = 150  # terminal width in columns at which a full row fits on one line for most models
_CLIENTS: Final = ("claude", "opencode", "litellm", "gsd", *ID_SPACES)


@click.group(invoke_without_command=True, epilog="Example: gsdc models --for opencode; gsdc models show opus")
@click.option("--for", "client", type=click.Choice(_CLIENTS), help="Only models that this client can run.")
@click.option("--all", "whole", is_flag=True, help="All known releases, with cache prices and all ids.")
@click.option("--retired", is_flag=True, help="Include models that have ended.")
@shared
@click.pass_context
def command(ctx: click.Context, client: str | None, whole: bool, retired: bool) -> None:
    """List the models that profiles can name by an alias; with --all or --for, every release that is known as well.

    Prices are $ per million tokens: input/output. Lines, prices of the cache (read/written) and ids are left out where
    the terminal is narrow; JSON has all of it.
    """
    if ctx.invoked_subcommand is not None:
        return
    from datetime import date

    from gsdc.report.page_width import limit
    from gsdc.report.table import table

    session: Session = ctx.obj
    today = date.today().isoformat()  # noqa: DTZ011 - a day as people count it
    found = [
        model
        for model in _models(session)
        if (client is None or model.id_in(client) is not None)
        and (retired or not model.deprecated or model.deprecated > today)
    ]
    if session.format == "json":
        session.print_json([_data(model) for model in found])
        return
    shown = found
    columns: tuple[str, ...]
    if client is not None:
        columns, align = ("alias", "rank", "$ in/out", f"id in {client}"), "<>><"
    else:
        width = limit()
        is_wide = whole or retired or width is None or width >= _WIDE
        columns, align = (_ALL_COLUMNS, "<<<<>>>><<") if is_wide else (_COLUMNS, "<<<>>><")
        if not whole and not retired:
            shown = [model for model in found if model.ref.document]
    rows = [columns, *(_row(model, columns) for model in shown)]
    for line in table(rows, align):
        session.tell(line)
    if len(shown) < len(found):
        session.say(f"{len(found) - len(shown)} more releases: gsdc models --all; what an id is: gsdc models show ID")


@command.command(epilog="Example: gsdc models show openrouter/anthropic/claude-opus-4.8")
@click.argument("id_", metavar="ID", shell_complete=completion.of("model"))
@shared
@click.pass_obj
def show(session: Session, id_: str) -> None:
    """Say what ID, in any client's spelling, is taken for, and why.

    A word of clients' own, such as opus, is what each client makes of it; an alias of the catalog counts first.
    """
    from gsdc.models.catalog import rank_of
    from gsdc.models.identity import identify
    from gsdc.models.words import meanings
    from gsdc.policy.recognition import recognise
    from gsdc.policy.unknown_model import guessed_rank

    models = {model.alias: model for model in _models(session)}
    found = models[id_].identity if id_ in models else identify(id_)
    recognised = recognise(models, "", id_)
    recognised = recognised._replace(identity=found, model=models.get(id_) or recognised.model)
    words = meanings(id_)
    if session.format == "json":
        known = recognised.model
        session.print_json(
            {
                **found._asdict(),
                "release": found.release,
                "rank": rank_of(found),
                "guessed_rank": None if found.line else guessed_rank(found),
                "alias": known and known.alias,
                "words": {client: meant.model for client, meant in words.items()},
            }
        )
        return
    if found.line or recognised.model is not None or not words:
        for line in _taken_for(id_, recognised, is_alias=id_ in models):
            session.say(line)
    for client, meant in words.items():
        session.say(f"in {client} {meant.since} the word means {_meant(meant.model)}")


def _taken_for(id_: str, found: "Recognition", *, is_alias: bool) -> "Iterator[str]":
    """Yield, as text, how an id is interpreted."""
    from gsdc.models.catalog import rank_of
    from gsdc.policy.recognition import Age
    from gsdc.policy.unknown_model import how_to_confirm, what_is_told

    identity, known, age = found
    if identity.line:
        served = f", served by {identity.host}" if identity.host else ""
        yield f'"{id_}" is {identity.release}, of {identity.maker}{served}'
        rank = rank_of(identity)
        if rank is not None:
            yield f"rank {rank}, by its line and generation"
        if known is not None:
            if age is Age.SAME or is_alias:
                yield f'it is "{known.alias}": {_facts(known)}'
            else:
                yield f'it is not in the catalog; it is {age} than "{known.alias}", which has {_facts(known)}'
                yield f"next: {how_to_confirm(id_)}"
    elif known is not None:
        yield f'"{id_}" is "{known.alias}", which gsdc.yaml describes: rank {known.rank}, {_facts(known)}'
        yield f"its name does not tell the model: {identity.why}"
    else:
        yield f'"{id_}" is unknown: {what_is_told(identity)}'
        yield f"next: {how_to_confirm(id_)}"


def _meant(model: str) -> str:
    from gsdc.models.words import INHERIT

    return "the caller's model" if model == INHERIT else model


def _facts(model: "Model") -> str:
    longer = "".join(
        f" ({one.input_price:g}/{one.output_price:g} for prompts above {one.above:,} tokens)"
        for one in model.long_prices
    )
    return f"{_prices(model)} $ per million tokens{longer}, {model.context:,} tokens of context"


class _Check(NamedTuple):
    """The options of a check: the policy, the date, and the source to compare with."""

    within: "timedelta"
    today: "datetime | None"
    source: str | None
    profile: str | None
    workflow: str | None
    fleets: tuple[str, ...]


@command.command(epilog="Example: gsdc models check --within 90d; gsdc models check --from litellm")
@click.option("--within", type=_Days(), default="60d", help="Report models that end within this time, such as 60d.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Check as of another day.")
@click.option("--from", "source", metavar="SOURCE", help="Compare prices, windows and ends with a source.")
@of_policy
@shared
@click.pass_obj
@gathered(_Check)
def check(session: Session, asked: _Check) -> None:
    """Check the models in use: what has ended or ends soon, what is newer, and where a source differs.

    SOURCE is a file or a URL in the shape of LiteLLM's price map or of models.dev, or one of litellm, models.dev (both
    fetched), genai-prices, opencode (both as installed). Exits with 1 on a finding.
    """
    from datetime import date

    from gsdc.finding import Rejected
    from gsdc.policy.load import load
    from gsdc.upkeep.check import check_models
    from gsdc.upkeep.source import read_source

    loaded = load(session.recovered_folder(), profile=asked.profile, workflow=asked.workflow, fleets=asked.fleets)
    if loaded.policy is None:
        session.finish(loaded.findings)
    day = date.today() if asked.today is None else asked.today.date()  # noqa: DTZ011 - a day as people count it
    try:
        facts = {} if asked.source is None else read_source(asked.source, session.root)
    except Rejected as rejected:
        session.finish(rejected.findings)
    session.finish(check_models(loaded, loaded.policy, day, asked.within, facts, asked.source or ""))


command.add_command(add)
command.add_command(update)


def _models(session: Session) -> "Iterator[Model]":
    from gsdc.models.catalog import release_entry, releases
    from gsdc.policy.entry import model_of
    from gsdc.policy.load import load
    from gsdc.policy.ref import Ref

    loaded = load(session.recovered_folder())
    if loaded.policy is None:
        session.finish(loaded.findings)
    yield from loaded.policy.models.values()
    bounds = loaded.project.sources.shipped("catalog.yaml", "catalog").data["tiers"]
    for name in releases():
        entry = release_entry(name)
        if name not in loaded.policy.models and entry is not None:
            yield model_of(name, entry, bounds, Ref(""))


def _prices(model: "Model") -> str:
    return f"{model.input_price:g}/{model.output_price:g}"


def _row(model: "Model", columns: tuple[str, ...]) -> tuple[str, ...]:
    cache = (model.cache_read_price, model.cache_write_price)
    cells = {
        "alias": model.alias,
        "line": model.identity.line,
        "release": model.identity.release.removeprefix(model.identity.line).strip(),
        "tier": model.tier,
        "rank": str(model.rank),
        "$ in/out": _prices(model),
        "context": f"{model.context:,}",
        "ends": model.deprecated or "",
        "$ cache": "/".join("-" if price is None else f"{price:g}" for price in cache),
        "ids": " ".join(dict.fromkeys(model.ids.values())),
    }
    return tuple(cells[name] if name in cells else model.id_in(name.split()[-1]) or "" for name in columns)


def _data(model: "Model") -> dict[str, Any]:
    prices: dict[str, Any] = {
        "input": model.input_price,
        "output": model.output_price,
        "cache-read": model.cache_read_price,
        "cache-write": model.cache_write_price,
    }
    if model.long_prices:
        prices["long-prompts"] = [
            {
                "above": one.above,
                "input": one.input_price,
                "output": one.output_price,
                "cache-read": one.cache_read_price,
                "cache-write": one.cache_write_price,
            }
            for one in model.long_prices
        ]
    return {
        "alias": model.alias,
        "line": model.identity.line,
        "release": model.identity.release,
        "tier": model.tier,
        "rank": model.rank,
        "ids": {client: id_ for client in _CLIENTS if (id_ := model.id_in(client)) is not None},
        "price": prices,
        "context": model.context,
        "ends": model.deprecated,
    }
