"""Undoing a change of a YAML file that a person has edited: what is kept, and what is a conflict."""

import pytest

from gsdc.ownership.yaml_merge import undo_in_yaml

BLOCK = "a: 1\nlist:\n- {x: 1}\nb: 2\n"
NESTED = "a: 1\nmodels:\n  m:\n    rank: 1\n    ids:\n      c: d\nb: 2\n"


@pytest.mark.parametrize(
    ("original", "written", "current", "undone"),
    [
        ("a: 1\nb: 2\n", BLOCK, BLOCK.replace("b:", "- {y: 1}\nb:"), "a: 1\nlist:\n- {y: 1}\nb: 2\n"),
        ("a: 1\nb: 2\n", BLOCK, BLOCK.replace("- {x", "- {y: 1}\n- {x"), "a: 1\nlist:\n- {y: 1}\nb: 2\n"),
        ("a: 1\nb: 2\n", BLOCK, BLOCK.replace("b:", "# mine\nb:"), "a: 1\n# mine\nb: 2\n"),
        ("a: 1\nb: 2\n", BLOCK, BLOCK.replace("b: 2", "b: 3"), "a: 1\nb: 3\n"),
        ("a: 1\nb: 2\n", BLOCK, BLOCK.replace("{x: 1}", "{x: 2}"), None),
        ("a: 1\nb: 2\n", BLOCK, BLOCK.replace("- {x: 1}", "- {x: 1}  # mine"), "a: 1\n# mine\nb: 2\n"),
        ("a: 1\nb: 2\n", BLOCK, BLOCK.replace("list:", "list: # mine"), "a: 1\n# mine\nb: 2\n"),
        ("a: 1\nb: 2\n", BLOCK, BLOCK.replace("{x: 1}", "{x: 2}  # mine"), None),
        ("a: 1\nb: 2\n", BLOCK, BLOCK.replace("{x: 1}", "{x: 1}# mine"), None),
        ("a: 1\nb: 2\n", BLOCK, BLOCK.replace("b: 2", "b: 2  # mine"), "a: 1\nb: 2  # mine\n"),
        (
            "a: 1\nb: 2\n",
            NESTED,
            NESTED.replace("rank: 1", "rank: 1 # one").replace("c: d", "c: d\t# two # three"),
            "a: 1\n    # one\n      # two # three\nb: 2\n",
        ),
        (
            "a: 1\nb: 2\n",
            NESTED,
            NESTED.replace("  m:\n", "  m:  # one\n    tags: [t]\n"),
            "a: 1\nmodels:\n  # one\n  m:\n    tags: [t]\nb: 2\n",
        ),
        ("a: 1\nb: 2\n", "a: 3\nb: 2\n", "a: 3  # mine\nb: 2\n", "a: 1  # mine\nb: 2\n"),
        ("a: 1 # x\nb: 2\n", "a: 3 # x\nb: 2\n", "a: 3 # x # mine\nb: 2\n", "a: 1 # x # mine\nb: 2\n"),
        ("l: [1]\n", "l: [1, 2]\n", "l: [1, 2]  # mine\n", "l: [1]  # mine\n"),
        ("l: [1]\n", "l: [1, 2]\n", "l: [1, 2, 3]  # mine\n", None),
        ("x:\n- {m: 1}\n", "x:\n- {m: 1}\n- {m: 1}\n", "x:\n- {m: 1}\n- {m: 1} # b\n", "x:\n- {m: 1}\n# b\n"),
        ("a: 1\n", "a: 1\nb: |\n  text\n", "a: 1\nb: |\n  text  # no comment\n", None),
        ("a: |\n  text\n", "a: |\n  text\nb: 1\n", "a: |\n  text  # no\nb: 1 # mine\n", "a: |\n  text  # no\n# mine\n"),
        ("a: |\n  x\n  y\n", "a: 1\n", "a: 1 # mine\n", "# mine\na: |\n  x\n  y\n"),
        ("a: 1\n", "a: 1\nb: 2\n", "a: 1\nb: 2 # mine", "a: 1\n# mine"),
        (
            "a: 1\nb: 2\n",
            NESTED,
            NESTED.replace("    ids", "    tags: [t]\n    ids"),
            "a: 1\nmodels:\n  m:\n    tags: [t]\nb: 2\n",
        ),
        (
            "a: 1\nb: 2\n",
            NESTED,
            NESTED.replace("      c: d\n", "      c: d\n      e: f\n"),
            "a: 1\nmodels:\n  m:\n    ids:\n      e: f\nb: 2\n",
        ),
        ("a: 1\nb: 2\n", NESTED, NESTED + "c: 3\n", "a: 1\nb: 2\nc: 3\n"),
        ("a: 1\nb: 2\n", NESTED, "a: 1\nb: 2\nc: 3\n", "a: 1\nb: 2\nc: 3\n"),
        (
            "list:\n- {x: 1}\n- {y: 1}\n",
            "list:\n- {y: 1}\n",
            "list:\n- {y: 1}\n- {z: 1}\n",
            "list:\n- {x: 1}\n- {y: 1}\n- {z: 1}\n",
        ),
        ("list: []\n", "list:\n- {x: 1}\n", "list:\n- {x: 1}\n- {y: 1}\n", None),
        ("a: 1", "a: 1\nm: {n: 1}", "a: 1\nm: {n: 1}\no: 2\n", "a: 1\no: 2\n"),
        ("a: 1", "a: 1\nm: {n: 1}\n", "a: 1\nm: {n: 1}\no: 2", "a: 1\no: 2"),
        ("", "# gsdc\nm: {n: 1}\n", "# gsdc\nm: {n: 1}\no: 2\n", "o: 2\n"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_undoing(original, written, current, undone, newline, bom):
    def content(text: str) -> bytes:
        return (bom + text).replace("\n", newline).encode()

    found = undo_in_yaml("x.yaml", *(content(text) for text in (original, written, current)))
    assert found == (None if undone is None else content(undone))
