"""How long a proof takes: all that is shipped at once, and fleets that grow."""

import json
import tempfile
from collections.abc import Iterator
from itertools import chain, islice, permutations, product
from pathlib import Path
from typing import Final

from tests.bench.timing import Line, against, best, gsdc

ROUNDS: Final = 9
SIZES: Final = (500, 2_000)
_STANDARD: Final = ("gpt-5.2", "codex", "gemini-pro", "opus", "gpt-5.2-pro", "sonnet")


def prove(scratch: Path) -> Iterator[Line]:
    """Prove every shipped profile with every shipped fleet, and fleets without twins."""
    with tempfile.TemporaryDirectory() as empty:
        own, base = best([gsdc("--project", empty, "prove", "--all"), gsdc("--version")], scratch, ROUNDS)
    yield against("prove", own, base, "`gsdc --version`", 10)
    commands = [gsdc("--project", _fleet(scratch, size), "prove") for size in SIZES]
    small, large = best(commands, scratch, 3)
    more = SIZES[1] / SIZES[0]
    yield against("agents", large, small, f"{SIZES[0]} agents, for {SIZES[1]}", more * 1.25)


def _fleet(scratch: Path, size: int) -> Path:
    folder = scratch / f"agents-{size}"
    folder.mkdir(exist_ok=True)
    # What fails over in an order of its own is no agent's twin: each of them has to be walked.
    orders = chain.from_iterable(permutations(_STANDARD, length) for length in range(len(_STANDARD), 0, -1))
    agents = {
        f"agent-{number}": {
            "role": "testing",
            "phases": phases,
            "models": {"any": {"model": "sonnet", "complexity": {"1-5": "sonnet", "6-10": "gpt-5.2"}}},
            "failover": order,
        }
        for number, (order, phases) in enumerate(islice(product(orders, (["PLAN"], ["EXEC"])), size))
    }
    project = {"fleets": ["fleet.yaml"]}
    (folder / "gsdc.yaml").write_text(json.dumps(project), encoding="utf-8")
    fleet = {"phases": ["PLAN", "EXEC"], "agents": agents}
    (folder / "fleet.yaml").write_text(json.dumps(fleet), encoding="utf-8")
    return folder
