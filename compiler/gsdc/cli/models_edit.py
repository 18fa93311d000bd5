"""``gsdc models add`` and ``update``: write a project's own models and current prices into its files."""

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from gsdc.cli.options import shared
from gsdc.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gsdc.policy.load import Loaded
    from gsdc.policy.model import Model

_NEW_OVERLAY: Final = "# Where {source} differs from the catalog. Written by gsdc models update.\n"


class _Edit(NamedTuple):
    """An edit of the file ``name``: values and comments by key, in the text ``new`` if the file does not exist."""

    name: str
    values: "Mapping[tuple[str, ...], Any]"
    comments: "Mapping[tuple[str, ...], str]"
    new: str = ""


@click.command(epilog="Example: gsdc models add anthropic/claude-opus-6 --input 4 --output 20")
@click.argument("id_", metavar="ID")
@click.option("--rank", type=click.IntRange(0, 99), help="Its rank, instead of a guess from its line.")
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
        session.stop("give --input and --output together")
    loaded = _loaded(session)
    models = loaded.policy.models if loaded.policy else {}
    given = {"rank": rank, "price": None if into is None else {"input": into, "output": out}, "context": context}
    _stop_at_known(session, models, id_)
    entry = entry_for(id_, models, {key: value for key, value in given.items() if value is not None})
    key = ("models", entry.alias)
    comments: dict[tuple[str, ...], str] = {(*key, of): say for of, say in entry.guesses.items()}
    _write(session, loaded, _Edit(PROJECT_FILE, {key: entry.values}, comments))
    if session.format == "json":
        session.print_json({"path": PROJECT_FILE, "alias": entry.alias, "guessed": sorted(entry.guesses)})
    session.say(f"next: check the guessed values, then use {entry.alias} in a profile, or move an alias to it: a line")
    session.say(f"  such as `opus: {{release: {entry.alias}}}` below `models:`; gsdc models show {entry.alias}")


def _stop_at_known(session: Session, models: "Mapping[str, Model]", id_: str) -> None:
    """Exit if a model of the policy already has the id."""
    for alias, model in models.items():
        if id_ == alias or id_ in model.ids.values():
            session.say(f'"{id_}" is known: it is "{alias}" ({model.identity.release or "unknown"}, rank {model.rank})')
            raise SystemExit(0)


@click.command(epilog="Example: gsdc models update --from models.dev --apply")
@click.option("--from", "source", metavar="SOURCE", required=True, help="Where prices, windows and ends come from.")
@click.option("--apply", "is_applied", is_flag=True, help="Write models.yaml instead of showing the difference.")
@shared
@click.pass_obj
def update(session: Session, source: str, is_applied: bool) -> None:
    """Show where SOURCE differs from the catalog, and which releases are new, as a diff of models.yaml.

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
        session.say(f"{source} agrees with the catalog")
        return
    today = date.today().isoformat()  # noqa: DTZ011 - a day as people count it
    values = {("as-of",): today, **proposal.values}
    edit = _Edit(MODELS_FILE, values, {}, _NEW_OVERLAY.format(source=source))
    _write(session, loaded, edit, is_shown=not is_applied)
    session.say(f"{len(proposal.changed)} changed, {len(proposal.new)} new")


def _loaded(session: Session) -> "Loaded":
    """Return the project; exit if there is no gsdc.yaml or no valid policy."""
    from gsdc.policy.load import load

    loaded = load(session.recovered_folder())
    if not loaded.project.configured and not loaded.findings:
        session.stop("no gsdc.yaml here: run `gsdc init` first")
    if loaded.policy is None:
        session.finish(loaded.findings)
    return loaded


def _write(
    session: Session,
    loaded: "Loaded",
    edit: _Edit,
    *,
    is_shown: bool = False,
) -> None:
    """Apply an ``edit`` of the project in a transaction, or show the change of the file."""
    from gsdc.finding import Rejected
    from gsdc.upkeep.edit import edited

    try:
        result = edited(loaded, *edit)
    except Rejected as rejected:
        session.finish(rejected.findings)
    before, after = (image.content.decode() if image else "" for image in (result.change.before, result.change.after))
    if result.findings:
        session.finish(result.findings)
    if is_shown:
        session.print_diff(edit.name, before, after)
        return
    from gsdc.cli.changing import exclusive_session, now
    from gsdc.transaction.commit import commit
    from gsdc.transaction.log import user
    from gsdc.transaction.record import RecordHeader

    with exclusive_session(session, "gsdc models") as store:
        made = commit(store, RecordHeader("models", now(), user(), ""), (result.change,)).number
    session.say(f"wrote {result.change.path} as change {made}")
