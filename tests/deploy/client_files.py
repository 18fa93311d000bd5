"""What the state machines on clients' files share: a project that people and gsdc write in turn."""

import json
import shutil
import tempfile
from pathlib import Path

from click.testing import CliRunner
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from gsdc.cli import main


class ProjectFiles(RuleBasedStateMachine):
    """A project whose files people and gsdc write in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.kept: dict[str, str] = {}  # by path, what has to stay

    def teardown(self) -> None:
        shutil.rmtree(self.root)

    def write(self, path: str, text: str, kept: str) -> None:
        """Write a file as a person, of which ``kept`` has to stay."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        self.kept[path] = kept

    @rule(choice=st.integers(0, 29))
    def remove_a_file(self, choice: int) -> None:
        if self.kept:
            path = sorted(self.kept)[choice % len(self.kept)]
            (self.root / path).unlink()
            del self.kept[path]

    @rule()
    def apply(self) -> None:
        """Apply, and check what holds after it: what a person wrote stays, lint finds no drift, the views agree."""
        done = self.gsdc("apply", "--yes", "--force")
        assert done.exit_code == 0, done.output
        for path, text in self.kept.items():
            assert text in (self.root / path).read_text(), path
        found = json.loads(self.gsdc("--format", "json", "lint").stdout)["findings"]
        assert not [each for each in found if each["code"] in ("IF003", "IF005")], found
        self.check_views()
        again = self.gsdc("apply", "--yes")
        assert "nothing to apply" in again.output, again.output

    def check_views(self) -> None:
        """Check that each client's view is what the policy decides."""
        raise NotImplementedError

    def gsdc(self, *arguments: str):
        return CliRunner().invoke(main, ["--project", str(self.root), *arguments])
