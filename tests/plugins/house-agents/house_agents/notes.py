"""The target "house-notes": a block of its own in ``CLAUDE.md``, beside that of gsdc."""

from gsdc.ownership.block import Block
from gsdc.policy.decide import decide
from gsdc.policy.model import State
from gsdc.source import managed_block
from gsdc.source.tree import decode
from gsdc.targets.api import Artifact, Claim, Emission, Statement, View
from gsdc.targets.declaration import Declaration

PATH = "CLAUDE.md"
DECLARATION = Declaration(
    name="house-notes",
    label="notes of the house",
    client="house",
    files=(PATH,),
    signs=(PATH,),
    options={"properties": {}},
    shown_by=None,
    emit=__name__,
    view=__name__,
)


def expected_claims(request):
    agents = request.policy.agents.values()
    return frozenset(Claim(a.name, decide(request.policy, State(a.name, None, request.zone)).model) for a in agents)


def emit(request):
    body = "".join(f"{claim.agent}: {claim.model or 'wait'}\n" for claim in sorted(expected_claims(request)))
    text = managed_block.put(decode(request.tree.read(PATH) or b"", PATH), "house-notes", body, PATH)
    return Emission((Artifact(PATH, text.encode(), Block("house-notes")),))


def read_back(path, content, models):
    block = managed_block.find(decode(content, path), "house-notes", path)
    stated = (line.split(": ") for line in (block.body.splitlines() if block else ()))
    return tuple(Claim(agent, None if model == "wait" else model) for agent, model in stated)


def view(tree, policy):
    content = tree.read(PATH)
    if content is None:
        return View((), (), ())
    at = Block("house-notes").place(PATH, content)
    return View(tuple(Statement(claim, at) for claim in read_back(PATH, content, ())), (), (PATH,))
