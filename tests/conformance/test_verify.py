"""gsdc's verdicts on must-haves are those of ``gsd-tools verify``, but for where that is wrong: on purpose, and listed.

Each entry stands in a plan of its own, in block style as GSD writes it, and is judged by both.
"""

import pytest

from gsdc.plans.javascript_pattern import searcher
from gsdc.plans.project_files import ProjectFiles
from gsdc.plans.verification import verify
from gsdc.source.plan import parse

PLAN = ".planning/phases/01-api/01-01-PLAN.md"
FILES = {
    "src/routes.ts": "import { login } from './session';\nexport const application = login;\n",
    "src/session.ts": "export function login() {\n  return token.sign(1);\n}\n",
    "src/empty.ts": "",
    "public/ort-wasm.wasm": "asm",
}
ARTIFACT = "path: src/routes.ts"
LINK = "from: src/routes.ts\n      to: src/session.ts"

ALIKE = {
    "file": ("artifacts", ARTIFACT),
    "no file": ("artifacts", "path: src/none.ts"),
    "quoted path": ("artifacts", 'path: "src/routes.ts"'),
    "enough lines": ("artifacts", f"{ARTIFACT}\n      min_lines: 2"),
    "too few lines": ("artifacts", f"{ARTIFACT}\n      min_lines: 4"),
    "contains": ("artifacts", f'{ARTIFACT}\n      contains: "login"'),
    "contains not": ("artifacts", f'{ARTIFACT}\n      contains: "logout"'),
    "exports": ("artifacts", f"{ARTIFACT}\n      exports:\n        - application"),
    "exports not": ("artifacts", f"{ARTIFACT}\n      exports:\n        - absent"),
    "empty file": ("artifacts", "path: src/empty.ts"),
    "pattern in source": ("key_links", f'{LINK}\n      pattern: "import.*login"'),
    "pattern in target": ("key_links", f'{LINK}\n      pattern: "return token"'),
    "pattern nowhere": ("key_links", f'{LINK}\n      pattern: "logout"'),
    "pattern of JavaScript": ("key_links", f'{LINK}\n      pattern: "(?<what>const) application[^]"'),
    "pattern of Python": ("key_links", f'{LINK}\n      pattern: "(?P<what>const)"'),
    "no pattern at all": ("key_links", f'{LINK}\n      pattern: "logout("'),
    "no source": ("key_links", 'from: src/none.ts\n      to: src/session.ts\n      pattern: "login"'),
    "unnamed target": ("key_links", "from: src/session.ts\n      to: src/routes.ts"),
}

# What get-shit-done says, what we say, and why.
DIFFERENT = {
    "alternatives": ("artifacts", f'{ARTIFACT}\n      contains: "absent|login"', False, True),  # GSD: only as text
    "flow list": ("artifacts", f'{ARTIFACT}\n      exports: ["absent"]', True, False),  # GSD: passed by
    "part of a word": ("artifacts", f"{ARTIFACT}\n      exports:\n        - app", True, False),  # GSD: any part
    "last line end": ("artifacts", f"{ARTIFACT}\n      min_lines: 3", True, False),  # GSD: counts a line after it
    "several texts": (  # GSD: joined with commas
        "artifacts",
        f"{ARTIFACT}\n      contains:\n        - import\n        - export",
        False,
        True,
    ),
    "glob": ("artifacts", "path: public/*.wasm", False, True),  # GSD: a file of that name
    "escaped": ("key_links", f'{LINK}\n      pattern: "token\\\\.sign"', False, True),  # GSD: keeps both backslashes
    "single quotes": ("key_links", f"{LINK}\n      pattern: 'return token'", False, True),  # GSD: keeps the quotes
    "text": ("key_links", f'{LINK}\n      pattern: "sign(1)"', False, True),  # GSD: a group
    "line number": (  # GSD: a file of that name
        "key_links",
        'from: src/routes.ts:2\n      to: src/session.ts\n      pattern: "login"',
        False,
        True,
    ),
    "bare name": (  # GSD: at the top only
        "key_links",
        'from: routes.ts\n      to: src/session.ts\n      pattern: "login"',
        False,
        True,
    ),
    "prose": ("key_links", 'from: the page\n      to: src/session.ts\n      pattern: "login"', False, None),
    "import": ("key_links", LINK, False, True),  # GSD: the path with its extension, word for word
    "outside": ("artifacts", "path: ../plan.md", True, False),  # GSD: any file of the machine
}


@pytest.fixture
def judge(tmp_path, run_gsd):
    """Return ``judge(block, entry)``: what GSD and what gsdc say of one must-have."""
    root = tmp_path / "project"
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (tmp_path / "plan.md").write_text("outside")

    def run(block: str, entry: str) -> tuple[bool, bool | None]:
        text = f"---\nphase: 01-api\nmust_haves:\n  {block}:\n    - {entry}\n---\n\n<objective>Test</objective>\n"
        (root / PLAN).parent.mkdir(parents=True, exist_ok=True)
        (root / PLAN).write_text(text)
        theirs = run_gsd("verify", block.replace("_", "-"), PLAN, cwd=root)
        with searcher() as search:
            ours = verify(parse(PLAN, text), root, ProjectFiles(root), search)
        (one,) = (*ours.artifacts, *ours.links)
        assert (one.held is False) == bool(ours.findings)
        return theirs["all_passed" if block == "artifacts" else "all_verified"], one.held

    return run


@pytest.mark.parametrize("name", ALIKE)
def test_verdicts_agree(judge, name):
    theirs, ours = judge(*ALIKE[name])
    assert ours is theirs


@pytest.mark.parametrize("name", DIFFERENT)
def test_verdicts_differ_on_purpose(judge, name):
    block, entry, theirs, ours = DIFFERENT[name]
    assert judge(block, entry) == (theirs, ours)


def test_a_folder_can_be_promised(judge):
    with pytest.raises(AssertionError, match="EISDIR"):  # GSD reads it as a file, and dies
        judge("artifacts", "path: src/")
