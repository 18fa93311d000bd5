"""The policy's values for each of OpenCode's agents: the keys that it decides, under the agent's name in OpenCode."""

from typing import Any, NamedTuple

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.policy.model import Agent
from gsdc.source.span import Span
from gsdc.targets.api import Request
from gsdc.targets.choice import Choice, choose
from gsdc.targets.efforts import written_temperature
from gsdc.targets.opencode import DECLARATION

SAME_NAME = Diagnostic(
    "OC008",
    "same-name",
    Severity.ERROR,
    """Two agents have one name in OpenCode, and the policy decides them differently.

    ## Why is this bad?
    One entry of the file cannot say both: one of the two would silently run as the other (measured on OpenCode 1.18: it
    knows an agent by its name only).

    ## Example (gsdc.yaml)
    targets: {opencode: true}
    agents:
      planner: {role: planning, names: {opencode: plan}}
      replanner: {role: planning, models: {balanced: haiku}, names: {opencode: plan}}

    ## Use instead (gsdc.yaml)
    targets: {opencode: true}
    agents:
      planner: {role: planning, names: {opencode: plan}}
      replanner: {role: planning, models: {balanced: haiku}, names: {opencode: replan}}
    """,
)


class WantedConfig(NamedTuple):
    """An agent of the policy, and its values."""

    agent: Agent
    choice: Choice

    @property
    def id(self) -> str:
        """The model in OpenCode's words, "" where the catalog has no such id."""
        return self.choice.model.ids.get(DECLARATION.ids, "")

    @property
    def keys(self) -> dict[str, Any]:
        """The keys that the policy decides."""
        keys: dict[str, Any] = {"model": self.id}
        if self.choice.effort is not None:
            keys["variant"] = self.choice.effort  # OpenCode's word for it (measured on 1.18.33)
        temperature = written_temperature(DECLARATION.ids, self.choice.model, self.choice.temperature)
        if temperature is not None:
            keys["temperature"] = temperature
        return keys | ({"disable": True} if self.choice.deferred else {})


def wanted_agents(request: Request, findings: list[Finding]) -> dict[str, WantedConfig]:
    """Return the values of each agent, by its name in OpenCode; of two with the same name, the first one applies."""
    found: dict[str, WantedConfig] = {}
    for agent in request.policy.agents.values():
        name = agent.name_in(DECLARATION.client)
        wanted = WantedConfig(agent, choose(request.policy, agent, request.zone))
        other = found.setdefault(name, wanted)
        if other.choice != wanted.choice:
            message = f'"{other.agent.name}" and "{agent.name}" are both "{name}" in OpenCode, with different models'
            help_ = "give one of them another name there: `names: {opencode: ...}`"
            findings.append(SAME_NAME.at(Span(agent.ref.document, 0, 0), message, help_))
    return found
