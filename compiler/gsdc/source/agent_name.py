"""How clients compare names of agents. Imports next to nothing: the guard asks before every start."""

import re


def folded(name: str) -> str:
    """Return a name as clients compare it: case does not count, and "-", "_" and blanks are one."""
    return re.sub(r"[-_\s]+", "-", name.strip()).lower()
