"""How to change the profile in use: the keys to set, in words that fit any gsdc.yaml.

A line of YAML to paste would be a duplicate key if the file already has that key.
"""

from itertools import chain, count
from typing import Any

from gsdc.policy.layers import entries
from gsdc.policy.project import Project
from gsdc.policy.ref import Ref
from gsdc.source.tree import PROJECT_FILE


def setting(project: Project, profile: str, keys: tuple[str, ...], value: str, field: str = "") -> str:
    """Return a sentence part that tells how to set ``keys`` of ``profile`` to ``value``.

    A project's profile is edited in its own file; a shipped one is extended by a new profile. ``field`` is the key of
    the value if there is a mapping at ``keys``, as in ``agents: {coder: {model: opus}}``.
    """
    own = entries(project.layers, "profiles")
    body = project.profile(profile, Ref(PROJECT_FILE)) if profile in own else None
    if body is not None:
        path = (*map(str, body.ref.path), *keys, *([field] if field and _is_mapping(body.data, keys) else []))
        return f"in {body.ref.document}, set {_dotted(path)} to {value}"
    names = chain(["team"], (f"team-{number}" for number in count(2)))
    name = next(name for name in names if name not in own)
    new = f"profiles.{name}"
    return f"in {PROJECT_FILE}, set profile to {name}, {new}.extends to {profile}, and {new}.{_dotted(keys)} to {value}"


def _is_mapping(data: Any, keys: tuple[str, ...]) -> bool:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return isinstance(data, dict)


def _dotted(path: tuple[str, ...]) -> str:
    return ".".join(f'"{key}"' if "." in key else key for key in path)
