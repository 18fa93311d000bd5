"""The digest of a policy: equal for equal decisions, wherever its files are."""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from gsdc.cache.same import Same
from gsdc.policy.model import Policy
from gsdc.policy.ref import NOTHING

# Places depend on where gsdc and the project are installed; `requirement` follows from `require`.
_LEFT_OUT: Final = frozenset({"ref", "refs", "requirement"})


def digest(policy: Policy) -> str:
    """Return "sha256:" and the hexadecimal digest of everything in ``policy`` except the places of its values."""
    return _digest(Same(policy))


@lru_cache(maxsize=8)
def _digest(same: Same[Policy]) -> str:
    policy = same.value
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
