"""Plans with mistakes of every kind: a few seeds, what plans are made of, and mutations of bytes and lines."""

import random
from collections.abc import Callable, Sequence
from typing import Final

LONGEST: Final = 120_000

SEEDS: Final = (
    (
        b"---\n"
        b"phase: 01-core\n"
        b"plan: 01\n"
        b"type: execute\n"
        b"wave: 1\n"
        b'depends_on: ["01-02", 3]\n'
        b"files_modified:\n"
        b"  - src/a.ts\n"
        b"  - src/b.ts\n"
        b"autonomous: true\n"
        b"must_haves:\n"
        b"  truths: []\n"
        b"  artifacts:\n"
        b"    - path: src/a.ts\n"
        b"      min_lines: 3\n"
        b"  key_links:\n"
        b"    - from: src/a.ts\n"
        b"      to: src/b.ts\n"
        b'      pattern: "a\\\\.b"\n'
        b"---\n"
        b"\n"
        b"<objective>\n"
        b"Add a & b < c\n"
        b"</objective>\n"
        b"\n"
        b"<context>\n"
        b"@src/missing.ts\n"
        b"- `@docs/x.md`\n"
        b"</context>\n"
        b"\n"
        b"<tasks>\n"
        b"\n"
        b'<task type="auto" tdd="true">\n'
        b"  <name>Task 1: Verify JWT tokens in the login</name>\n"
        b"  <files>src/auth/a.ts, src/(auth)/b.ts (NEW, empty)</files>\n"
        b"  <action>\n"
        b"Do it as Task 2 says:\n"
        b"\n"
        b"```md\n"
        b"<task>\n"
        b"```ts\n"
        b"if (a < b) {}\n"
        b"```\n"
        b"```\n"
        b"\n"
        b"1. x\n"
        b"2. y\n"
        b"  </action>\n"
        b"  <verify>It works</verify>\n"
        b"  <done>/Users/ada/x</done>\n"
        b"</task>\n"
        b"\n"
        b'<task type="checkpoint:human-verify" gate="blocking">\n'
        b"  <what-built>A page</what-built>\n"
        b"  <how-to-verify>Look</how-to-verify>\n"
        b"</task>\n"
        b"\n"
        b"</tasks>\n"
    ),
    (
        b"---\r\n"
        b"phase: 02\r\n"
        b'plan: "02"\r\n'
        b"wave: two\r\n"
        b"depends_on: [01-01]\r\n"
        b'pattern: "a\\.b"\r\n'
        b"note: a: b\r\n"
        b"---\r\n"
        b'<task type="auto" model="haiku" estimated-complexity="9" depends-on="7" parallel="can-parallelize">\r\n'
        b"<name>Encrypt secrets</name>\r\n"
        b"<files>x.py</files>\r\n"
        b"<action>Read x.py of task 1 and 2</action>\r\n"
        b"<metrics>\r\n"
        b"<estimated-tokens>8000-12000</estimated-tokens>\r\n"
        b"<token-budget>9,000</token-budget>\r\n"
        b"</metrics>\r\n"
        b"</task>\r\n"
        b'<task parallel="can-parallelize">\r\n'
        b"<name>n</name>\r\n"
        b"<files>x.py</files>\r\n"
        b"<!-- gsdc: allow PL015 it is so -->\r\n"
        b"<verify>ok</verify>\r\n"
        b"</task>\r\n"
    ),
    (
        b"\xef\xbb\xbf<!-- a -->\n"
        b"---\n"
        b"wave: 1\n"
        b"---\n"
        b"<task>\n"
        b"<name>1</name>\n"
        b"<action>\xc3\xa9 \xf0\x9f\x98\x80 <task>\n"
        b"</action>\n"
        b'<task depends_on="1">\n'
        b"<name>Task 9: b</name>\n"
        b"<files>\n"
        b"- a/b c.md\n"
        b"1) d.md -- new\n"
        b"</files>\n"
    ),
)

TOKENS: Final = (
    *(b"<task", b'<task type="auto">', b"\n<task>\n", b"</task>", b"\n</task>\n", b"<tasks>", b"</tasks>"),
    *(b"<name>", b"</name>", b"<files>", b"</files>", b"<action>", b"</action>", b"<verify>", b"<metrics>"),
    *(b"</metrics>", b"<token-budget>9", b"<", b"<estimated-tokens>", b"```", b"~~~", b"\n```\n"),
    *(b"\n````md\n", b"---", b"\n---\n", b"---\n", b"-", b"[", b"]", b"{", b"}", b"(", b")", b'"', b"'"),
    *(b"`", b"\\", b":", b": ", b",", b";", b"=", b"&", b"*", b"!", b"|", b">", b"@", b"#", b"%", b"/"),
    *(b".", b" ", b"\t", b"\n", b"\r", b"\r\n", b"\x00", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xc2\x85"),
    *(b"\x0b", b"\x1c", b"\xc3\xa9", b"\xc2\xb2", b"\xd9\xa3", b"\xf0\x9f\x98\x80", b"\xc4\xb0", b"a"),
    *(b"1", b"9", b"_", b"- ", b"\n- a.ts", b"\n@a/b.md", b"<context>\n", b"\n<context>\n", b"</context>"),
    *(b"task 1, ", b"Task 2", b' depends-on="1"', b' depends-on="1,2,3"', b' parallel="can-parallelize"'),
    *(b' model="haiku"', b' a="b"', b' estimated-complexity="9"', b"/Users/ada/", b"C:\\Users\\ada\\"),
    *(b"://a:bcd@", b"eyJaaaaaaaaaaaa.", b"ghp_", b"AKIA", b"<!-- gsdc: allow PL015 so -->"),
    *(b"<!-- gsdc: allow", b"<!--", b"-->", b"wave: 1\n", b"\nwave: 1", b"wave: 1e999\n"),
    *(b"depends_on: [01-02]\n", b"files_modified: [a.ts]\n", b"a: &a [*a]\n", b"must_haves: []\n", b"? "),
    *(b"key: |\n", b"<<: ", b"<!-- gsdc:begin plan-annotations\n"),
    *(b"\n\n<!-- gsdc:begin plan-annotations\n", b"-->\n", b"<task_dependency_graph>"),
    *(b"1:0123abcd model=x\n", b"<!-- gsdc:end plan-annotations -->", b"</task_dependency_graph>"),
    *(b"\nconst a = 1;", b"jwt auth "),
    *(b"\n\n<!-- gsdc:begin plan-annotations\n-->\n<!-- gsdc:end plan-annotations -->", b"\xc3\xbf", b"0."),
    *(b"1.", b"\n1. do", b"execute", b"<a b ", b"<a>", b"</a>", b"<!-- gsdc:", b"a/b ", b" -- ", b"(a) "),
    *(b"---\na: 1\n---\n", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb"),
)


def mutate(plans: Sequence[bytes], chance: random.Random) -> bytes:
    """Return one of ``plans`` with a few mutations, at most 120 kB of it."""
    data = chance.choice(plans)[:LONGEST]
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
        data = chance.choice(_MUTATIONS)(data, plans, chance)[:LONGEST]
    return data


Mutation = Callable[[bytes, Sequence[bytes], random.Random], bytes]


def _place(data: bytes, chance: random.Random) -> int:
    return chance.randrange(len(data) + 1)


def _flip(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    at = _place(data, chance)
    return data[:at] + bytes([chance.randrange(128)]) + data[at + 1 :]


def _delete(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    at = _place(data, chance)
    return data[:at] + data[at + chance.choice((1, 1, 2, 5, 20, 100)) :]


def _insert(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    at = _place(data, chance)
    return data[:at] + chance.choice(TOKENS) + data[at:]


def _token_at_line(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(TOKENS) + chance.choice((b"", chance.choice(TOKENS))))
    return b"\n".join(lines)


def _delete_lines(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    return b"\n".join(lines[:at] + lines[at + chance.choice((1, 1, 3, 10)) :])


def _repeat_lines(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    some = lines[at : at + chance.choice((1, 2, 5, 30))]
    target = chance.choice((at, chance.randrange(len(lines))))
    return b"\n".join(lines[:target] + some * chance.choice((1, 1, 2, 10)) + lines[target:])


def _splice(data: bytes, plans: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(plans)
    return data[: _place(data, chance)] + other[_place(other, chance) :]


def _graft(data: bytes, plans: Sequence[bytes], chance: random.Random) -> bytes:
    other, at = chance.choice(plans), _place(data, chance)
    begin = _place(other, chance)
    return data[:at] + other[begin : begin + chance.randrange(300)] + data[at:]


def _truncate(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    at = _place(data, chance)
    return chance.choice((data[:at], data[at:]))


def _repeat_token(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    token = b"".join(chance.choices(TOKENS, k=chance.choice((1, 1, 2, 3))))
    at = _place(data, chance)
    return data[:at] + token * chance.choice((2, 3, 10, 50)) + data[at:]


def _newlines(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    old, new = chance.choice(((b"\r\n", b"\n"), (b"\n", b"\r\n"), (b"\n", b"\r"), (b"\n\n", b"\n")))
    return data.replace(old, new, chance.choice((-1, 1, 5)))


def _swap_tokens(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    return data.replace(chance.choice(TOKENS), chance.choice(TOKENS), chance.choice((-1, 1, 2)))


_MUTATIONS: Final[tuple[Mutation, ...]] = (
    *(_flip, _delete, _insert, _insert, _token_at_line, _token_at_line, _delete_lines, _repeat_lines),
    *(_splice, _graft, _truncate, _repeat_token, _newlines, _swap_tokens),
)


def huge(plans: Sequence[bytes], chance: random.Random) -> bytes:
    """Return one of ``plans`` with one to three tokens, or some of its own lines, repeated up to 120 kB."""
    data = chance.choice(plans)[: LONGEST // 2]
    at = _place(data, chance)
    line = data[at : at + chance.randrange(1, 300)]
    token = chance.choice((line, *(b"".join(chance.choices(TOKENS, k=k)) for k in (1, 2, 3))))
    before, after = chance.choice(((data[:at], data[at:]), (b"", b""), (data[:at], b""), (b"---\n", b"\n---\n")))
    room = chance.choice((LONGEST // 8, LONGEST // 2, LONGEST)) - len(before) - len(after)
    return (before + token * max(1, room // len(token)) + after)[:LONGEST]


def one_input(plans: Sequence[bytes], seed: int, number: int) -> bytes:
    """Return the input of a run: the same for the same plans, seed and number."""
    chance = random.Random(seed * 1_000_003 + number)
    return huge(plans, chance) if chance.random() < 0.01 else mutate(plans, chance)
