"""``gsdc init``: write a first gsdc.yaml from the folder's content, or from client files."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from gsdc.cli import completion
from gsdc.cli.options import following, shared
from gsdc.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gsdc.importer.project import ImportedProject

_OLD: Final = ".gsdc/gsdc.yaml.old"


@click.command(epilog="Example: gsdc --project ~/code/shop init --from ~/code/shop")
@click.option(
    "--profile",
    shell_complete=completion.of("profile"),
    help="The profile to start from; by default balanced, or the one nearest to the files that --from reads.",
)
@click.option(
    "--from",
    "source",
    type=click.Path(file_okay=False, path_type=Path),
    help="Take over what the clients' files in this folder decide, as far as one policy can: OpenCode, Claude Code, "
    "get-shit-done, executors.",
)
@click.option(
    "--force", is_flag=True, help="Replace an existing gsdc.yaml; the old one is kept in .gsdc/gsdc.yaml.old."
)
@click.option("--dry-run", is_flag=True, help="Print the file instead of writing it.")
@following
@shared
@click.pass_obj
def command(session: Session, profile: str | None, source: Path | None, force: bool, dry_run: bool) -> None:
    """Write a commented gsdc.yaml that names the fleets and targets which this folder shows.

    With --from it also takes over what the clients' files there decide. One policy holds for all clients: where they
    disagree, the stronger model counts in all of them, and a build adds to OpenCode the agents of the others. All of
    that is printed, with what is misspelt or cannot be carried over. The JSON Schemas go into .gsdc/schemas/, where
    editors find them to complete the file.

    Where there is a gsdc.yaml, --from adds what is new (agents, fleets, targets) and changes nothing that stands there.
    --force writes a new one, and keeps the old one in .gsdc/gsdc.yaml.old.
    """
    from gsdc.finding import nearest
    from gsdc.initial import initial_text
    from gsdc.policy.sources import shipped_names
    from gsdc.source.tree import PROJECT_FILE

    root = session.recovered_folder()
    if profile is not None and profile not in shipped_names():
        session.stop(f'unknown profile "{profile}": {nearest(profile, shipped_names())}')
    location = root / PROJECT_FILE
    if not force and (location.exists() or location.is_symlink()):
        if source is not None:
            _merge(session, source, profile, dry_run=dry_run)
            return
        if not dry_run:
            session.stop(f"{location} already exists: `gsdc init --from .` adds what is new, --force replaces the file")
    imported = None if source is None else _imported(session, source, profile)
    text, seen = initial_text(root, profile or "balanced") if imported is None else (imported.text, _told(imported))
    replaced = False if dry_run else _write(session, text)
    if session.format == "json" or dry_run:
        _show(session, location, text, seen, imported, dry_run=dry_run)
    else:
        _answer(session, location, seen, imported, replaced=replaced)


def _show(
    session: Session,
    location: Path,
    text: str,
    seen: "Iterable[str]",
    imported: "ImportedProject | None",
    *,
    dry_run: bool,
) -> None:
    """Print the file, or the result as JSON."""
    if session.format == "json":
        data = imported.data() if imported is not None else {"seen": seen}
        session.print_json({"path": location.as_posix(), **data, **({"text": text} if dry_run else {})})
        return
    for line in text.splitlines():
        session.tell(line, fold=False)


def _answer(
    session: Session, location: Path, seen: "Iterable[str]", imported: "ImportedProject | None", *, replaced: bool
) -> None:
    """Print what was written, how to undo it, and the next step."""
    from gsdc.initial import SCHEMAS

    undo = f"the previous file is kept as {_OLD}" if replaced else "delete both to undo this"
    session.say(f"wrote {location.as_posix()} and {SCHEMAS}/: {undo}")
    for line in seen:
        session.say(f"  {line}")
    for step in (
        (
            "`gsdc agents` shows which model each agent gets",
            "`gsdc apply` installs the policy; `gsdc rollback` undoes it",
        )
        if imported is None
        else imported.next_steps
    ):
        session.say(f"next: {step}")


def _merge(session: Session, source: Path, profile: str | None, *, dry_run: bool) -> None:
    """Add to gsdc.yaml the settings that only the files in ``source`` have."""
    from gsdc.filesystem.file import replace_file
    from gsdc.filesystem.place import Root
    from gsdc.finding import Rejected
    from gsdc.importer.merge import merge
    from gsdc.policy.load import load
    from gsdc.source.tree import PROJECT_FILE, decode

    if profile is not None:
        session.stop("--profile is for a new gsdc.yaml: this one names its profile; edit it, or use --force")
    imported = _imported(session, source, None)
    loaded = load(session.root, follow_links=session.follow_links)
    try:
        text = decode(loaded.project.tree.read(PROJECT_FILE) or b"", PROJECT_FILE)
        merged = merge(loaded, text, imported)
        if not dry_run and merged.after != text:
            replace_file(Root(session.root).locate(PROJECT_FILE), merged.after.encode(), PROJECT_FILE)
    except Rejected as rejected:
        session.finish(rejected.findings)
    path = (session.root / PROJECT_FILE).as_posix()
    if session.format == "json":
        data = {"path": path, "added": merged.added, "left_out": merged.left_out}
        session.print_json(data | ({"text": merged.after} if dry_run else {}))
        return
    if dry_run:
        session.print_diff(PROJECT_FILE, text, merged.after)
    elif merged.added:
        session.say(f"added to {path}, the rest is unchanged")
    else:
        session.say(f"nothing new: {path} is unchanged")
    for title, words in (("added", merged.added), ("not imported", merged.left_out)):
        for line in [f"{title}:", *(f"  {word}" for word in words)] if words else []:
            session.say(f"  {line}")
    if merged.added:
        session.say("next: `gsdc agents` shows which model each agent gets; correct roles in gsdc.yaml")


def _imported(session: Session, source: Path, profile: str | None) -> "ImportedProject":
    """Return the project imported from the folder ``source``; exit if there is nothing to import."""
    from gsdc.finding import Rejected
    from gsdc.importer.project import import_project

    if not source.is_dir():
        session.stop(f'"{source}" is not a folder: name the one that holds the clients\' files')
    try:
        imported = import_project(source, profile, follow_links=session.follow_links)
    except Rejected as rejected:
        session.finish(rejected.findings)
    if imported is None:
        help_ = _others_below(source) or "run `gsdc lint`, or run `gsdc init` without --from"
        session.stop(f'no file of a client in "{source}" sets the model of an agent that can be imported: {help_}')
    return imported


def _others_below(source: Path) -> str:
    """Return where to run ``gsdc init`` instead, in a monorepo: a folder with clients' files; "" if none is below."""
    from gsdc.finding import Rejected, some
    from gsdc.plans.discover import find
    from gsdc.targets.registry import project_marks

    try:
        below = [folder for folder in find(["."], source.as_posix(), marks=project_marks()).marked if folder]
    except Rejected:
        return ""
    return f"run `gsdc init --from .` in a folder below that has clients' files: {some(sorted(below))}" if below else ""


def _told(imported: "ImportedProject") -> list[str]:
    """Return a summary for people of what was found and imported."""
    from gsdc.finding import some

    lines = []
    for client in imported.clients:
        models = ", ".join(f"{name} ({count})" for name, count in client.models.items())
        agents = f"{client.agents} agent{'s' if client.agents != 1 else ''}"
        lines.append(f"{client.name}: {agents}{': ' if models else ''}{models}")
    extends = f", which extends {imported.profile}" if imported.name != imported.profile else ""
    fleets = f"fleets {', '.join(imported.fleets)}" if imported.fleets else "no fleet"
    lines.append(f"profile {imported.name}{extends}; {fleets}")
    for title, words in (
        ("guessed", imported.guessed),
        ("differs from the clients' files", imported.differing),
        ("left out, since a never-break rule forbids it", imported.against),
        ("not imported", imported.left_out),
    ):
        lines += [f"{title}:", *(f"  {line}" for line in words)] if words else []
    if imported.held:
        lines.append(f"disabled in their files, so gsdc.yaml defers them: {some(imported.held)}")
    return lines


def _content(session: Session) -> bytes | None:
    """Return the existing gsdc.yaml, None if it does not exist or cannot be read."""
    from gsdc.finding import Rejected
    from gsdc.source.tree import PROJECT_FILE, Tree

    try:
        return Tree(session.root).read(PROJECT_FILE)
    except Rejected:
        return None


def _write(session: Session, text: str) -> bool:
    """Write gsdc.yaml and the schemas for editors; exit if that fails. Return whether it replaced a file."""
    from gsdc import data
    from gsdc.filesystem.file import NEW_FILE, replace_file
    from gsdc.filesystem.place import PRIVATE_FILE, Root
    from gsdc.finding import Rejected
    from gsdc.initial import SCHEMAS
    from gsdc.source.tree import PROJECT_FILE

    contents = {
        f"{SCHEMAS}/{schema.name}": schema.read_bytes()
        for schema in data.folder("schemas").glob("*.json")
        if schema.stem != "outputs.schema"
    }
    contents[PROJECT_FILE] = text.encode()
    try:
        root = Root(session.root)
        before = _content(session)
        if before is not None:
            contents[_OLD] = before
        # If one of them is outside the project, none is written.
        for path, place in [(path, root.locate(path)) for path in contents]:
            replace_file(place, contents[path], path, mode=PRIVATE_FILE if path == _OLD else NEW_FILE)
    except Rejected as rejected:
        session.finish(rejected.findings)
    return before is not None
