"""Texts of every format that gsdc writes keys into, as people write them: comments, styles, line ends."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st

from gsdc.source.frontmatter_document import FrontmatterDocument
from gsdc.source.jsonc import Jsonc
from gsdc.source.toml_document import TomlDocument
from gsdc.source.yaml_document import YamlDocument

NAMES = ["model", "effort", "agents", "weak-model", "a", "b"]
COMMENTS = ["# why", "# model: haiku", '# "a": {', "#"]
YAML_KEYS = {name: [name, f'"{name}"', f"'{name}'"] for name in NAMES}
YAML_WORDS = ["opus", "anthropic/claude-opus-4-6", '"opus"', "'it''s'", '"a: b # c"', "1", "0.5", "true", "null", "~"]
YAML_WORDS += ["", "2024-01-01", "v1:0", "not # a comment"]
YAML_FLOWS = [
    "[]",
    "[a, b]",
    "{}",
    "{ }",
    '{a: 1, "b": [x]}',
    "{a: 1,}",
    "{b: {a: opus}, model: x}",
    "{a: [1, 2], b: }",
]
YAML_LINES = ["|\n  text\n\n  # text", ">-\n  folded\n  text", '"two\n  lines"', "plain\n  text", "|+\n  kept\n\n"]
TOML_KEYS = {name: [name, f'"{name}"', f"'{name}'"] for name in NAMES}
TOML_WORDS = ['"opus"', "'opus'", "1", "0.5", "true", "2024-01-01", "1979-05-27 07:32:00Z", "[]", '["a", "b"]', "inf"]
TOML_WORDS += ['"""\ntwo\n# lines"""', "'''it's'''", "[\n  1, # one\n  2,\n]", "{}", "{ }", '{ a = 1, "b" = [1] }']
TOML_WORDS += ["{a.b = 1, model = 'x'}", '{agents = {a = {b = "x"}}}']


class Format(NamedTuple):
    """A format: how a text is opened, texts of it, and whether it has a value for nothing."""

    open: Callable[[str], Any]
    texts: st.SearchStrategy[str]
    has_null: bool = True


@st.composite
def comments(draw: Any, column: int) -> list[str]:
    """Draw lines of comments and blank lines."""
    lines = draw(st.lists(st.sampled_from(["", *COMMENTS]), max_size=2))
    return [" " * column + line if line else "" for line in lines]


@st.composite
def yaml_lines(draw: Any, column: int = 0, depth: int = 0, unit: int = 2) -> list[str]:
    """Draw the lines of a mapping in block style."""
    lines: list[str] = []
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=depth > 0, max_size=4, unique=True)):
        lines += draw(comments(column))
        head = " " * column + draw(st.sampled_from(YAML_KEYS[name])) + ":"
        behind = draw(st.sampled_from(["", "", f"  {COMMENTS[0]}"]))
        kind = draw(st.sampled_from(["word", "word", "flow", "lines", "list", "long flow", "mapping", "mapping"]))
        if kind == "word":
            word = draw(st.sampled_from(YAML_WORDS))
            lines.append(head + (f" {word}" if word else "") + behind)
        elif kind == "flow":
            lines.append(f"{head} {draw(st.sampled_from(YAML_FLOWS))}{behind}")
        elif kind == "lines":
            first, *rest = draw(st.sampled_from(YAML_LINES)).split("\n")
            lines += [f"{head} {first}", *(" " * column + line if line else "" for line in rest)]
        elif kind == "list":
            indent = " " * (column + draw(st.sampled_from([0, 2])))
            lines += [head + behind, f"{indent}- x{behind}", f"{indent}- a: 1", f"{indent}  b: 2"]
        elif kind == "long flow":
            pad = " " * (column + 2)
            comma = draw(st.sampled_from(["", ","]))
            lines += [f"{head} {{", f"{pad}a: 1,{behind}", f"{pad}model: opus{comma}{behind}", f"{pad[2:]} }}"]
        elif depth < 2:
            lines += [head + behind, *draw(comments(column + unit))]
            lines += draw(yaml_lines(column + unit, depth + 1, unit))
        else:
            lines.append(f"{head} x")
    return lines


@st.composite
def ended(draw: Any, lines: list[str], *, final: bool | None = None) -> str:
    """Draw the line breaks of ``lines``; the last line has one where ``final``, or as it is drawn."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    text = "\n".join(lines).replace("\n", newline)
    final = draw(st.booleans()) if final is None else final
    return text + newline if final and lines else text


@st.composite
def yaml_texts(draw: Any) -> str:
    """Draw a YAML file."""
    lines = draw(yaml_lines(unit=draw(st.sampled_from([2, 4]))))
    start = draw(st.sampled_from([[], [], ["# our models"], ["---"], ["%YAML 1.2", "---"]]))
    end = draw(st.sampled_from([[], [], ["# end"], [""]])) if lines else []
    end = ["..."] if start[-1:] == ["---"] and draw(st.booleans()) else end  # alone, it is not YAML
    # A block of text without a line break at its end cannot be followed by a key; what only ends says nothing to read.
    final = True if end == ["..."] or any(line.endswith(("|", ">-", "|+")) for line in lines) else None
    return draw(st.sampled_from(["", "\ufeff"])) + draw(ended([*start, *lines, *end], final=final))


@st.composite
def agent_files(draw: Any) -> str:
    """Draw a Markdown file with frontmatter."""
    lines = draw(yaml_lines())
    body = draw(st.sampled_from([[], ["You review."], ["", "# Rules", "---", "model: none"]]))
    final = draw(st.booleans()) if body else True
    return draw(st.sampled_from(["", "\ufeff"])) + draw(ended(["---", *lines, "---", *body], final=final))


@st.composite
def toml_pairs(draw: Any, taken: set[str], indent: str = "") -> list[str]:
    """Draw the pairs of a table, none of them with a name that is ``taken``; those drawn are then taken."""
    lines: list[str] = []
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True)):
        if name in taken:
            continue
        taken.add(name)
        lines += draw(comments(0))
        behind = draw(st.sampled_from(["", "", f"  {COMMENTS[0]}"]))
        key = draw(st.sampled_from(TOML_KEYS[name]))
        if draw(st.integers(0, 4)) == 0:
            inner = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True))
            lines += [f"{indent}{key}.{each} = {draw(st.sampled_from(TOML_WORDS))}{behind}" for each in inner]
        else:
            equals = draw(st.sampled_from([" = ", "=", "   =  "]))
            lines.append(f"{indent}{key}{equals}{draw(st.sampled_from(TOML_WORDS))}{behind}")
    return lines


@st.composite
def toml_texts(draw: Any) -> str:
    """Draw a TOML file."""
    taken: dict[str, set[str]] = {"": set()}
    lines = draw(toml_pairs(taken[""]))
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True)):
        if name in taken[""]:
            continue
        gap = draw(st.sampled_from([[], [""], ["", "# about it"]]))
        kind = draw(st.sampled_from(["table", "sub", "both", "array"]))
        behind = draw(st.sampled_from(["", "", f"  {COMMENTS[0]}"]))
        if kind in {"table", "both"}:
            lines += [*gap, f"[{name}]{behind}", *draw(toml_pairs(own := {"a"}, draw(st.sampled_from(["", "  "]))))]
            assert "a" in own
        if kind in {"sub", "both"}:
            lines += [*gap, f"[{name}.a]{behind}", *draw(toml_pairs(set()))]
        if kind == "array":
            lines += [*gap, f"[[{name}]]{behind}", *draw(toml_pairs({"a"})), f"[{name}.a]", "b = 1", f"[[{name}]]"]
    end = draw(st.sampled_from([[], ["# end"], [""], ["", "# end", ""]]))
    return draw(st.sampled_from(["", "\ufeff"])) + draw(ended([*lines, *end]))


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
hard_words = st.sampled_from([
    "opus", "opus[1m]", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-haiku-4-5@20251001", "a: b", "a #b", "",
    " ", "yes", "No", "null", "~", "1", "1e5", "0x1F", "012", "1:30", "2024-01-01", "1_000", ".inf", "- a", "*x", "&x",
    "!t", "it's", 'say "hi"', "back\\slash", "two\nlines", "{a}", "a, b", "[b]", "?", "---", "...", "<<", "=", "é",
    "\u2028", "\x7f", "\x85", "@a", "`b`", "%c", "key:", "a:", ":", "4o-mini", "gpt-5.2", "\ufeff", "on", "y",
])  # fmt: skip
numbers = st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
scalars = hard_words | words | numbers
names = st.sampled_from([*NAMES, *NAMES, "new", "on", "1", "x y", "a.b", "é", 'q"', "<<", "null", "a: b", ""])


def values(*, has_null: bool) -> st.SearchStrategy[Any]:
    """Return values for a format that has null, or has not."""
    leaves = scalars | st.none() if has_null else scalars
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
        max_leaves=5,
    )


objects = st.recursive(
    scalars | st.none(), lambda inner: st.dictionaries(names, inner, max_size=3), max_leaves=8
).filter(lambda data: isinstance(data, dict))
json_texts = st.builds(lambda data, indent: json.dumps(data, indent=indent), objects, st.sampled_from([None, 2]))

FORMATS = {
    "json": Format(lambda text: Jsonc("x.json", text), json_texts),
    "yaml": Format(lambda text: YamlDocument("x.yaml", text), yaml_texts()),
    "toml": Format(lambda text: TomlDocument("x.toml", text), toml_texts(), has_null=False),
    "frontmatter": Format(lambda text: FrontmatterDocument("x.md", text), agent_files()),
}
