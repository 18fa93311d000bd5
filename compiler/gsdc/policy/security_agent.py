"""Whether an agent without a role is a security agent: by its name, else by the start of its description.

``gsdc init --from`` gives such an agent the role security, and ``gsdc lint`` treats it as if it had that role. Only the
leading statement of a description counts: most agents mention security somewhere. Letters that look like Latin letters
are read as Latin letters, and invisible characters are ignored.
"""

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gsdc.source.lazy_pattern import lazily

if TYPE_CHECKING:
    from gsdc.policy.model import Policy

SECURITY: Final = "security"

# Prefixes of the words of a name: names join words ("securityreviewer").
_NAME: Final = lazily(
    r"\b(?:(?:cyber|app|info|dev|net|web|cloud|code|data)?(?:security|sec ?ops)|(?:app|info|dev|net|cyber) ?sec\b"
    r"|pen ?test|penetration|vuln|threat(?!en)|exploit|owasp|cves?\b|red ?team"
    r"|(?:sast|dast|xss|csrf|ssrf|sqli|hacker)\b)"
)
# In prose "exploits" is usually a verb, and "red" a color.
_PROSE: Final = lazily(
    r"\b(?:(?:cyber|app)?security|(?:dev)?secops|(?:app|info|dev|net|cyber) ?sec|pen ?test(?:s|er|ers|ing)?"
    r"|penetration test\w*|vulnerabilit(?:y|ies)|vulnerable|vulns?|threats?|owasp|cves?"
    r"|exploit(?:s|able|ability|ation)?|red team(?:s|er|ers|ing)?|sast|dast|xss|csrf|ssrf|sqli|sql injections?"
    r"|malware|hackers?|attack(?:s|ers?)|attack (?:surface|vector)s?)\b"
)
_ROLE: Final = lazily(
    r"^(?:\w+ )?(?:security|threat|vulnerability)\b"
    r"|\b(?:security|threat|vulnerability) (?:audit|review|analys|engineer|expert|specialist|tester|scanner|architect"
    r"|researcher|consultant|hunter|model)\w*"
)
# Audiences of agents, and names that contain the word by coincidence.
_OTHER: Final = lazily(
    r"\b(?:social security|job security|security (?:teams?|staff|people|department|guild|newsletters?|deposits?))\b"
    r"|\bexploits? (?:parallel\w*|the|a|an|all|your|our|its)\b"
)
_NEGATION: Final = lazily(
    r"\b(?:not(?! (?:only|just|merely|limited))|no|never|without|except|excluding|neither|nor|non|dont|doesnt|cannot"
    r"|rather than|instead of|other than|avoid|ignor\w+|skip\w*)\b"
)
# Phrases at the start of a description, before it describes the agent's work.
_LEAD: Final = lazily(
    r"^(?:(?:must be used|use[ds]?|invoke[ds]?|call(?:ed)?|run|spawn\w*|trigger\w*|launch)\b"
    r"(?: (?:this|the|an?|it|agent|sub ?agent|skill|command|proactively|immediately|only|always|by|you)\b)*"
    r"(?: (?:when|whenever|if|after|before|to|for|as)\b)?"
    r"(?: (?:you|the user|users?|somebody|someone))?"
    r"(?: (?:need|needs|want|wants|asks?|request|requests)(?: (?:to|for)\b)?)?\b ?)+"
)
# After these words come constraints or examples, not the agent's work.
_ASIDE: Final = lazily(
    r"\b(?:with(?! (?:an? |the |its |strong |special |particular )*(?:focus|emphasis|expertise|specialization))"
    r"|following|using|by|via|per|under|while|when|after|before|so|because|including|includes?|such as|like|as well as"
    r"|plus|along with|in addition to|e g|i e)\b.*"
)
# Each part of a statement is a separate list: activities, purposes, skills.
_PART: Final = lazily(r"\b(?:for|against|of|on|in|to|that|which|who|from|about)\b|[()\u2014:]")
_ITEM: Final = lazily(r",(?: (?:and|or)\b)?|&|/|\+|\band\b|\bor\b")
_SENTENCE: Final = lazily(r"(?<=[\w)\]\"'])[.;!?](?=\s|$|\\n)|\n\s*\n|\\n|<example")
_HUMP: Final = lazily(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SHORT: Final = 3  # words of a title that precedes the statement
_LONGEST: Final = 2000  # characters of a description: the leading statement is at the start

# Letters of other alphabets that look like Latin ones, lower case (a small part of Unicode's confusables.txt).
_ALIKE: Final = str.maketrans(
    "авеѕіїјкӏмнорԛстуѵԝхһԁցոսզαβεικνορτυχɑɡɩıʟʀɴᴀᴄᴅᴇᴋᴍᴏᴘᴛᴜᴠᴡᴢꜱ",
    "abesiijklmhopqctyvwxhdgnuzabeikvoptuxagiilrnacdekmoptuvwzs",
)


def fold(text: str) -> str:
    """Return ``text`` as it appears: full-width and accented letters plain, look-alikes Latin, lower case.

    Characters without a shape (zero-width spaces and joiners, soft hyphens, direction marks) are removed.
    """
    plain = unicodedata.normalize("NFKD", text) if not text.isascii() else text
    seen = (each for each in plain if unicodedata.category(each) not in ("Cf", "Mn", "Me", "Cc") or each in "\n\t")
    return "".join(seen).lower().translate(_ALIKE)


@lru_cache(maxsize=4096)
def security_sign(name: str, description: str = "") -> str:
    """Return what identifies a security agent: "name" or "description"; "" for other agents."""
    words = re.sub(r"[\W_]+", " ", fold(_HUMP.sub("-", unicodedata.normalize("NFKC", name))))
    if _NAME.search(words) and not _NEGATION.search(words):
        return "name"
    return "description" if _says_security(_leading(fold(description[:_LONGEST]))) else ""


def is_security_agent(policy: "Policy", client: str, name: str, description: str = "") -> bool:
    """Tell whether the agent called ``name`` in ``client`` is one: by its role in the policy, else by its text."""
    roles = [agent.role for agent in policy.agents.values() if agent.name_in(client) == name]
    return SECURITY in roles if roles else bool(security_sign(name, description))


def _leading(text: str) -> str:
    """Return the first sentence of a description, and the second one if the first is only a title."""
    first, *others = [part.strip() for part in _SENTENCE.split(text.strip()) if part.strip()] or [""]
    return f"{first}. {others[0]}" if others and len(first.split()) <= _SHORT else first


def _says_security(statement: str) -> bool:
    return any(map(_is_security, statement.split(". ")))


def _is_security(sentence: str) -> bool:
    """Tell whether a part of a sentence is about security: its role, or most of one list, without a negation."""
    words = " ".join(re.sub(r"['\u2019`*\"]", "", re.sub(r"(?<=\w)[-_](?=\w)", " ", sentence)).split())
    said = _ASIDE.sub("", _LEAD.sub("", words))
    said = _OTHER.sub("", said)
    denial = _NEGATION.search(said)
    said = said[: denial.start()] if denial else said
    return bool(_ROLE.search(said)) or any(map(_is_mostly_security, _PART.split(said)))


def _is_mostly_security(part: str) -> bool:
    """Tell whether most of a part's list is about security; of two items, the first."""
    items = [bool(_PROSE.search(item)) for item in _ITEM.split(part) if item.strip()]
    return 2 * sum(items) > len(items) or (len(items) == 2 and items[0])
