"""The digest of a policy: equal for equal decisions, wherever its files are."""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from gsdc.policy.model import Policy
from gsdc.policy.ref import NOTHING

# Places depend on where gsdc and the project are installed; `requirement` follows from `require`.
_LEFT_OUT: Final = frozenset({"ref", "refs", "requirement"})


class _Same:
    """A policy that is compared by identity: comparing all its fields takes as long as its digest."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def __hash__(self) -> int:
        return id(self.policy)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.policy is self.policy


def digest(policy: Policy) -> str:
    """Return "sha256:" and the hexadecimal digest of everything in ``policy`` except the places of its values."""
    return _digest(_Same(policy))


@lru_cache(maxsize=8)
def _digest(same: _Same) -> str:
    policy = same.policy
    data = _plain(policy._replace(held=NOTHING))
    if policy.held:
        before = {id(other): digest(other) for other in {id(item): item for item in policy.held.values()}.values()}
        data["held"] = {agent: before[id(other)] for agent, other in policy.held.items()}
    else:
        del data["stage"], data["held"]
    del data["servers"]  # they do not affect decisions
    for agent in data["agents"].values():
        if not agent["own_role"]:  # nor do agents of shipped roles change theirs
            del agent["own_role"]
    if not policy.clients:  # a project that names no versions keeps its earlier digest
        del data["clients"]
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return {name: _plain(item) for name, item in value._asdict().items() if name not in _LEFT_OUT}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
