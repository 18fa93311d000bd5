"""Guess the most likely role of an agent from its name, else from its description."""

import re
from typing import Final

from gsdc.policy.security_agent import SECURITY, security_sign

DEFAULT: Final = "implementation"
# All roles except security. In a name the first matching role wins, in a description the first matching word. A word
# that ends in "*" is a prefix. Generic words ("code", "agent") are left out.
VOCABULARY: Final = {
    "review": "review* critic critique* auditor audit audits",
    "testing": "test tests tester testing qa uat e2e regression* coverage",
    "docs": "doc docs document* writer copywriter texts changelog* readme title summary retro*",
    "research": "research* scout* explore explorer explores investigat* search* librarian mapper",
    "planning": "plan plans planner planning roadmap* stories breakdown",
    "debugging": "debug* bug bugs fixer rca troubleshoot* diagnos*",
    "database": "database databases db sql schema* migration* postgres*",
    "design": "design* architect* ui ux css",
    "operations": "devops ops deploy* release* ci infra* docker* kubernetes github sre",
    "validation": "validat*",
    "verification": "verif* check checks checker checking lint*",
    "orchestration": "orchestrat* coordinat* router routes dispatch* manager supervisor conductor",
    "boilerplate": "boilerplate scaffold* setup config* quickfix compaction",
    "analysis": "analy* risk* performance profiler metrics estimat*",
}
_WORD: Final = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])")


def guess(name: str, description: str) -> str:
    """Return the role of an agent; security is detected as in ``gsdc lint``."""
    if security_sign(name, description):
        return SECURITY
    roles = {_role(word) for word in _words(name)}
    first = next((role for role in VOCABULARY if role in roles), "")
    return first or next(filter(None, map(_role, _words(description))), DEFAULT)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _role(word: str) -> str:
    return _ROLES.get(word) or next((role for start, role in _BEGINNINGS if word.startswith(start)), "")


_ROLES: Final = {word: role for role, words in VOCABULARY.items() for word in words.split() if not word.endswith("*")}
_BEGINNINGS: Final = tuple(
    (word[:-1], role) for role, words in VOCABULARY.items() for word in words.split() if word.endswith("*")
)
