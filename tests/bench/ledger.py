"""The ledger with many events: how fast they are imported, and what a budget costs beside ``gsdc --version``."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tests.bench.timing import Line, against, best, gsdc, run

EVENTS: Final = 200_000
MODELS: Final = ("claude-haiku-4-5-20251001", "claude-sonnet-4-6", "claude-opus-4-6")


def ledger(scratch: Path) -> Iterator[Line]:
    """Import transcripts of ninety days, then ask for the budget and for a report."""
    project = scratch / "ledger"
    _write(project / "home/.claude/projects/-x/S1.jsonl")
    (project / "gsdc.yaml").write_text("fleets: [gsd]\n")
    where = ("--project", project)
    command = gsdc(*where, "tokens", "import", "--all", "--source", "claude-code")
    command = command._replace(args=("env", f"CLAUDE_CONFIG_DIR={project}/home/.claude", *command.args))
    first = run(command, scratch)
    yield Line("ledger", f"import {EVENTS / first.seconds:,.0f} events a second, the goal is 50,000")
    budget, report, version = best(
        [gsdc(*where, "budget"), gsdc(*where, "report", "weekly"), gsdc("--version")], scratch, 5
    )
    yield against("ledger", budget, version, "`gsdc --version`", 10)
    yield Line("ledger", f"weekly report {report:.2f} s, the goal is 3 s")


def _write(path: Path) -> None:
    path.parent.mkdir(parents=True)
    now = datetime.now(UTC)
    with path.open("w") as file:
        for number in range(EVENTS):
            at = (now - timedelta(days=90 * (1 - number / EVENTS))).isoformat().replace("+00:00", "Z")
            file.write(
                f'{{"type":"assistant","timestamp":"{at}","sessionId":"S1","isSidechain":false,"requestId":"r{number}",'
                f'"message":{{"id":"m{number}","model":"{MODELS[number % 3]}","usage":{{"input_tokens":10,'
                f'"output_tokens":{number % 900},"cache_read_input_tokens":5000,"cache_creation_input_tokens":0}}}}}}\n'
            )
