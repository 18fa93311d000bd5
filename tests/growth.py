"""Hostile plans that grow: what takes more than its share of time as a text gets longer.

Each is a beginning, a piece that is repeated (its number may stand in it), and an end. Used by ``python -m tests.fuzz
--growth``, which measures time, and by a test, which counts steps.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

_HEAD: Final = "---\nphase: 01-core\nplan: 01\nwave: 1\nfiles_modified: [src/a.ts]\n---\n"
_BLOCK: Final = "\n\n<!-- gsdc:begin plan-annotations\n-->\n<!-- gsdc:end plan-annotations -->"


class Hostile(NamedTuple):
    """A plan of any length: ``before``, ``piece`` again and again, ``{n}`` in it being its number, and ``after``."""

    before: str
    piece: str
    after: str = ""

    def text(self, length: int) -> str:
        """Return it with about ``length`` characters."""
        size = len(self.piece.replace("{n}", "1000"))
        count = max(1, (length - len(self.before) - len(self.after)) // size)
        return self.before + "".join(self.piece.replace("{n}", str(n + 1)) for n in range(count)) + self.after


def _in_task(piece: str, element: str = "action") -> Hostile:
    return Hostile(f"{_HEAD}<task>\n<name>a</name>\n<{element}>\n", piece, f"\n</{element}>\n</task>\n")


def _in_head(piece: str, before: str = "") -> Hostile:
    return Hostile(f"---\nphase: 1\n{before}", piece, "\n---\n<task>\n<name>a</name>\n<files>a.ts</files>\n</task>\n")


HOSTILE: Final = {
    "opened tasks": Hostile(_HEAD, "<task>\n"),
    "closed tasks": Hostile("", "</task>\n", "<task>\n"),
    "empty tasks": Hostile(_HEAD, "<task>\n</task>\n"),
    "tasks with all": Hostile(
        _HEAD,
        "<task>\n<name>t{n}</name>\n<files>src/f{n}.ts</files>\n<action>a</action>\n<verify>ok</verify>\n</task>\n",
    ),
    "tasks of many kinds": Hostile(_HEAD, '<task type="auto{n}" model="x" gate="y" tdd="z">\n</task>\n'),
    "tasks on one file": Hostile(_HEAD, '<task parallel="can-parallelize">\n<files>a.ts</files>\n</task>\n'),
    "tasks on files of their own": Hostile(
        _HEAD, '<task parallel="can-parallelize">\n<files>a{n}.ts</files>\n</task>\n'
    ),
    "tasks that wait for each other": Hostile(_HEAD, '<task depends-on="{n},1">\n</task>\n'),
    "tasks in circles": Hostile('<task depends-on="2,3">\n</task>\n', '<task depends-on="1,{n},4">\n</task>\n'),
    "tasks that wait for many": Hostile('<task depends-on="', "{n},", '">\n</task>\n'),
    "tasks that are not there": Hostile("", '<task depends-on="{n}00000">\n</task>\n'),
    "mentions of tasks": Hostile("<task>\n</task>\n<task>\n<action>\n", "Task {n}, ", "</action>\n</task>\n"),
    "checkpoints": Hostile("---\nautonomous: true\n---\n", '<task type="checkpoint:decision">\n</task>\n'),
    "critical tasks": Hostile(_HEAD, "<task>\n<name>JWT auth token</name>\n</task>\n"),
    "critical tasks on light models": Hostile(_HEAD, '<task model="haiku">\n<name>JWT auth token</name>\n</task>\n'),
    "nested tasks": Hostile(_HEAD + "<task>\n<action>\n```\n", "<task>\n", "```\n</action>\n</task>\n"),
    "nested tasks and actions": Hostile(_HEAD, "<task>\n<action>\n```\n"),
    "nested fences": Hostile(_HEAD + "<task>\n<action>\n", "```a\n<task>\n"),
    "fences that grow": Hostile(_HEAD + "<task>\n<action>\n", "```a\n", "`" * 2000 + "\n<task>\n"),
    "actions": Hostile(_HEAD + "<task>\n", "<action>"),
    "elements that are never closed": _in_task("<a{n}>"),
    "elements of one name": _in_task("<a>"),
    "closings": _in_task("</a>"),
    "children": Hostile(f"{_HEAD}<task>\n", "<a>b</a>\n", "</task>\n"),
    "openings of elements": _in_task("<a "),
    "attributes": Hostile("<task", ' a{n}="b"', ">\n</task>\n"),
    "attribute names": Hostile("<task ", "a.", ">\n</task>\n"),
    "attribute names and blanks": Hostile("<task a", " ", ">\n</task>\n"),
    "open quotes": Hostile("<task ", 'a="b ', ">\n</task>\n"),
    "long tags": Hostile("", "<task\n"),
    "tags of twenty lines": Hostile("", "<task " + "\n" * 19),
    "blanks before a tag": Hostile(_HEAD, " ", "<task>\n</task>\n"),
    "tags on one line": Hostile(_HEAD, " <task >"),
    "tags after a word on one line": Hostile(f"{_HEAD}x", " <task>"),
    "newlines": Hostile(_HEAD, "\n", "<task>\n</task>\n"),
    "blank lines in a task": Hostile(f"{_HEAD}<task>\n<name>a</name>", "\n", "</task>\n"),
    "blank lines in a name": _in_task(" \n", "name"),
    "carriage returns": Hostile(_HEAD, "\r"),
    "comments": Hostile("", "<!-- a -->\n", "---\nwave: 1\n---\n"),
    "blanks first": Hostile("", " ", "\n---\nwave: 1\n---\n"),
    "blank lines first": Hostile("", "  \n", "---"),
    "ends of frontmatter": Hostile("", "---\n"),
    "blanks after ends": Hostile("---\n", "---" + " " * 200 + "a\n"),
    "files by blanks": _in_task("a/b ", "files"),
    "files by commas": _in_task("a{n}.ts,", "files"),
    "files by lines": _in_task("- a{n}.ts\n", "files"),
    "file notes": _in_task("(a) ", "files"),
    "open file notes": _in_task("a (", "files"),
    "file dashes": _in_task("a - ", "files"),
    "file dashes without blanks": _in_task("a--", "files"),
    "file blanks": _in_task(" ", "files"),
    "file blanks in words": _in_task("a" + " " * 500, "files"),
    "file slashes": _in_task("a/", "files"),
    "file dots": _in_task(".", "files"),
    "file brackets": _in_task("[", "files"),
    "file colons": _in_task("a: ", "files"),
    "bullets": _in_task("- ", "files"),
    "duplicate keys": _in_head("a: 1\n"),
    "keys": _in_head("a{n}: 1\n"),
    "open brackets": _in_head("[", "a: "),
    "open braces": _in_head("{", "a: "),
    "brackets": _in_head("[],", "a: ["),
    "nested keys": _in_head("? "),
    "bad escapes": _in_head('a{n}: "\\."\n'),
    "bad tokens": _in_head("a{n}: @b\n"),
    "quotes": _in_head('"', "a: "),
    "colons": _in_head("a: "),
    "anchors": _in_head("a{n}: &a [*a]\n"),
    "other line ends": _in_head("a: \u2028(\n"),
    "digits of a wave": _in_head("1", "wave: "),
    "digits of a complexity": Hostile('<task model="haiku" estimated-complexity="', "1", '">\n</task>\n'),
    "dependencies": _in_head('  - "01-{n}"\n', "depends_on:\n"),
    "a long dependency": _in_head("-1", "depends_on:\n  - 01"),
    "blanks in a dependency": _in_head(" ", "depends_on:\n  - 'a"),
    "declared files": _in_head("  - a{n}.ts\n", "files_modified:\n"),
    "declared patterns": Hostile(
        "---\nfiles_modified:\n" + "".join(f"  - src/{n}/*.ts\n" for n in range(300)) + "---\n",
        "<task>\n<files>a{n}.ts</files>\n</task>\n",
    ),
    "a pattern of stars": _in_head("*a", 'files_modified:\n  - "'),
    "declared files that tasks lack": Hostile(
        "---\nfiles_modified:\n  - b.ts\n---\n", "<task>\n<files>a{n}.ts</files>\n</task>\n"
    ),
    "references": Hostile(f"{_HEAD}\n<context>\n", "@a/b{n}.md\n", "</context>\n"),
    "fenced references": Hostile(f"{_HEAD}\n<context>\n", "```\n@a/b.md\n", "</context>\n"),
    "sections": Hostile(f"{_HEAD}<task>\n", "<context>\n"),
    "sections in tasks": Hostile(_HEAD, "<task>\n<context>\n</task>\n"),
    "sections that are open": Hostile(_HEAD, "\n<context>"),
    "home folders": _in_task("/Users/ada/a.ts\n"),
    "home folders in one line": _in_task("/Users/ada/ "),
    "home folders that touch": _in_task("/home/a"),
    "long names of homes": Hostile("/home/", "a"),
    "marks of secrets": _in_task("eyJ"),
    "long marks of secrets": _in_task("eyJ" + "a" * 390 + "."),
    "passwords": _in_task("://a:b"),
    "passwords of this machine": _in_task("://a:bcd@localhost "),
    "many secrets": _in_task("ghp_aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zAcDeF\n"),
    "metrics": _in_task("<estimated-tokens>1", "metrics"),
    "digits of metrics": _in_task("<token-budget>" + " " * 300, "metrics"),
    "suppressions": Hostile(_HEAD, "<!-- gsdc: allow PL015 so -->\n"),
    "suppressions in tasks": Hostile(_HEAD, "<task>\n<!-- gsdc: allow PL007 so -->\n</task>\n"),
    "broken suppressions": Hostile(_HEAD, "<!-- gsdc: allow x -->\n"),
    "suppressions of many findings": Hostile(
        _HEAD + "<!-- gsdc: allow PL015 so -->\n" * 200, "<task>\n<files>b.ts</files>\n</task>\n"
    ),
    "open suppressions": Hostile(_HEAD, "<!-- gsdc: allow "),
    "blanks in suppressions": Hostile(f"{_HEAD}<!--", " ", "gsdc: allow"),
    "blocks": Hostile(f"{_HEAD}<task>\n</task>\n", _BLOCK),
    "blocks after an open task": Hostile(f"{_HEAD}<task>\n", _BLOCK),
    "open blocks": Hostile(f"{_HEAD}<task>\n</task>", _BLOCK.partition("<!-- gsdc:end")[0]),
    "a long ledger": Hostile(
        "<task>\n</task>\n\n<!-- gsdc:begin plan-annotations\n",
        "{n}:0123abcd a=b\n",
        "-->\n<!-- gsdc:end plan-annotations -->",
    ),
    "a long graph": Hostile(f"{_HEAD}<task>\n</task>" + _BLOCK.partition("<!-- gsdc:end")[0], "a\n"),
    "must-haves": _in_head("    - path: a{n}\n", "must_haves:\n  artifacts:\n"),
    "long words": _in_task("a"),
    "capitals": _in_task("A"),
    "words of security": _in_task("jwt auth token "),
    "words with tests": _in_task("with ", "name"),
    "words to write": _in_task("write ", "name"),
    "words to verify": _in_task("it works ", "verify"),
    "steps": _in_task("1. a\n"),
    "dotted steps": _in_task("1."),
    "blanks of steps": _in_task(" "),
    "task in a name": _in_task("Task 1 ", "name"),
    "dashes": Hostile("", "-"),
    "less-than signs": _in_task("<"),
    "greater-than signs": _in_task(">"),
    "null characters": _in_task("\0"),
}


def growing(length: int) -> Iterator[tuple[str, str, str, str]]:
    """Yield the name of each hostile plan, and its text of about ``length``, twice and four times that."""
    for name, hostile in HOSTILE.items():
        yield name, hostile.text(length), hostile.text(2 * length), hostile.text(4 * length)
