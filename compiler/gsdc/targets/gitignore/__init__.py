"""Lines of .gitignore, for machine-specific files (seed 002, task 6)."""

from typing import Final

from gsdc.targets.declaration import Declaration

PATH: Final = ".gitignore"
LINES: Final = (".token-log.json",)

DECLARATION: Final = Declaration(
    name="gitignore",
    label=".gitignore",
    options={
        "description": "Lines of .gitignore for files of one machine; `.gsdc/` has a .gitignore of its own.",
        "properties": {
            "lines": {
                "description": "The lines; seed 002's log of tokens by default.",
                "type": "array",
                "items": {"type": "string", "pattern": "^[^\\s#][^\\r\\n]*[^\\s\\\\]$"},
                "minItems": 1,
                "uniqueItems": True,
            },
        },
    },
    shown_by=None,
    emit="gsdc.targets.gitignore.emit",
)
