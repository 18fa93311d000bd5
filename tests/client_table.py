"""The guide's table of clients, made of the declarations of the targets. ``python -m tests.client_table`` writes it."""

from pathlib import Path
from typing import Final

from gsdc.targets.declaration import Declaration
from gsdc.targets.registry import declarations

PAGE: Final = Path(__file__).parents[1] / "compiler/gsdc/guide/clients.md"
HEAD: Final = "| client | measured on | reads and writes | only reads | cannot express |\n|---|---|---|---|---|\n"


def table() -> str:
    """Return the table, a row for each client whose declaration says what it lacks."""
    return HEAD + "".join(_row(one) for one in declarations().values() if one.lacks)


def _row(target: Declaration) -> str:
    measured = ", ".join(target.measured) or "its documentation"
    others = (path for path in target.files if path not in target.writes)
    files = (", ".join(f"`{path}`" for path in dict.fromkeys(paths)) for paths in (target.writes, others))
    cells = (f"`{target.name}`", measured, *files, ", ".join(target.lacks))
    return f"| {' | '.join(cells)} |\n"


def main() -> None:
    """Write the table into the page, in the place of the one that is there."""
    text = PAGE.read_text("utf-8")
    start = text.index(HEAD.splitlines()[0])
    PAGE.write_text(text[:start] + table() + text[text.index("\n\n", start) + 1 :], "utf-8")


if __name__ == "__main__":
    main()
