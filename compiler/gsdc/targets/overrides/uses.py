"""How a JavaScript module uses its override tables, by static analysis; the module is never run.

If a table is only read, its literal is the answer. If it is assigned to, passed to other code or shadowed, the answer
is unknown. The same is true of a function that returns a model of its own.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from gsdc.source.javascript_tokens import CLOSING, OPENING, Token, partners, tokens

# The number of members from a table to a model: phase and agent, agent, zone and kind of table and those.
DEPTHS: Final = {"PHASE_MODEL_OVERRIDES": 2, "DEFAULT_MODEL_ASSIGNMENTS": 1, "ZONES": 3}
_ASSIGNMENTS: Final = frozenset(
    ("=", "+=", "-=", "*=", "%=", "&=", "|=", "^=", "**=", "<<=", ">>=", ">>>=", "||=", "&&=", "??=", "++", "--")
)
_DECLARING: Final = frozenset(("const", "let", "var", "static"))
# Functions that read an object without passing it on.
_READERS: Final = frozenset(("keys", "stringify", "structuredClone", "hasOwn", "freeze", "log", "isFrozen"))
# Members of a table or a model that do not change it.
_QUESTIONS: Final = frozenset(("hasOwnProperty", "toLowerCase", "toUpperCase", "trim", "toString", "startsWith"))
# Members that change an object, or that all objects have.
_CHANGING: Final = frozenset(
    (
        "assign",
        "defineProperty",
        "defineProperties",
        "setPrototypeOf",
        "__defineGetter__",
        "__defineSetter__",
        "Reflect",
    )
)
_HIDING: Final = frozenset(("__proto__", "Proxy", "eval", "setPrototypeOf", "__defineGetter__", "Reflect"))
_COMPARISONS: Final = frozenset(("===", "!==", "==", "!=", "case"))
_MOST: Final = 2000  # uses of tables in a file
_FARTHEST: Final = 200  # tokens of an expression that are read around a table
_FALLBACKS: Final = frozenset(("||", "??"))


class OverrideUse(NamedTuple):
    """A use that prevents the analysis of a table: its place, the reason, and the agent if it names one."""

    start: int
    message: str
    agent: str | None = None


def uses(
    text: str, names: Collection[str], literals: Iterable[tuple[int, int]], is_model: Callable[[str], bool]
) -> Iterator[OverrideUse]:
    """Yield the uses that prevent the analysis of the tables ``names`` of a module.

    ``literals`` are the ranges of their plain values; ``is_model`` tells whether a text names a model.
    """
    found = tokens(text)
    places = tuple(literals)
    yield from _hiding(found)
    yield from _of_tables(found, names)
    outside = [token for token in found if not any(start <= token.start < end for start, end in places)]
    yield from _other_answers(outside, names, is_model)


def _of_tables(found: Sequence[Token], names: Collection[str]) -> Iterator[OverrideUse]:
    pairs, changes = partners(found), _changes_objects(found)
    declared: set[str] = set()
    mentions = [index for index, token in enumerate(found) if token.kind == "word" and token.text in names]
    for index in mentions[:_MOST]:
        use = _use(found, pairs, index, declared, changes=changes)
        if use is not None:
            yield use
    if len(mentions) > _MOST:
        yield OverrideUse(found[mentions[_MOST]].start, "there are too many uses of the tables")


def _hiding(found: Sequence[Token]) -> Iterator[OverrideUse]:
    for index, token in enumerate(found):
        before = found[index - 1].text if index else ""
        is_named = token.kind == "word" and token.text in _HIDING
        is_text = token.kind == "text" and token.text == "__proto__"
        is_prototype = token.text == "prototype" and before == "." and found[index - 2].text == "Object"
        is_function = token.text == "Function" and before == "new"
        if is_named or is_text or is_prototype or is_function:
            yield OverrideUse(token.start, f"`{token.text}` can change what a table answers")


def _use(
    found: Sequence[Token], pairs: Mapping[int, int], index: int, declared: set[str], *, changes: bool
) -> OverrideUse | None:
    """Return why the table at ``index`` cannot be judged after this use, None if it can."""
    token = found[index]
    before = found[index - 1].text if index else ""
    members, end = _members(found, pairs, index + 1)
    after = found[end].text if end < len(found) else ""
    name = token.text
    agent = members[DEPTHS[name] - 1] if len(members) >= DEPTHS[name] else None
    if not members and after == "=" and (before in _DECLARING or (before == "." and name not in declared)):
        is_again = name in declared
        declared.add(name)
        return OverrideUse(token.start, f"{name} is declared twice") if is_again else None
    if before == "." and after == "=" and not members and _is_itself(found, end + 1, name):
        return None
    is_target = bool(members) and (after in ("of", "in") or _is_in_pattern(found, end))
    if after in _ASSIGNMENTS or before in ("delete", "++", "--") or is_target:
        return OverrideUse(token.start, f"{name} is changed here", agent)
    if before == "as":
        return OverrideUse(token.start, f"another table is exported as {name}")
    if after == ":" and before in ("{", ",") and found[min(end + 1, len(found) - 1)].text != name:
        return OverrideUse(token.start, f"another table goes by the name {name} here")
    if after == "(" and members and members[-1] not in _QUESTIONS:
        return OverrideUse(token.start, f"a call on {name} may change it, or what it answers")
    if len(members) >= DEPTHS[name]:
        return None  # a model, not a table
    call = _callee(found, index) if before in ("(", ",") else ""
    if call and call not in _READERS and (changes or call not in ("entries", "values")):
        return OverrideUse(token.start, f"{name} is passed to `{call}`, which may change it")
    is_alias = before in ("=", "...", "of") or call in ("entries", "values")
    if is_alias and changes:
        return OverrideUse(token.start, f"{name} has another name here, and this file changes objects")
    return None


def _is_itself(found: Sequence[Token], index: int, name: str) -> bool:
    """Tell whether the expression at ``index`` is a table and nothing else: ``exports.TABLE = TABLE``."""
    return [token.text for token in found[index : index + 1]] == [name] and not _members(found, {}, index + 1)[0]


def _is_in_pattern(found: Sequence[Token], index: int) -> bool:
    """Tell whether the text before ``index`` is the target of a destructuring assignment: ``[a, b] = ...``."""
    depth = 0
    for here in range(index, min(len(found), index + _FARTHEST)):
        mark = found[here].text if found[here].kind == "mark" else ""
        if mark in ("(", "[", "{"):
            depth += 1
        elif mark in (")", "]", "}"):
            depth -= 1
            if depth < 0 and (mark == ")" or (here + 1 < len(found) and found[here + 1].text == "=")):
                return mark != ")"
        elif mark == ";" and depth <= 0:
            return False
    return False


def _members(found: Sequence[Token], pairs: Mapping[int, int], index: int) -> tuple[list[str | None], int]:
    """Return the members after a name, None for a computed one, and the index after them."""
    members: list[str | None] = []
    while index < len(found):
        mark = found[index].text if found[index].kind == "mark" else ""
        following = found[index + 1] if index + 1 < len(found) else None
        if mark in (".", "?.") and following is not None and following.kind == "word":
            members.append(following.text)
            index += 2
        elif mark == "[" or (mark == "?." and following is not None and following.text == "["):
            start = index + (mark == "?.")
            end = pairs[start]
            is_text = end == start + 2 and found[start + 1].kind == "text"
            members.append(found[start + 1].text if is_text else None)
            index = end + 1
        else:
            break
    return members, index


def _callee(found: Sequence[Token], index: int) -> str:
    """Return the name of the function whose argument is at ``index``, "" if it is not an argument."""
    depth = 0
    for here in range(index - 1, max(-1, index - _FARTHEST), -1):
        token = found[here]
        if token.kind != "mark":
            continue
        if token.text in (")", "]", "}"):
            depth += 1
        elif token.text in ("(", "[", "{"):
            if depth == 0:
                caller = found[here - 1] if here else token
                is_call = token.text == "(" and caller.kind == "word"
                return caller.text if is_call and caller.text not in ("if", "while", "for", "switch", "return") else ""
            depth -= 1
        elif token.text == ";" and depth == 0:
            return ""
    return ""


def _changes_objects(found: Sequence[Token]) -> bool:
    """Tell whether a file changes members of an object other than its exports."""
    for index, token in enumerate(found):
        if token.kind == "word" and token.text in _CHANGING and not _is_export_mark(found, index):
            return True
        if token.text == "delete" and token.kind == "word":
            return True
        if index >= 2 and token.kind == "mark" and token.text in _ASSIGNMENTS:
            last, before = found[index - 1], found[index - 2]
            if last.text == "]" or (
                last.kind == "word" and before.text in (".", "?.") and not _is_exported(found, index)
            ):
                return True
    return False


def _is_exported(found: Sequence[Token], index: int) -> bool:
    """Tell whether an assignment at ``index`` is to ``exports.x``, ``module.exports`` or ``this.x``."""
    return index >= 3 and found[index - 3].text in ("exports", "module", "this")


def _is_export_mark(found: Sequence[Token], index: int) -> bool:
    """Tell whether a call is the mark of a compiled module: ``Object.defineProperty(exports, "__esModule", ...)``."""
    following = [token.text for token in found[index + 1 : index + 5]]
    return following == ["(", "exports", ",", "__esModule"]


def _other_answers(
    found: Sequence[Token], names: Collection[str], is_model: Callable[[str], bool]
) -> Iterator[OverrideUse]:
    """Yield each model that a function returns without a table.

    A model after ``||`` or ``??`` is a default. So is the last return value of a function that returns table values.
    """
    constants = {
        found[index - 2].text
        for index, token in enumerate(found)
        if index >= 2 and token.kind == "text" and found[index - 1].text == "=" and is_model(token.text)
    }
    answers: list[int] = []  # for each unfinished answer: the number of brackets open at its start
    asked: list[bool] = [False]  # for each open bracket: whether an answer inside of it comes from a table
    for index, token in enumerate(found):
        before, after = _text(found, index - 1), _text(found, index + 1)
        depth = len(asked)
        if token.kind == "mark":
            if token.text in OPENING:
                asked.append(False)
            elif token.text in CLOSING and depth > 1:
                inner = asked.pop()
                asked[-1] = asked[-1] or inner
            ends = token.text in CLOSING or token.text in (";", ",")
            while answers and (answers[-1] > len(asked) or (ends and answers[-1] == depth)):
                answers.pop()
        if token.text == "return" and token.kind == "word":
            asked[-1] = asked[-1] or after in names
            answers.append(len(asked))
        elif token.text == "=>" and token.kind == "mark" and after != "{":
            answers.append(len(asked))
        if not answers or token.kind in ("mark", "number") or before in (".", "?.", *_FALLBACKS, *_COMPARISONS):
            continue
        if not (token.text in constants if token.kind == "word" else is_model(token.text)):
            continue
        is_last = before == "return" and asked[-1] and _text(found, index - 2) not in (")", "else")
        if not (is_last and after in (";", "}")):
            yield OverrideUse(token.start, f'a function answers "{token.text}" whatever the tables say')


def _text(found: Sequence[Token], index: int) -> str:
    return found[index].text if 0 <= index < len(found) else ""
