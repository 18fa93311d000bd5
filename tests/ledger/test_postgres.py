"""The same ledger on a real PostgreSQL server, started here and gone afterwards."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.running import answer, run
from tests.ledger.conftest import answer_line

import gsdc

pytest.importorskip("psycopg")


def program(name: str) -> str:
    """Return the path of a program of PostgreSQL; skip where there is none."""
    folders = [*map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), os.environ.get("PATH", "")]
    found = shutil.which(name, path=os.pathsep.join(folders))
    if found is None:
        pytest.skip(f"{name} is not installed: apt-get install postgresql")
    return found


def wait_for(url: str) -> None:
    """Wait until the server answers: its socket is there some time before."""
    import psycopg

    for _ in range(300):
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not start within 30 seconds")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Start a server on a socket of its own; yield its URL. As root, it runs as nobody: it refuses root."""
    folder = tmp_path_factory.mktemp("pg")
    programs = [program("initdb"), program("postgres")]
    before = []
    if os.geteuid() == 0:
        for above in (folder, *folder.parents[:3]):
            above.chmod(0o755)
        shutil.chown(folder, "nobody")
        before = [shutil.which("setpriv") or pytest.skip("no setpriv"), "--reuid=nobody", "--clear-groups"]
    data = folder / "data"
    environment = os.environ | {"TZ": "UTC", "HOME": str(folder)}
    done = subprocess.run(
        [*before, programs[0], "-D", data, "-U", "gsdc", "--auth=trust", "--no-sync"],
        env=environment, cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(done.stderr.strip().splitlines()[-1])
    options = ["-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*before, programs[1], *options], env=environment, cwd=folder, stdout=log, stderr=log
        )
    try:
        url = f"postgresql://gsdc@/postgres?host={folder}"
        wait_for(url)
        yield url
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def team(project, server, monkeypatch):
    """Return a project whose ledger is on the server, empty."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    monkeypatch.setenv("GSDC_LEDGER_URL", server)
    return project


def test_it_does_what_sqlite_does(team, transcript, monkeypatch):
    transcript(*(answer_line(f"m{n}", "r", n) for n in range(50)), answer_line("m7", "r", 900), "{")
    arguments = [
        "--reason",
        "ünïcode 漢字 %s ?",
        "--overridden-from",
        "opus",
        "--failure",
        "--rework",
        "25",
        "--id",
        "mine",
    ]
    results = []
    for url in (os.environ["GSDC_LEDGER_URL"], ""):
        monkeypatch.setenv("GSDC_LEDGER_URL", url)
        run(team, "tokens", "log", "--tokens", "96000", "--model", "haiku", "--at", "2026-11-20T00:00:00", *arguments)
        added = [answer(team, "tokens", "import", code=code)["added"] for code in (1, 0)]
        run(team, "tokens", "export", str(team / "out"))
        budget = answer(team, "budget")
        report = answer(team, "report", "weekly", "--date", "2026-11-20")
        results.append((added, (team / "out").read_text(), budget["by"], report))
        assert (team / ".gsdc").exists() == (not url)
    (added, first, *more), (_, second, *other) = results
    assert added == [51, 0]
    assert first.replace(' "zone"', "") == second.replace(' "zone"', "")
    assert more == other


def test_eight_writers_lose_nothing(team):
    script = (
        "import sys\nfrom click.testing import CliRunner\nfrom gsdc.cli import main\n"
        "for n in range(3):\n"
        "    r = CliRunner().invoke(main, ['--project', sys.argv[1], 'tokens', 'log', '--tokens', '1'])\n"
        "    assert r.exit_code == 0, r.output\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(gsdc.__file__).parents[1])}
    started = [subprocess.Popen([sys.executable, "-c", script, str(team)], env=environment) for _ in range(8)]
    assert [process.wait(60) for process in started] == [0] * 8
    run(team, "tokens", "export", str(team / "out"))
    assert len((team / "out").read_text().splitlines()) == 24


def test_a_server_that_does_not_answer_is_told(project, monkeypatch, tmp_path):
    monkeypatch.setenv("GSDC_LEDGER_URL", f"postgresql://x@/y?host={tmp_path}")
    assert "LG002" in run(project, "budget", code=1).output
    monkeypatch.setenv("GSDC_LEDGER_URL", "http://127.0.0.1/y")
    assert "LG004" in run(project, "budget", code=1).output
