"""The ledger with many events: how fast they are imported, and what a budget costs beside ``gsdc --version``."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from tests.bench.timing import Line, against, best, gsdc, run

EVENTS: Final = 1_000_000
LESS: Final = 4  # a project has a fourth of them: time is to grow with their number
A_SECOND: Final = 50_000
REPORT_SECONDS: Final = 3
MODELS: Final = ("claude-haiku-4-5-20251001", "claude-sonnet-4-6", "claude-opus-4-6")


def ledger(scratch: Path) -> Iterator[Line]:
    """Import transcripts of ninety days, then ask for the budget and for a report."""
    small, large = (_imported(scratch, events) for events in (EVENTS // LESS, EVENTS))
    speed = EVENTS / large
    yield Line("ledger", f"import of {EVENTS:,} events, {speed:,.0f} a second", A_SECOND / speed, 1)
    yield Line("ledger", f"{LESS} times the events take {large / small:.2f} times as long", large / small, LESS * 1.25)
    project = _folder(scratch, EVENTS)
    budget, report, version = best(
        [
            gsdc("--project", project, "budget"),
            gsdc("--project", project, "report", "weekly"),
            gsdc("--version"),
        ],
        scratch,
        5,
    )
    yield against("ledger", budget, version, "`gsdc --version`", 10)
    yield Line("ledger", f"weekly report {report:.2f} s", report / REPORT_SECONDS, 1)


def _folder(scratch: Path, events: int) -> Path:
    return scratch / f"ledger-{events}"


def _imported(scratch: Path, events: int) -> float:
    """Import as many events into a project of their own; return the seconds that it took."""
    project = _folder(scratch, events)
    _write(project / "home/.claude/projects/-x/S1.jsonl", events)
    (project / "gsdc.yaml").write_text("fleets: [gsd]\n")
    command = gsdc("--project", project, "tokens", "import", "--all", "--source", "claude-code")
    return run(
        command._replace(args=("env", f"CLAUDE_CONFIG_DIR={project}/home/.claude", *command.args)), scratch
    ).seconds


def _write(path: Path, events: int) -> None:
    path.parent.mkdir(parents=True)
    now = datetime.now(UTC)
    with path.open("w") as file:
        for number in range(events):
            at = (now - timedelta(days=90 * (1 - number / events))).isoformat().replace("+00:00", "Z")
            id_ = sha256(str(number).encode()).hexdigest()[:24]  # in no order, as those of the API
            file.write(
                f'{{"type":"assistant","timestamp":"{at}","sessionId":"S1","isSidechain":false,"requestId":"req_{id_}",'
                f'"message":{{"id":"msg_{id_}","model":"{MODELS[number % 3]}","usage":{{"input_tokens":10,'
                f'"output_tokens":{number % 900},"cache_read_input_tokens":5000,"cache_creation_input_tokens":0}}}}}}\n'
            )
