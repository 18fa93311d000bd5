"""``gsdc history``: past changes with time, author and reason."""

from typing import TYPE_CHECKING, Any

import click

from gsdc.cli.options import shared
from gsdc.cli.session import Session

if TYPE_CHECKING:
    from gsdc.transaction.record import Record


@click.command(epilog="Example: gsdc history --format json")
@click.argument("number", metavar="[ID]", type=click.IntRange(1), required=False)
@shared
@click.pass_obj
def command(session: Session, number: int | None) -> None:
    """List every change that was made, the newest first, or the files of change ID.

    Pauses and their ends are listed as well. What was rolled back stays in the list; the oldest changes are forgotten
    (`history: {keep: 50}` in gsdc.yaml), never the last ten.
    """
    from gsdc.finding import Rejected
    from gsdc.transaction.history import history, not_rolled_back
    from gsdc.transaction.log import events
    from gsdc.transaction.store import Store

    root = session.recovered_folder()
    try:
        records = history(Store(root))
        if number is not None:
            one = next((record for record in records if record.number == number), None)
            if one is None:
                session.stop(f"there is no change {number}: `gsdc history` lists the changes")
            _show(session, one)
            return
        by = {undone: record.number for record in not_rolled_back(records) for undone in record.header.undoes}
        lines = [(record.header.time, _data(record, by.get(record.number))) for record in records]
    except Rejected as rejected:
        session.finish(rejected.findings)
    lines += [(event.when, {"kind": event.kind, **event._asdict()}) for event in events(root)]
    ordered = [data for _, data in sorted(lines, key=lambda line: (line[0], line[1].get("number", 0)))][::-1]
    if session.format == "json":
        session.print_json({"changes": ordered})
        return
    if not ordered:
        session.say("no changes yet")
    for data in ordered:
        session.tell(_line(data))


def _data(record: "Record", undone_by: int | None) -> dict[str, Any]:
    files = record.files()
    return {
        "number": record.number,
        **record.header._asdict(),
        "files": sum(file.before != file.after for file in files),
        "undone_by": undone_by,
    }


def _line(data: dict[str, Any]) -> str:
    """Return one change or event on one line."""
    from gsdc.finding import counted

    when = data.get("time") or data.get("when", "")
    number = f"{data['number']:>4}" if "number" in data else "    "
    words = [data["kind"]]
    if data.get("profile"):
        words.append(data["profile"])
    if data.get("stage", 100) != 100:
        words.append(f"stage {data['stage']}%")
    if data.get("zone") not in (None, "", "green"):
        words.append(f"zone {data['zone']}")
    if data.get("despite"):
        words.append(f"despite {', '.join(data['despite'])}")
    if data.get("undoes"):
        words.append("of " + ", ".join(map(str, data["undoes"])))
    if "files" in data:
        words.append(f"({counted(data['files'], 'file')})")
    if data.get("undone_by"):
        words.append(f"[rolled back by {data['undone_by']}]")
    by = f" by {data['who']}" if data.get("who") else ""
    reason = f": {data['reason']}" if data.get("reason") else ""
    return f"{number}  {when}  {' '.join(words)}{by}{reason}"


def _show(session: Session, record: "Record") -> None:
    """Print one change with its files."""
    from gsdc.transaction.change import word

    files = [
        {
            "path": file.path,
            "target": file.target,
            "owns": file.ownership,
            "before": None if file.before is None else file.before.digest,
            "after": None if file.after is None else file.after.digest,
        }
        for file in record.files()
    ]
    if session.format == "json":
        session.print_json({"number": record.number, **record.header._asdict(), "files": files})
        return
    session.tell(_line({"number": record.number, **record.header._asdict()}), bold=True)
    for file in files:
        session.tell(f"  {word(file['before'], file['after']):<8} {file['path']}")
