"""What a reader makes of files that stand in a case, in the words of the case."""

from pathlib import Path
from types import ModuleType
from typing import Any

from ruamel.yaml import YAML

from gsdc.policy.load import load
from gsdc.policy.model import Policy
from gsdc.source.tree import Tree
from gsdc.targets.api import Statement, View

CASES = Path(__file__).with_name("cases")
CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


def cases(name: str) -> list[dict[str, Any]]:
    """Return the cases of one file."""
    found: list[dict[str, Any]] = YAML(typ="safe").load((CASES / name).read_text("utf-8"))
    return found


def policy_of(fleets: list[str], folder: Path) -> Policy:
    """Return the shipped policy of these fleets."""
    found = load(folder, fleets=fleets).policy
    assert found is not None
    return found


def write(folder: Path, files: dict[str, str | bytes]) -> Tree:
    """Write the files of a project, line ends and all."""
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Tree(folder)


def said(view: View, agents: set[str]) -> list[str]:
    """Return what a view says of some agents."""
    return sorted(_line(statement) for statement in view.statements if statement.claim.agent in agents)


def _line(statement: Statement) -> str:
    claim, at = statement.claim, statement.at
    effort = f" at {claim.effort}" if claim.effort else ""
    return f"{whom(claim.agent, claim.phase, claim.zone)} {claim.model} {at.path}:{at.line}:{at.column}{effort}"


def whom(agent: str, phase: str | None, zone: str | None) -> str:
    return agent + (f"/{phase}" if phase else "") + (f"@{zone}" if zone else "")


def outcome(reader: ModuleType, case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return what the reader makes of a case, in the form of ``wanted``."""
    policy = policy_of(case.get("fleets", ["gsd"]), folder)._replace(clients=case.get("clients", {}))
    view = reader.view(write(folder, case["files"]), policy)
    agents = {line.split()[0].partition("@")[0].partition("/")[0] for line in case.get("says", ())}
    found = [f"{each.code} {each.span.path}:{each.span.line}:{each.span.column}" for each in view.findings]
    helps = case.get("helps", "")
    return {
        "says": said(view, agents),
        "starts": sorted(map(_line, view.invocations)) if "starts" in case else [],
        "finds": sorted(found),
        "helps": helps if any(helps in each.help for each in view.findings) else [each.help for each in view.findings],
        "other files": set(view.files) - set(case["files"]),
    }


def wanted(case: dict[str, Any]) -> dict[str, Any]:
    """Return what a case says."""
    helps = case.get("helps", "" if case["finds"] else [])
    says, starts = sorted(case.get("says", ())), sorted(case.get("starts", ()))
    return {"says": says, "starts": starts, "finds": sorted(case["finds"]), "helps": helps, "other files": set()}
