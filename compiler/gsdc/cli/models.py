"""``gsdc models``: the models that are known, and what an id is."""

from typing import TYPE_CHECKING, Any, Final

import click

from gsdc.cli import completion
from gsdc.cli.options import of_policy, shared
from gsdc.cli.session import Session
from gsdc.models.id_spaces import ID_SPACES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime, timedelta

    from gsdc.policy.load import Loaded
    from gsdc.policy.model import Model


class _Days(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A number of days: 60d, or 60."""

    name = "days"

    def convert(self, value: Any, param: "click.Parameter | None", ctx: click.Context | None) -> "timedelta":
        from datetime import timedelta

        if isinstance(value, timedelta):
            return value
        digits = str(value).removesuffix("d")
        if not (digits.isdecimal() and digits.isascii() and len(digits) <= _MOST_DIGITS):
            self.fail(f'"{value}" is no number of days, such as 60d', param, ctx)
        return timedelta(days=int(digits))


_MOST_DIGITS: Final = 4
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
    from gsdc.policy.unknown_model import how_to_confirm, what_is_told

    models = {model.alias: model for model in _models(session)}
    found = models[id_].identity if id_ in models else identify(id_)
    recognised = recognise(models, "", id_)
    known, age = models.get(id_) or recognised.model, recognised.age
    rank = rank_of(found)
    if session.format == "json":
        session.print_json({**found._asdict(), "release": found.release, "rank": rank, "alias": known and known.alias})
    elif found.line:
        session.say(f'"{id_}" is {found.release}, of {found.maker}{f", served by {found.host}" if found.host else ""}')
        if rank is not None:
            session.say(f"rank {rank}, by its line and generation")
        if known is not None:
            is_same = age is Age.SAME or id_ in models
            word = "it is" if is_same else f"its release is {age} than that of"
            session.say(f'{word} "{known.alias}": {_facts(known)}')
    elif known is not None:
        session.say(f'"{id_}" is "{known.alias}", which gsdc.yaml describes: rank {known.rank}, {_facts(known)}')
        session.say(f"its name does not say which model it is: {found.why}")
    else:
        session.say(f'"{id_}" is unknown: {what_is_told(found)}')
        session.say(f"next: {how_to_confirm(id_)}")


def _facts(model: "Model") -> str:
    longer = "".join(
        f" ({one.input_price:g}/{one.output_price:g} for prompts above {one.above:,} tokens)"
        for one in model.long_prices
    )
    return f"{_prices(model)} $ per million tokens{longer}, {model.context:,} tokens of context"


@command.command(epilog="Example: gsdc models check --within 90d; gsdc models check --from litellm")
@click.option("--within", type=_Days(), default="60d", help="How soon an end is a finding, such as 60d.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Check as of another day.")
@click.option("--from", "source", metavar="SOURCE", help="Compare prices, windows and ends with a source.")
@of_policy
@shared
@click.pass_obj
def check(
    session: Session,
    within: "timedelta",
    today: "datetime | None",
    source: str | None,
    profile: str | None,
    workflow: str | None,
    fleets: tuple[str, ...],
) -> None:
    """Check the models in use: what has ended or ends soon, what is newer, and what a source says otherwise.

    SOURCE is a file or a URL in the shape of LiteLLM's price map or of models.dev, or one of litellm, models.dev (both
    fetched), genai-prices, opencode (both as installed). Exits with 1 on a finding.
    """
    from datetime import date

    from gsdc.finding import Rejected
    from gsdc.policy.load import load
    from gsdc.upkeep.check import check_models
    from gsdc.upkeep.source import read_source

    loaded = load(session.folder(), profile=profile, workflow=workflow, fleets=fleets)
    if loaded.policy is None:
        session.finish(loaded.findings)
    day = date.today() if today is None else today.date()  # noqa: DTZ011 - a day as people count it
    try:
        facts = {} if source is None else read_source(source, session.root)
    except Rejected as rejected:
        session.finish(rejected.findings)
    session.finish(check_models(loaded, loaded.policy, day, within, facts, source or ""))


@command.command(epilog="Example: gsdc models add anthropic/claude-opus-6 --input 4 --output 20")
@click.argument("id_", metavar="ID")
@click.option("--rank", type=click.IntRange(0, 99), help="How able it is, instead of a guess by its line.")
@click.option("--input", "into", type=click.FloatRange(0), help="$ per million tokens of input, instead of a guess.")
@click.option("--output", "out", type=click.FloatRange(0), help="$ per million tokens of output, instead of a guess.")
@click.option("--context", type=click.IntRange(1000), help="Its window in tokens, instead of a guess.")
@shared
@click.pass_obj
def add(
    session: Session, id_: str, rank: int | None, into: float | None, out: float | None, context: int | None
) -> None:
    """Write an entry for ID, in any client's spelling, into gsdc.yaml.

    What nobody said is guessed from the nearest release of its line, and marked by a comment. Every other byte stays.
    """
    from gsdc.source.tree import PROJECT_FILE
    from gsdc.upkeep.entry import entry_for

    if (into is None) != (out is None):
        session.stop("--input and --output belong together")
    loaded = _loaded(session)
    models = loaded.policy.models if loaded.policy else {}
    given = {"rank": rank, "price": None if into is None else {"input": into, "output": out}, "context": context}
    _stop_at_known(session, models, id_)
    entry = entry_for(id_, models, {key: value for key, value in given.items() if value is not None})
    key = ("models", entry.alias)
    _write(session, loaded, PROJECT_FILE, {key: entry.values}, {(*key, of): say for of, say in entry.guesses.items()})
    session.say(f"next: look at what is guessed, then name {entry.alias} in a profile; gsdc models show {entry.alias}")


def _stop_at_known(session: Session, models: "Mapping[str, Model]", id_: str) -> None:
    """Exit where a model of the policy has the id already."""
    for alias, model in models.items():
        if id_ == alias or id_ in model.ids.values():
            session.say(f'"{id_}" is known: it is "{alias}" ({model.identity.release or "unknown"}, rank {model.rank})')
            raise SystemExit(0)


@command.command(epilog="Example: gsdc models update --from models.dev --apply")
@click.option("--from", "source", metavar="SOURCE", required=True, help="Where prices, windows and ends come from.")
@click.option("--apply", "is_applied", is_flag=True, help="Write models.yaml instead of showing the difference.")
@shared
@click.pass_obj
def update(session: Session, source: str, is_applied: bool) -> None:
    """Show what SOURCE says otherwise than the catalog, and which releases are new, as a difference of models.yaml.

    models.yaml lies over the shipped catalog and below gsdc.yaml. Ranks are never touched: a new release has that of
    its line. SOURCE is a file or a URL in the shape of LiteLLM's price map or of models.dev, or one of litellm,
    models.dev (both fetched), genai-prices, opencode (both as installed).
    """
    from datetime import date

    from gsdc.finding import Rejected
    from gsdc.policy.project import MODELS_FILE
    from gsdc.upkeep.source import read_source
    from gsdc.upkeep.update import propose

    loaded = _loaded(session)
    try:
        proposal = propose(loaded, read_source(source, session.root))
    except Rejected as rejected:
        session.finish(rejected.findings)
    if not proposal.values:
        session.say(f"{source} says nothing else than the catalog")
        return
    today = date.today().isoformat()  # noqa: DTZ011 - a day as people count it
    values = {("as-of",): today, **proposal.values}
    _write(session, loaded, MODELS_FILE, values, {}, new=_NEW_OVERLAY.format(source=source), is_shown=not is_applied)
    session.say(f"{len(proposal.changed)} changed, {len(proposal.new)} new")


_NEW_OVERLAY: Final = "# What {source} says of models otherwise than the catalog: gsdc models update wrote it.\n"


def _loaded(session: Session) -> "Loaded":
    """Return the project; exit where there is no gsdc.yaml, or no policy."""
    from gsdc.policy.load import load

    loaded = load(session.folder())
    if not loaded.project.configured and not loaded.findings:
        session.stop("there is no gsdc.yaml here: gsdc init writes one")
    if loaded.policy is None:
        session.finish(loaded.findings)
    return loaded


def _write(
    session: Session,
    loaded: "Loaded",
    name: str,
    values: "Mapping[tuple[str, ...], Any]",
    comments: "Mapping[tuple[str, ...], str]",
    *,
    new: str = "",
    is_shown: bool = False,
) -> None:
    """Write ``values`` into the file ``name`` of the project in a transaction, or show how that would change it."""
    from gsdc.finding import Rejected
    from gsdc.upkeep.edit import edited

    try:
        result = edited(loaded, name, values, comments, new)
    except Rejected as rejected:
        session.finish(rejected.findings)
    before, after = (image.content.decode() if image else "" for image in (result.change.before, result.change.after))
    if result.findings:
        session.finish(result.findings)
    if is_shown:
        session.print_diff(name, before, after)
        return
    from gsdc.cli.changing import exclusive_session, now
    from gsdc.transaction.commit import commit
    from gsdc.transaction.log import user
    from gsdc.transaction.record import Header

    with exclusive_session(session, "gsdc models") as store:
        commit(store, Header("models", now(), user(), ""), (result.change,))
    session.say(f"wrote {result.change.path}")


def _models(session: Session) -> "Iterator[Model]":
    from gsdc.models.catalog import release_entry, releases
    from gsdc.policy.entry import model_of
    from gsdc.policy.load import load
    from gsdc.policy.ref import Ref

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
