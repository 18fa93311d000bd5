"""Every shipped profile and fleet on the wire of the real clients: ``python -m tests.conformance.matrix``.

For each pair a project has a file of the client's for each agent of the fleet. The policy is applied, the client's main
session starts every agent, and what each asks for is compared with the policy; then the policy is rolled back, and the
bytes are compared. A line for each pair says how many agents were exact, and what differs. ``--client``, ``--version``,
``--fleet`` and ``--profile`` choose some of the pairs; the exit code is 1 if something differs.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tests.conformance import wire
from tests.conformance.clients import modules
from tests.conformance.drivers import claude_code, codex, copilot, gemini_cli, gsd, kilo, opencode, qwen_code

DRIVERS: Final = (claude_code, gsd, opencode, codex, gemini_cli, qwen_code, copilot, kilo)
FLEETS: Final = ("gsd", "leo", "openagents", "granter")
PROFILES: Final = ("quality", "balanced", "budget", "research")


class Pair(NamedTuple):
    """A profile and a fleet, in a version of a client.

    ``has_own_models`` is true if agents have models of the client's one maker, where the client cannot use that of the
    shipped profile.
    """

    release: wire.Release
    fleet: str
    profile: str
    has_own_models: bool

    @property
    def name(self) -> str:
        """The pair in one line."""
        kind = " (own models)" if self.has_own_models else ""
        return f"{self.release.client.target} {self.release.version} {self.fleet} {self.profile}{kind}"


def pairs() -> Iterator[Pair]:
    """Yield every pair, client by client."""
    for driver in DRIVERS:
        for release in driver.RELEASES:
            for fleet in FLEETS:
                for profile in PROFILES if fleet in (release.fleets or FLEETS) else ():
                    for has_own_models in (False, True) if release.client.own else (False,):
                        yield Pair(release, fleet, profile, has_own_models)


def run(pair: Pair, program: Path, folder: Path) -> wire.Outcome:
    """Apply, ask and roll back in a new project below ``folder``."""
    release = pair.release
    client = release.client if pair.has_own_models else release.client._replace(own={})
    version = release.version if release.says_version else ""
    own = wire.project(client, folder / "project", pair.fleet, pair.profile, version=version)
    return (release.measured or wire.measure)(client, program, own, folder / "home")


def main(arguments: Sequence[str]) -> int:
    """Run the chosen pairs, print a line for each, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for option in ("client", "version", "fleet", "profile"):
        parser.add_argument(f"--{option}", action="append", default=[])
    chosen = parser.parse_args(arguments)
    is_exact = True
    for pair in pairs():
        release = pair.release
        asked = (release.client.target, chosen.client), (release.version, chosen.version)
        if any(wanted and value not in wanted for value, wanted in (*asked, (pair.fleet, chosen.fleet))):
            continue
        if chosen.profile and pair.profile not in chosen.profile:
            continue
        is_exact = _print(pair) and is_exact
    return 0 if is_exact else 1


def _print(pair: Pair) -> bool:
    """Run a pair, print what came of it, and tell whether all is exact."""
    program, begun = pair.release.program(modules()), time.monotonic()
    if program is None:
        sys.stdout.write(f"{pair.name}: not installed\n")
        return False
    with tempfile.TemporaryDirectory(prefix="gsdc-matrix-") as folder:
        try:
            outcome = run(pair, program, Path(folder))
        except Exception as error:  # noqa: BLE001 - one pair that fails must not end the others
            outcome = wire.Outcome(0, 0, (f"{type(error).__name__}: {str(error)[:2000]}",))
    seconds = round(time.monotonic() - begun)
    lacking = f", {outcome.lacking} on the session's model" if outcome.lacking else ""
    sys.stdout.write(f"{pair.name}: {outcome.exact} exact{lacking}, {len(outcome.wrong)} wrong, {seconds} s\n")
    sys.stdout.writelines(f"  {line}\n" for line in outcome.wrong)
    sys.stdout.flush()
    return not outcome.wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
