"""Sixteen processes that apply and roll back at once: each succeeds or says who is at work, and no file is a mixture.

``GSDC_RACE=60`` lets them run for 60 seconds.
"""

import hashlib
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.transaction.small import Wish, header, make, proposal, tree

import gsdc
from gsdc.deploy.deployment import install
from gsdc.finding import Rejected
from gsdc.transaction.history import history
from gsdc.transaction.session import exclusive_session
from gsdc.transaction.store import Store

PROCESSES = 16
SECONDS = float(os.environ.get("GSDC_RACE", "8"))
ONE_COMMAND = 120  # seconds: none takes that long, unless it waits for ever
COMMANDS = (
    ("apply", "--profile", "balanced", "--yes"),
    ("apply", "--profile", "budget", "--yes"),
    ("apply", "--profile", "quality", "--yes"),
    ("rollback", "--yes"),
)


@pytest.mark.slow
def test_sixteen_processes_at_once(tmp_path):
    (tmp_path / "project").mkdir()
    root = make(tmp_path / "project")
    states = {_digest(root), *_states(tmp_path)}
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(gsdc.__file__).parents[1]),
        "GSDC_CACHE_DIR": str(tmp_path / "cache"),
        "PATH": str(tmp_path),  # no client is asked
    }
    end = time.monotonic() + SECONDS
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        while time.monotonic() < end and not wrong:
            command = chance.choice(COMMANDS)
            wait = chance.choice(((), ("--wait", "20")))
            done = subprocess.run(
                [sys.executable, "-m", "gsdc", "--project", str(root), "--format", "json", *command, *wait],
                env=environment,
                check=False,
                capture_output=True,
                text=True,
                timeout=ONE_COMMAND,
            )
            outcome = _outcome(done)
            outcomes[outcome] += 1
            if outcome.startswith("wrong"):
                wrong.append(f"{command} {done.returncode} {done.stdout} {done.stderr}")

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(PROCESSES)]
    for thread in threads:
        thread.start()
    seen = 0
    while any(thread.is_alive() for thread in threads):
        try:
            with exclusive_session(root, "the test", wait=0.5) as working:
                assert working.recovery is None
                assert _digest(root) in states
                numbers = working.store.numbers()
            assert list(numbers) == sorted(set(numbers))
            seen += 1
        except Rejected:
            pass
        time.sleep(0.2)
    for thread in threads:
        thread.join()
    assert not wrong, wrong[0]
    records = history(Store(root))
    assert _digest(root) in states
    assert outcomes["done"] >= len(records) > 0
    sys.stderr.write(f"{dict(outcomes)}, {len(records)} records, looked at {seen} times\n")


def _states(scratch: Path) -> Iterator[str]:
    """Yield what the tree is after each profile; whatever came before it, the files are the same."""
    for profile in ("balanced", "budget", "quality"):
        (scratch / profile).mkdir()
        root = make(scratch / profile)
        made = proposal(root, Wish(profile))
        with exclusive_session(root, "test") as working:
            install(working.store, made, header(made))
        yield _digest(root)


def _outcome(done: "subprocess.CompletedProcess[str]") -> str:
    if done.returncode == 0:
        return "done"
    if not done.stdout:
        return "wrong: no answer"
    codes = {finding["code"] for finding in json.loads(done.stdout)["findings"]}
    if done.returncode == 2 and codes == {"DP003"}:
        return "locked"
    return f"wrong: {codes}"


def _digest(root: Path) -> str:
    files = [(path, image.digest, image.mode) for path, image in tree(root).items()]
    return hashlib.sha256(json.dumps(files).encode()).hexdigest()
