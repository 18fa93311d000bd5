"""Exports: all events as JSON lines, or the files of the seeds."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

from gsdc.filesystem.file import place_of, replace_file
from gsdc.ledger.event import as_data
from gsdc.ledger.learning import observe, pool, pool_name
from gsdc.ledger.ledger import Ledger
from gsdc.ledger.opening import opened_ledger
from gsdc.ledger.sources import seeds
from gsdc.ledger.window import calendar_of
from gsdc.policy.load import Loaded


def export_to(loaded: Loaded, file: Path, shape: str) -> int:
    """Write the ledger to ``file`` in a ``shape``; return the number of records.

    Raises ``Rejected`` if the ledger cannot be read, or the file cannot be written.
    """
    with opened_ledger(loaded.project) as ledger:
        records, text = (0, "") if ledger is None else _shaped(loaded, ledger, shape)
    place = place_of(file, (loaded.project.tree.root,), file.as_posix())
    replace_file(place, text.encode("utf-8", "backslashreplace"), file.as_posix(), mode=0o600)
    return records


def _shaped(loaded: Loaded, ledger: Ledger, shape: str) -> tuple[int, str]:
    policy = loaded.policy
    assert policy is not None, "the caller has checked"
    if shape == "events":
        lines = list(export_lines(ledger))
        return len(lines), "".join(lines)
    if shape == "token-log":
        window = calendar_of(policy.budgets).window("weekly", round(time.time() * 1000))
        assert window is not None, "there always is a week"
        limit = policy.budgets.get("weekly", {}).get("tokens", 0)
        data = seeds.log_data(ledger.events(window.start, window.end), window.start, window.end, limit)
        return len(data["entries"]), _json(data)
    events = list(ledger.events())
    rows = pool(observe(events), events, pool_name(loaded.project.tree.root))
    if shape == "token-stats":
        return len(rows), _json(seeds.stats_data(rows))
    return len(rows), _json({"pooled": [row._asdict() for row in rows]})


def export_lines(ledger: Ledger) -> Iterator[str]:
    """Yield each event as a line of JSON."""
    for event in ledger.events():
        yield json.dumps(as_data(event), ensure_ascii=False, separators=(",", ":")) + "\n"


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
