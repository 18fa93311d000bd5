"""The target "house": models by agent in ``house.json``."""

from gsdc.ownership.registry import JSON_KEYS
from gsdc.policy.decide import decide
from gsdc.policy.model import State
from gsdc.source.jsonc import Jsonc, data_of
from gsdc.source.tree import decode
from gsdc.targets.api import Artifact, Claim, Emission, Initial, Statement, View
from gsdc.targets.declaration import Declaration

DECLARATION = Declaration(
    name="house",
    label="House",
    client="house",
    files=("house.json",),
    signs=("house.json",),
    options={"properties": {"path": {"type": "string"}}},
    shown_by=("house.json",),
    emit=__name__,
    view=__name__,
    initial=__name__,
)


def expected_claims(request):
    agents = request.policy.agents.values()
    return frozenset(Claim(a.name, decide(request.policy, State(a.name, None, request.zone)).model) for a in agents)


def emit(request):
    path = request.options.get("path", "house.json")
    document = Jsonc(path, decode(request.tree.read(path) or b"{}\n", path))
    values = {("models", claim.agent): claim.model or "wait" for claim in sorted(expected_claims(request))}
    return Emission((Artifact(path, document.update(values).text.encode(), JSON_KEYS),))


def read_back(path, content, models):
    stated = data_of(path, decode(content, path)).get("models", {})
    return tuple(Claim(agent, None if model == "wait" else model) for agent, model in stated.items())


def view(tree, policy):
    content = tree.read("house.json")
    if content is None:
        return View((), (), ())
    document = Jsonc("house.json", decode(content, "house.json"))
    claims = read_back("house.json", content, policy.models.values())
    return View(tuple(Statement(c, document.span(("models", c.agent))) for c in claims), (), ("house.json",))


def initial(root):
    return Initial({"path": "house.json"}, (root / "house.json").exists(), "House: house.json")
