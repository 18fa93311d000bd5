"""``gsdc models``: the models that are known, and what an id is."""

from typing import TYPE_CHECKING, Any, Final

import click

from gsdc.cli import completion
from gsdc.cli.session import Session, shared
from gsdc.models.id_spaces import ID_SPACES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gsdc.policy.model import Model

_CLIENTS: Final = ("claude", "opencode", "litellm", "gsd", *ID_SPACES)


@click.group(invoke_without_command=True, epilog="Example: gsdc models --for opencode; gsdc models show opus")
@click.option("--for", "client", type=click.Choice(_CLIENTS), help="Only models that this client has an id for.")
@click.option("--retired", is_flag=True, help="Also models that have ended.")
@shared
@click.pass_context
def command(ctx: click.Context, client: str | None, retired: bool) -> None:
    """List the models that are known: those of the policy first, then every other release.

    Prices are $ per million tokens: input/output, and those of the cache where they are known.
    """
    if ctx.invoked_subcommand is not None:
        return
    from datetime import date

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
    rows: list[tuple[str, ...]] = [
        ("alias", "line", "release", "tier", "rank", "$ in/out", "$ cache", "context", "ends", "ids")
    ]
    rows += [_row(model, client) for model in found]
    for line in table(rows, "<<<<>>>><<"):
        session.tell(line)


@command.command(epilog="Example: gsdc models show openrouter/anthropic/claude-opus-4.8")
@click.argument("id_", metavar="ID", shell_complete=completion.of("model"))
@shared
@click.pass_obj
def show(session: Session, id_: str) -> None:
    """Say what ID, in any client's spelling, is taken for, and why."""
    from gsdc.models.catalog import rank_of
    from gsdc.models.identity import identify
    from gsdc.policy.recognition import Age, recognise

    models = {model.alias: model for model in _models(session)}
    found = models[id_].identity if id_ in models else identify(id_)
    recognised = recognise(models, "", id_)
    known, age = models.get(id_) or recognised.model, recognised.age
    rank = rank_of(found)
    if session.format == "json":
        session.print_json({**found._asdict(), "release": found.release, "rank": rank, "alias": known and known.alias})
        return
    if not found.line:
        guess = f"; it may be meant for {found.guess}, on which nothing relies" if found.guess else ""
        session.say(f'"{id_}" is unknown: {found.why}{guess}')
        session.say("it counts as too weak for every floor")
        return
    session.say(f'"{id_}" is {found.release}, of {found.maker}{f", served by {found.host}" if found.host else ""}')
    if rank is not None:
        session.say(f"rank {rank}, by its line and generation")
    if known is not None:
        word = "it is" if age is Age.SAME or id_ in models else f"its release is {age} than that of"
        session.say(
            f'{word} "{known.alias}": {_prices(known)} $ per million tokens, {known.context:,} tokens of context'
        )


def _models(session: Session) -> "Iterator[Model]":
    from gsdc.models.catalog import release_entry, releases
    from gsdc.policy.entry import model_of
    from gsdc.policy.load import load
    from gsdc.policy.model import Ref

    loaded = load(session.folder())
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


def _row(model: "Model", client: str | None) -> tuple[str, ...]:
    cache = [model.cache_read_price, model.cache_write_price]
    ids = [model.id_in(client) or ""] if client else dict.fromkeys(model.ids.values())
    return (
        model.alias,
        model.identity.line,
        model.identity.release,
        model.tier,
        str(model.rank),
        _prices(model),
        "/".join("-" if price is None else f"{price:g}" for price in cache),
        f"{model.context:,}",
        model.deprecated or "",
        " ".join(ids),
    )


def _data(model: "Model") -> dict[str, Any]:
    prices = {
        "input": model.input_price,
        "output": model.output_price,
        "cache-read": model.cache_read_price,
        "cache-write": model.cache_write_price,
    }
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
