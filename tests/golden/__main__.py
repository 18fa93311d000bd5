"""Write every ``expected/`` again: ``python -m tests.golden``."""

import shutil

from tests.test_golden import CASES, build

for case in CASES:
    expected = case / "expected"
    shutil.rmtree(expected, ignore_errors=True)
    for path, content in build(case / "project").items():
        (expected / path).parent.mkdir(parents=True, exist_ok=True)
        (expected / path).write_bytes(content)
