"""A person and gsdc at the same files, in any order, with processes that die: what always holds."""

import shutil
import tempfile
from functools import cache
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.examples import examples
from tests.transaction.small import QuickDisk, Wish, header, make, proposal, tree

from gsdc.build import write
from gsdc.deploy.deployment import install
from gsdc.deploy.rollback import chosen, roll_back, undo
from gsdc.finding import Rejected
from gsdc.transaction.change import Image
from gsdc.transaction.history import history, in_effect, installed
from gsdc.transaction.record import Record, RecordHeader
from gsdc.transaction.session import exclusive_session
from gsdc.transaction.store import Store

TARGETS = ("opencode", "claude-md", "overrides", "plans")
WRITTEN = ("CLAUDE.md", "opencode.jsonc", "plans/01-PLAN.md", "config/phase-model-config.json")
AGENTS = ("chief", "coder", "tester", "guard")

Files = dict[str, Image]
WISHES = st.builds(
    Wish,
    profile=st.sampled_from(["balanced", "budget", "quality"]),
    zone=st.sampled_from(["green", "orange", "red"]),
    targets=st.one_of(st.just(()), st.lists(st.sampled_from(TARGETS), min_size=1, unique=True).map(tuple)),
    stage=st.sampled_from([100, 100, 50, 25]),
)
# The call at which the process dies, if it does; most changes take some 60 calls.
DEATHS = st.one_of(st.none(), st.integers(0, 110))


class Died(BaseException):
    """The process is no more."""


class MortalDisk(QuickDisk):
    """A disk of a process that dies at call number ``death``: from then on nothing happens any more."""

    def __init__(self, death: int | None) -> None:
        self.left = death

    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        if not name.startswith("_") and callable(found) and self.left is not None:
            if self.left <= 0:
                raise Died
            self.left -= 1
        return found


class Machine(RuleBasedStateMachine):
    """One project.

    ``marks`` are words that a person has written, with the file each stands in: none may ever be lost. ``after`` holds
    the tree as each change left it; ``start`` is the tree before the first. ``effective`` is what we believe to be in
    effect: the numbers of applies.
    """

    def __init__(self) -> None:
        super().__init__()
        self.root = make(Path(tempfile.mkdtemp()))
        self.store = Store(self.root)
        self.marks: dict[str, str] = {}
        self.inside: set[str] = set()
        self.count = 0
        self.before: dict[int, Files] = {}
        self.after: dict[int, Files] = {}
        self.undoes: dict[int, tuple[int, ...]] = {}

    def teardown(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.root)

    @initialize(wish=st.one_of(st.none(), WISHES))
    def first_apply(self, wish):
        """Most people apply something before they edit it."""
        if wish is not None:
            self.apply(wish._replace(stage=100), force=False, death=None)

    # What a person does.

    def mark(self, path: str, *, inside: bool = False) -> str:
        self.count += 1
        word = f"person-{self.count}-"
        self.marks[word] = path
        if inside:
            self.inside.add(word)
        return word

    def replace(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_bytes().decode()
        assert old in text
        (self.root / path).write_bytes(text.replace(old, new, 1).encode())

    @rule(data=st.data())
    def writes_text(self, data):
        """Write a line into a Markdown file, outside of what is generated."""
        path = data.draw(st.sampled_from(["CLAUDE.md", "plans/01-PLAN.md"]))
        if (self.root / path).exists():
            if path == "CLAUDE.md":
                anchor = "# Project\n" if data.draw(st.booleans()) else ""
            else:
                anchor = data.draw(st.sampled_from(["Add a route.\n", "Write the tests.", "<tasks>\n"]))
            text = (self.root / path).read_bytes().decode()
            if anchor in text:
                word = self.mark(path)
                if not anchor:
                    (self.root / path).write_bytes((text + f"\n{word}\n").encode())
                else:
                    self.replace(path, anchor, anchor + f"\n{word}\n" if anchor.endswith("\n") else f"{word} {anchor}")

    @rule(data=st.data())
    def writes_keys(self, data):
        """Write a key or a comment of one's own into OpenCode's file."""
        path = "opencode.jsonc"
        if not (self.root / path).exists():
            return
        text = (self.root / path).read_bytes().decode()
        anchors = [f'"{name}": {{' for name in ("agent", *AGENTS) if f'"{name}": {{\n' in text]
        anchor = data.draw(st.sampled_from(["{", *anchors]))
        word = self.mark(path)
        what = data.draw(st.sampled_from([f" // {word}\n", f'\n  "{word}": {{"mode": "subagent"}},']))
        self.replace(path, anchor, anchor + what)

    @rule(path=st.sampled_from(["notes.md", "config/notes.md", "plans/notes.md"]))
    def writes_a_file(self, path):
        """Write a new file, perhaps into a folder that gsdc has made."""
        if (self.root / path).parent.is_dir() and not (self.root / path).exists():
            (self.root / path).write_text(self.mark(path))

    @rule(path=st.sampled_from(WRITTEN), mode=st.sampled_from([0o600, 0o640, 0o755]))
    def changes_a_mode(self, path, mode):
        """Change the permissions of a file."""
        if (self.root / path).exists():
            (self.root / path).chmod(mode)

    @rule(path=st.sampled_from(WRITTEN))
    def removes_a_file(self, path):
        """Remove a file, with what one has written there."""
        (self.root / path).unlink(missing_ok=True)
        self.marks = {word: where for word, where in self.marks.items() if where != path}

    @rule(path=st.sampled_from(WRITTEN))
    def converts_to_crlf(self, path):
        """Let an editor change every line end."""
        if (self.root / path).exists():
            content = (self.root / path).read_bytes()
            (self.root / path).write_bytes(content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))

    @rule(data=st.data())
    def edits_what_is_generated(self, data):
        """Write into what gsdc has installed: the block, a model, a table."""
        path = data.draw(st.sampled_from(["CLAUDE.md", "opencode.jsonc", "config/phase-model-config.json"]))
        if path not in installed(history(self.store)) or not (self.root / path).exists():
            return
        text = (self.root / path).read_bytes().decode()
        if path == "CLAUDE.md" and "## Model Assignment Strategy" in text:
            self.replace(path, "## Model Assignment Strategy", "## Model " + self.mark(path, inside=True))
        elif path == "opencode.jsonc" and '"model": "anthropic/' in text:
            self.replace(path, '"model": "anthropic/', '"model": "anthropic/' + self.mark(path, inside=True))
        elif path.startswith("config") and '"reason": "' in text:
            self.replace(path, '"reason": "', '"reason": "' + self.mark(path, inside=True))

    # What gsdc does.

    @rule(wish=WISHES)
    def build(self, wish):
        """Compile into a folder: nothing of the user's changes."""
        before = tree(self.root)
        try:
            made = proposal(self.root, wish).build
        except Rejected:
            return
        if not made.broken:
            assert not write(made, self.store.root / "build" / wish.profile)
        assert tree(self.root) == before

    @rule(wish=WISHES, force=st.booleans(), death=DEATHS)
    def apply(self, wish, force, death):
        """Deploy something."""
        try:
            made = proposal(self.root, wish)
        except Rejected:
            return
        if made.broken or not made.changes or (made.edits and not force):
            return

        def work(store, disk):
            return install(store, made, header(made, wish.stage), disk)

        if self.change(work, force=force, death=death):
            again = proposal(self.root, wish)
            assert again.changes == ()
            assert again.edits == ()

    @precondition(lambda self: self.after)
    @rule(force=st.booleans(), death=DEATHS)
    def rollback(self, force, death):
        """Take back the last change."""
        self.roll_back(None, None, force=force, death=death)

    @precondition(lambda self: self.after)
    @rule(data=st.data(), force=st.booleans(), death=DEATHS)
    def rollback_of_one(self, data, force, death):
        """Take back a change, or a rollback, by its number."""
        self.roll_back(data.draw(st.sampled_from(sorted(self.after))), None, force=force, death=death)

    @precondition(lambda self: self.after)
    @rule(data=st.data(), force=st.booleans(), death=DEATHS)
    def rollback_to(self, data, force, death):
        """Take back all changes after one."""
        self.roll_back(None, data.draw(st.sampled_from([0, *self.after])), force=force, death=death)

    def roll_back(self, number: int | None, to: int | None, *, force: bool, death: int | None) -> None:
        known = history(self.store)
        try:
            records = chosen(known, number, to)
            found = undo(self.store, records, max(self.store.numbers()), force=force)
        except Rejected:
            return
        if not records or found.findings:
            assert not (force and found.findings)
            return
        undone = tuple(record.number for record in records)
        target = self.expected(undone)
        edited = tree(self.root) != self.after[max(self.after)]

        def work(store, disk):
            return roll_back(store, found, RecordHeader("rollback", undoes=undone), disk)

        if self.change(work, force=force, death=death) and target is not None and not edited:
            assert tree(self.root) == target

    def expected(self, undone: tuple[int, ...]) -> Files | None:
        """Return the tree that taking back ``undone`` has to give, if nobody edits: None where it is a mixture."""
        last = min(undone)
        numbers = [number for number in sorted(self.after) if number >= last]
        for one, other in pairwise(numbers):
            if self.after[one] != self.before[other]:  # somebody edited in between
                return None
        if undone == tuple(reversed(numbers)):  # all that came after one
            return self.before[last]
        # What is in effect has to be what was, before ``last`` was made, in effect.
        then = _effective({n: u for n, u in self.undoes.items() if n < last})
        now = _effective({**self.undoes, max(self.undoes) + 1: undone})
        return self.before[last] if then == now and self.stacked(last) else None

    def stacked(self, since: int) -> bool:
        """Tell whether every rollback since rolled back the newest changes: then each tree is one that was there."""
        effective = sorted(_effective({n: u for n, u in self.undoes.items() if n < since}))
        for number in sorted(n for n in self.undoes if n >= since):
            undone = sorted(self.undoes[number])
            if undone and effective[-len(undone) :] != undone:
                return False
            effective = [n for n in effective if n not in undone] if undone else [*effective, number]
        return True

    def change(self, work, *, force: bool, death: int | None) -> bool:
        """Do ``work`` in a process that may die, and let the next one find what it left; tell whether it was done."""
        before = tree(self.root)
        known = history(self.store)
        disk = MortalDisk(death)
        try:
            with exclusive_session(self.root, "test", disk=disk) as working:
                made = work(working.store, disk)
        except Died:
            made = None
            for again in (death // 2, None):  # the process that undoes it dies, too
                try:
                    with exclusive_session(self.root, "test", disk=MortalDisk(again)):
                        pass
                except Died:
                    continue
        records = history(self.store)
        now = tree(self.root)
        if records == known:
            assert now == before
            return False
        new = records[-1]
        assert made is None or made == new
        assert records == (*known, new)
        assert new.number == (known[-1].number if known else 0) + 1
        self.check_images(new, before, now)
        self.check_marks(before, now, force=force)
        assert {path: now[path].mode for path in now if path in before} == {
            path: before[path].mode for path in now if path in before
        }
        self.before[new.number], self.after[new.number] = before, now
        self.undoes[new.number] = new.header.undoes
        return True

    @staticmethod
    def check_images(record: Record, before: Files, after: Files) -> None:
        files = {file.path: file for file in record.files()}
        for path, file in files.items():
            for stored, there in ((file.before, before), (file.after, after)):
                assert (None if stored is None else record.image(stored)) == there.get(path)
        assert {p: i for p, i in before.items() if p not in files} == {p: i for p, i in after.items() if p not in files}

    def check_marks(self, before: Files, after: Files, *, force: bool) -> None:
        """What the person wrote is where it was; or, after --force, in the file that was kept."""
        files = self.store.kept.location.rglob("*") if force else ()
        kept = b"".join(path.read_bytes() for path in files if path.is_file())
        for word, path in list(self.marks.items()):
            if path in after and word.encode() in after[path].content:
                continue
            assert word.encode() in before[path].content
            assert word.encode() in kept, f"{word} of {path} is lost"
            del self.marks[word]
        if self.inside:  # what gsdc has taken out of a file is, from then on, all the person's
            known = installed(history(self.store))
            for word in [word for word in self.inside if self.marks.get(word) not in known]:
                self.marks.pop(word, None)

    @invariant()
    def nothing_is_left_over(self):
        """No temporary file beside a person's, and nothing half done."""
        assert not list(self.root.rglob(".gsdc-*"))
        assert self.store.pending.status() is None

    @invariant()
    def history_is_linear(self):
        """The numbers ascend by one, and what is in effect is what was not rolled back."""
        records = history(self.store)
        assert [record.number for record in records] == list(range(1, len(records) + 1))
        assert {record.number for record in in_effect(records)} == _effective(self.undoes)


def _effective(undoes: dict[int, tuple[int, ...]]) -> set[int]:
    """Return the changes in effect: no later one that counts takes them back. Rollbacks are left out."""

    @cache
    def counts(number: int) -> bool:
        return not any(counts(later) for later in undoes if later > number and number in undoes[later])

    return {number for number in undoes if not undoes[number] and counts(number)}


TestMachine = Machine.TestCase
TestMachine.settings = examples(30, stateful_step_count=12, suppress_health_check=list(HealthCheck))
