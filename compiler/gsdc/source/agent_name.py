"""How clients compare names of agents. Imports almost nothing: the guard runs before every start."""

import re


def folded(name: str) -> str:
    """Return a name in the form that clients compare: lower case, with "-", "_" and blanks unified."""
    return re.sub(r"[-_\s]+", "-", name.strip()).lower()
