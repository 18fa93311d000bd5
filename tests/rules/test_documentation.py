"""Documentation is executed: the example of every rule triggers it, what it says to use instead does not."""

import json
import random
import re
import string
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from gsdc.cli import main
from gsdc.rules.documentation import Example, families
from gsdc.rules.registry import documentation

COMPILER = Path(__file__).parents[2] / "compiler"
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
ALL = {item.code: item for item in documentation()}
EXAMPLES = sorted(code for code, item in ALL.items() if item.parts.example)

# No files can show these: a bug of gsdc itself, what a disk refuses, and what yesterday's policy compiled.
WITHOUT_EXAMPLE = {"MD006", "DP043", "TV001", "IN005", "IF005"}
# What is too much for an example: a hundred folders in each other, a thousand tasks.
WITHOUT_EXAMPLE |= {"IN011", "PL032"}
# A history, two processes, a process that dies, a link: these take more than files.
WITHOUT_EXAMPLE |= {"DP001", "DP003", "DP004", "DP005", "DP006", "DP007", "DP008", "DP010", "DP011", "DP012", "DP013"}
WITHOUT_EXAMPLE |= {"DP014"}
WITHOUT_EXAMPLE |= {"RF010", "IN030", "IN040"}
# A file in the home folder.
WITHOUT_EXAMPLE |= {"OC024"}
# A build for a budget zone.
WITHOUT_EXAMPLE |= {"IF031"}
# A ledger that is used up.
WITHOUT_EXAMPLE |= {"LG010"}
# A text that is written so that no key of it can be edited.
WITHOUT_EXAMPLE |= {"IN013"}
# An example of a plan shows the part that it is about; the rest of its frontmatter and of its tasks is missing.
ONLY_A_PART = {"PL006", "PL007", "PL015"}
# What cannot but come with it: waves do not rise in a circle; a comment that allows nothing leaves what it meant to
# allow; a row of ours is broken by hand only.
COMES_WITH = {"DP040": {"MD001"}, "PL013": {"PL014"}, "PL025": {"PL018"}, "CM004": {"CM002"}}
# An opus that is haiku breaks the pin of the security agents.
COMES_WITH |= {"NB012": {"NB001"}}
# get-shit-done's own table runs its security auditor on sonnet: that is found with any
# configuration of its; an id that it would not know is not in the catalog either, and runtimes differ.
COMES_WITH |= {code: {"NB001", "IF002", "IF030"} for code in ALL if code.startswith("GS")}
COMES_WITH |= {"OC025": {"OC021"}}
# Rules that come out of a seed document or of what a client does; these are about comments and blocks of our own.
SOURCED = ("NB", "PL", "MH", "MD", "BG", "ST", "OC", "CA", "CM", "GS", "OV", "AF", "CX", "QW", "KI", "OM")
OUR_OWN = {"PL024", "PL025", "PL026", "CM001", "CM003", "CM004"}
_SEED = r'seed 00[0-4], "[^"]+"(?: and "[^"]+")*'
_OTHER = r"(?:measured on|documented by|reported to|design,) [^();]+"
# (seed 002, "Never Violate"; measured on OpenCode 1.18: what was seen)
SOURCE = re.compile(rf"\((?:(?:{_SEED}|{_OTHER})(?:: [^();]+|, which [^();]+|, for [^();]+)?(?:; )?)+\)")
QUOTED = re.compile(_SEED)

PROJECT = "profile: balanced\nfleets: [gsd]\n"
PROFILE = "profile: example\nfleets: [leo]\nprofiles: {example: example.yaml}\n"
PLAN = ".planning/phases/01-core/01-02-PLAN.md"
HEAD = """\
---
phase: 01-core
plan: 02
type: execute
wave: 1
depends_on: []
files_modified: []
autonomous: false
must_haves: {truths: []}
---
"""


def files(example: Example) -> dict[str, str]:
    """Return the files of an example by their paths, with what a profile or a plan stands in."""
    (kind, text), *others = example.files
    if kind == "profile":
        first = {"gsdc.yaml": PROFILE, "example.yaml": text}
    elif kind == "PLAN.md":
        first = {"gsdc.yaml": PROJECT, PLAN: text if text.startswith("---") else HEAD + text}
    else:
        first = {kind: text}
    return first | {file.path: file.text for file in others}


def written(text: str) -> str:
    """Return the text of an example with what its placeholders stand for."""
    chance = random.Random(3)
    token = "ghp_" + "".join(chance.choice(string.ascii_letters + string.digits) for _ in range(36))
    return (
        text.replace("{{github-token}}", token)
        .replace("{{line-separator}}", "\u2028")
        .replace("{{right-to-left-override}}", "\u202e")
        .replace("{{a text of 1,000 characters}}", "-" * 1_000)
    )


def one_line(code: str) -> str:
    """Return what is said of a rule before its examples, without line ends."""
    return " ".join(f"{ALL[code].parts.what} {ALL[code].parts.why}".split())


@pytest.fixture
def find(tmp_path, monkeypatch):
    """Return a function that gives what is found in an example: code, severity, and whether a fix is safe."""

    def found_in(example: Example) -> set[tuple[str, str, str | None]]:
        folder = tmp_path / "project"
        for path, text in files(example).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(written(text), encoding="utf-8")
        monkeypatch.chdir(folder)
        commands = [example.command.split()[1:]] if example.command else [["lint"], ["build"]]
        return {item for command in commands for item in run(command)}

    return found_in


def run(command: list[str]):
    result = CliRunner().invoke(main, ["--format", "json", *command])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    for finding in json.loads(result.stdout)["findings"]:
        yield finding["code"], finding["severity"], finding["fix"]


def weighty(found: set[tuple[str, str, str | None]]) -> set[str]:
    """Return the codes of errors and warnings, without those that an example gives by showing a part only."""
    return {code for code, severity, _ in found if severity != "note"} - ONLY_A_PART


@pytest.mark.parametrize("code", EXAMPLES)
def test_example(code, find):
    parts = ALL[code].parts
    found = find(parts.example)
    assert code in {item for item, _, _ in found}
    assert weighty(found) - COMES_WITH.get(code, set()) <= {code}
    fixes = {fix for item, _, fix in found if item == code} - {None}
    assert fixes == ({parts.fix[0]} if parts.fix else set()), "what the section Fix says"


@pytest.mark.parametrize("code", EXAMPLES)
def test_use_instead(code, find):
    found = find(ALL[code].parts.instead)
    assert code not in {item for item, _, _ in found}
    assert weighty(found) - COMES_WITH.get(code, set()) == set()


@pytest.mark.parametrize("code", ALL)
def test_form(code):
    item = ALL[code]
    parts = item.parts
    first, blank, *_ = item.text.splitlines()
    assert re.fullmatch(r"([A-Z`]|gsdc).*[^.]\.", first), "the first line is a sentence"
    assert ". " not in first, "the first line is one sentence"
    assert not blank
    assert parts.why
    assert "\n## " not in f"\n{parts.what}\n{parts.why}\n{parts.no_example}", "a heading that is none of the form"
    if code in WITHOUT_EXAMPLE:
        assert parts.no_example
        assert "\n" not in parts.no_example
        assert not parts.example
        assert not parts.instead
    else:
        assert not parts.no_example
        assert parts.example
        assert parts.instead
        assert parts.example.command == parts.instead.command


@pytest.mark.parametrize("code", [code for code in ALL if code.startswith(SOURCED) and code not in OUR_OWN])
def test_source(code):
    assert SOURCE.search(one_line(code)), 'name it, as in (seed 002, "Never Violate") or (measured on OpenCode 1.18)'


@pytest.mark.skipif(not SEEDS.is_dir(), reason="../shared, which holds the seed documents, is absent")
@pytest.mark.parametrize("code", [code for code in ALL if QUOTED.search(one_line(code))])
def test_seeds_have_the_sections(code):
    for source in QUOTED.findall(one_line(code)):
        (seed,) = SEEDS.glob(f"{source.split()[1][:3]}_*.txt")
        text = seed.read_text(encoding="utf-8")
        for section in re.findall('"([^"]+)"', source):
            assert section in text


def test_codes_and_names():
    assert len(ALL) == len({item.name for item in ALL.values()}) == len(documentation())
    for code, item in ALL.items():
        assert re.fullmatch(r"[A-Z]{2}\d{3}", code)
        assert code[:2] in families()
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", item.name)


def test_every_code_in_the_source_is_documented():
    modules = [path.read_text(encoding="utf-8") for path in COMPILER.rglob("*.py")]
    defined = re.compile(r'^CODE: Final = "(\w+)"|Diagnostic\(\s*"(\w+)"', re.MULTILINE)
    found = Counter(rule or diagnostic for text in modules for rule, diagnostic in defined.findall(text))
    assert sorted(found.keys() - ALL.keys()) == [], "list the module in rules.registry"
    assert sorted(ALL.keys() - found.keys()) == []
    assert [code for code, count in found.items() if count > 1] == [], "a code of two rules"


def test_a_module_that_mends_says_so():
    for path in (COMPILER / "gsdc/rules").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        code = re.search(r'^CODE: Final = "(\w+)"', text, re.MULTILINE)
        if code and code[1] in ALL:
            has_fix = ALL[code[1]].parts.fix is not None
            assert ("Fix(" in text) <= has_fix, path.name
            assert has_fix <= (re.search(r"\bFix\(|remedy_for\(|rename\(", text) is not None), path.name
