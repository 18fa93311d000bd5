"""The view of LiteLLM's configurations, whether gsdc or a person wrote them: the models that serve each group.

The deployment with the lowest ``order`` is a group's model. The other deployments, and the groups in its fallbacks, are
its alternatives. Measured on LiteLLM 1.106, whose own validation does not detect the errors that are found here.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from gsdc.finding import Finding, Rejected
from gsdc.policy.model import Policy
from gsdc.policy.security_agent import SECURITY, is_security_agent
from gsdc.source.document import Document
from gsdc.source.nesting import LONGEST_CONFIGURATION
from gsdc.source.span import Span
from gsdc.source.tree import Tree, decode
from gsdc.targets.agent_names import policy_name
from gsdc.targets.api import Claim, Statement, View
from gsdc.targets.contents import contents
from gsdc.targets.litellm import DECLARATION, FILES
from gsdc.targets.litellm.by_model import models_by_group
from gsdc.targets.litellm.emit import alias_in
from gsdc.targets.litellm.findings import DROPPED, NO_TRIGGER, OTHER_MODEL, TWICE, UNKNOWN_GROUP, UNPINNED
from gsdc.targets.model_names import near, suggestion

_KINDS: Final = tuple(
    f"{kind}AllowedFails"
    for kind in (
        *("BadRequestError", "AuthenticationError", "TimeoutError", "RateLimitError", "ContentPolicyViolationError"),
        *("InternalServerError", "ServiceUnavailableError", "BadGatewayError"),
    )
)
_DEFAULT_FAILS: Final = 3
_FALLBACKS: Final = ("fallbacks", "context_window_fallbacks", "content_policy_fallbacks")
_MOST: Final = 2_000  # limit of deployments in a configuration


class Deployment(NamedTuple):
    """A deployment of a group: its place in the file, and its content."""

    group: str
    place: int
    params: Mapping[str, Any]
    info: Mapping[str, Any]

    @property
    def order(self) -> float:
        """Its place in the group; the last without one."""
        order = self.params.get("order")
        return order if isinstance(order, (int, float)) else float("inf")


def view(tree: Tree, policy: Policy) -> View:
    """Return the models that serve each group; a broken file is a finding, never an exception."""
    findings: list[Finding] = []
    statements: list[Statement] = []
    others: list[Statement] = []
    files: list[str] = []
    for path, content in contents(tree, FILES, findings):
        try:
            document = Document(path, decode(content, path), LONGEST_CONFIGURATION)
        except Rejected as rejected:
            findings.extend(rejected.findings)
            continue
        data = document.data
        if not isinstance(data, dict) or not isinstance(data.get("model_list"), list):
            continue  # it is some other file
        files.append(path)
        found = list(_deployments(document, data["model_list"][:_MOST], findings))
        own, more = _said(document, found, data, policy)
        statements += own
        others += more
        findings.extend(_mistakes(document, data, found, policy))
    return View(tuple(statements), tuple(findings), tuple(files), invocations=tuple(others))


def _deployments(document: Document, entries: Sequence[Any], findings: list[Finding]) -> Iterator[Deployment]:
    for index, entry in enumerate(entries):
        entry_ = entry if isinstance(entry, dict) else {}
        params, info = entry_.get("litellm_params"), entry_.get("model_info")
        name = entry_.get("model_name")
        if not isinstance(name, str) or not isinstance(params, dict) or not isinstance(params.get("model"), str):
            message = "LiteLLM skips this deployment: it needs a `model_name`, and a `model` in `litellm_params`"
            findings.append(DROPPED.at(document.span(("model_list", index)), message, "add what is missing"))
            continue
        yield Deployment(name, index, params, info if isinstance(info, dict) else {})


def _said(
    document: Document, deployments: Sequence[Deployment], data: Mapping[str, Any], policy: Policy
) -> tuple[list[Statement], list[Statement]]:
    """Return the first model of each group, and its alternatives."""
    groups: dict[str, list[Deployment]] = {}
    for deployment in deployments:
        groups.setdefault(deployment.group, []).append(deployment)
    own, others = [], []
    named = models_by_group(policy)
    for name, members in groups.items():
        if name in named:
            continue  # it is no agent's, see ``_of_other_models``
        first, *rest = sorted(members, key=lambda member: member.order)
        own.append(_statement(document, first, name, policy))
        others += [
            _statement(document, each, name, policy, f'"{name}" is served by several deployments') for each in rest
        ]
    for group, target, at in _fallbacks(document, data):
        for name in groups if group == "*" else [group] if group in groups else []:
            if name != target:
                how = f'"{name}" falls back to "{target}" ({at})'
                others += [_statement(document, each, name, policy, how) for each in groups.get(target, ())]
    return own, others


def _statement(document: Document, deployment: Deployment, name: str, policy: Policy, how: str = "") -> Statement:
    params = deployment.params
    heat, effort = params.get("temperature"), params.get("reasoning_effort")
    claim = Claim(
        policy_name(name, policy, DECLARATION.client),
        alias_in(params, policy.models.values()),
        temperature=heat if isinstance(heat, (int, float)) else None,
        effort=effort if isinstance(effort, str) else None,
    )
    return Statement(claim, document.span(("model_list", deployment.place, "litellm_params", "model")), how)


def _fallbacks(document: Document, data: Mapping[str, Any]) -> Iterator[tuple[str, str, Span]]:
    """Yield each fallback: its group ("*" for all), its targets, and its place."""
    for section in ("router_settings", "litellm_settings"):
        settings = data.get(section)
        if not isinstance(settings, dict):
            continue
        for key in _FALLBACKS:
            entries = settings.get(key)
            for index, entry in enumerate(entries if isinstance(entries, list) else ()):
                for group, targets in entry.items() if isinstance(entry, dict) else ():
                    for target in targets if isinstance(targets, list) else ():
                        if isinstance(target, str):
                            yield str(group), target, document.span((section, key, index, group))
        default = settings.get("default_fallbacks")
        for index, target in enumerate(default if isinstance(default, list) else ()):
            if isinstance(target, str):
                yield "*", target, document.span((section, "default_fallbacks", index))


def _mistakes(
    document: Document, data: Mapping[str, Any], deployments: Sequence[Deployment], policy: Policy
) -> Iterator[Finding]:
    groups = dict.fromkeys(deployment.group for deployment in deployments)
    for _, target, at in _fallbacks(document, data):
        if target not in groups and "*" not in target:
            help_ = f"{suggestion(target, groups)}groups: {', '.join(list(groups)[:20])}"
            yield UNKNOWN_GROUP.at(at, f'there is no group "{target}" to fall back to', help_)
    yield from _doubles(document, deployments)
    yield from _of_other_models(document, deployments, policy)
    for deployment in deployments:
        yield from _without_effect(document, deployment, deployments)
    guarded = [
        name
        for name in groups
        if is_security_agent(policy, DECLARATION.client, policy_name(name, policy, DECLARATION.client))
    ]
    if guarded and len(groups) > len(guarded):
        first = next(each for each in deployments if each.group == guarded[0])
        message = f'"{guarded[0]}" of role {SECURITY} shares its proxy with other groups: a client can fall back to one'
        help_ = "give it a configuration of its own, as `gsdc build --target litellm` does"
        yield UNPINNED.at(document.span(("model_list", first.place, "model_name")), message, help_)


def _of_other_models(document: Document, deployments: Sequence[Deployment], policy: Policy) -> Iterator[Finding]:
    """Yield a finding for each group that has the name of a model and is served first by another one."""
    named = models_by_group(policy)
    first: dict[str, Deployment] = {}
    for deployment in deployments:
        if deployment.group in named:
            known = first.setdefault(deployment.group, deployment)
            first[deployment.group] = min(known, deployment, key=lambda each: each.order)
    for name, deployment in first.items():
        served = alias_in(deployment.params, policy.models.values())
        if served != named[name]:
            at = document.span(("model_list", deployment.place, "litellm_params", "model"))
            message = f'"{name}" is served by "{served}", but has the name of "{named[name]}"'
            yield OTHER_MODEL.at(at, message, "serve it by the model of its name, or give the group another name")


def _doubles(document: Document, deployments: Sequence[Deployment]) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for deployment in deployments:
        name = deployment.info.get("id")
        if not isinstance(name, str):
            continue
        if name in seen:
            at = document.span(("model_list", deployment.place, "model_info", "id"))
            finding = TWICE.at(at, f'another deployment has the same id "{name}"', "give each an id of its own")
            yield finding._replace(related=(document.span(("model_list", seen[name], "model_info", "id")),))
        seen.setdefault(name, deployment.place)


def _without_effect(document: Document, deployment: Deployment, deployments: Sequence[Deployment]) -> Iterator[Finding]:
    place = ("model_list", deployment.place, "model_info")
    counted = deployment.info.get("allowed_fails_policy")
    for kind in counted if isinstance(counted, dict) else ():
        if kind not in _KINDS:
            meant = near(str(kind), _KINDS, 0.6)
            help_ = f'did you mean "{meant}"?' if meant else f"allowed: {', '.join(_KINDS)}"
            at = document.span((*place, "allowed_fails_policy", kind), key=True)
            yield NO_TRIGGER.at(at, f'LiteLLM does not count "{kind}"', help_)
    fails = deployment.info.get("allowed_fails")
    alone = sum(each.group == deployment.group for each in deployments) == 1
    if fails is not None and (alone or fails == _DEFAULT_FAILS):
        why = "of a group of one deployment is ignored" if alone else "of 3 is the default, so it counts as not set"
        help_ = "use allowed_fails_policy"
        yield NO_TRIGGER.at(document.span((*place, "allowed_fails")), f"`allowed_fails` {why}", help_)
