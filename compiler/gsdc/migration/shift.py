"""The rows of a semantic difference: the settings of an agent before and after, merged where they change alike."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import NamedTuple, TypeVar

from gsdc.models.identity import identify
from gsdc.policy.model import Decision, Model, Step
from gsdc.policy.sources import Sources
from gsdc.source.span import Span

K = TypeVar("K")
V = TypeVar("V")


class Origin(NamedTuple):
    """Where a side of a shift is decided, and the decision."""

    span: Span
    why: str


class Side(NamedTuple):
    """The settings of an agent: a model (None: its work is deferred), a temperature and an effort, and their origins.

    ``release`` is that of the model, such as "opus 4.6", "" if it is unknown. ``origins`` is empty if the file's entry
    has no policy agent behind it, such as a plan's task.
    """

    model: str | None
    temperature: float | None
    effort: str | None
    release: str
    origins: tuple[Origin, ...]


class Shift(NamedTuple):
    """One row of a semantic difference: the settings of ``agent`` before and after; None: it does not exist.

    It applies in each of ``phases`` (None: any, or any not named) and in each of ``zones``. ``all_phases`` tells
    whether these are all phases of the agent, or all that the files distinguish. Between two policies it applies to
    each of ``classes`` of tasks, and ``paths`` is empty; for installed files ``classes`` is empty, and the zone is the
    compiled one.
    """

    agent: str
    phases: tuple[str | None, ...]
    all_phases: bool
    zones: tuple[str, ...]
    classes: tuple[str, ...]
    paths: tuple[str, ...]
    before: Side | None
    after: Side | None


class Said(NamedTuple):
    """A decision, and a function that returns its steps: only a row of the difference needs them.

    ``steps`` returns the steps that decided the model, and those that decided the effort.
    """

    model: str | None
    temperature: float | None
    effort: str | None
    release: str
    steps: "Callable[[], Steps]"

    @property
    def choice(self) -> tuple[str | None, float | None, str | None, str]:
        """Model, temperature, effort and release: an alias may stand for another release on the other side."""
        return self.model, self.temperature, self.effort, self.release

    def trail(self, other: "Said | None") -> tuple[Step, ...]:
        """Return the steps behind the difference to ``other``: those of the effort if only that differs."""
        of_model, of_effort = self.steps()
        is_same = other is not None and self.choice == other._replace(effort=self.effort).choice
        return of_effort if is_same else of_model


Steps = tuple[tuple[Step, ...], tuple[Step, ...]]
Place = tuple[str | None, str, str]  # phase, zone, task class or path
Pair = tuple[Said | None, Said | None]


class Row(NamedTuple):
    """Decisions of an agent that change in the same way: phases by zone, for each class or path."""

    phases: tuple[str | None, ...]
    zones: tuple[str, ...]
    wheres: tuple[str, ...]
    all_phases: bool
    pairs: tuple[Pair, ...]

    def sides(self, before: Sources, after: Sources) -> tuple[Side | None, Side | None]:
        """Return both sides, with places resolved in the sources of each."""
        backwards = [(new, old) for old, new in self.pairs]
        return _side(backwards, before), _side(self.pairs, after)


def release_of(model: str | None, models: Mapping[str, Model]) -> str:
    """Return the release of an alias of ``models``, or of a client's id; "" if it is unknown."""
    if model is None:
        return ""
    return models[model].identity.release if model in models else identify(model).release


def steps_of(decision: Decision) -> Steps:
    """Return the steps that decided the model, and those that decided the effort."""
    return decision.trail, decision.effort_trail


def rows(cells: Mapping[Place, Pair]) -> Iterator[Row]:
    """Merge the cells of an agent that shift alike: over zones, then phases, then classes or paths."""
    told_apart = _grouped((where, phase) for phase, _, where in cells)
    alike: dict[object, list[Place]] = {}
    for place, (before, after) in cells.items():
        choices = (before and before.choice, after and after.choice)
        if choices[0] != choices[1]:
            alike.setdefault(choices, []).append(place)
    for places in alike.values():
        zones = _grouped(((phase, where), zone) for phase, zone, where in places)
        phases = _grouped(((of_phase, where), phase) for (phase, where), of_phase in zones.items())
        # Files that distinguish different phases agree if each says the same for all of its phases.
        wheres = _grouped(
            ((None if {*of_where} == {*told_apart[where]} else of_where, of_phase), where)
            for (of_phase, where), of_where in phases.items()
        )
        for (in_phases, in_zones), found in wheres.items():
            named = in_phases or tuple(dict.fromkeys(phase for where in found for phase in told_apart[where]))
            pairs = tuple(cells[place] for place in product(named, in_zones, found) if place in cells)
            yield Row(named, in_zones, found, in_phases is None, pairs)


def _grouped(items: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    found: dict[K, list[V]] = {}
    for key, value in items:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def _side(pairs: Iterable[Pair], sources: Sources) -> Side | None:
    """Return the second side of ``pairs``, which all agree, with each distinct origin once.

    The origin is the last step that is not also behind the first side: a shared step made no difference.
    """
    steps: dict[Step, None] = {}
    said = None
    for other, said in pairs:
        if said is None:
            return None
        trail = said.trail(other)
        shared = other.trail(said) if other else ()
        own = [step for step in trail if step not in shared] or trail
        steps.update(dict.fromkeys(own[-1:]))
    if said is None:
        return None
    return Side(*said.choice, tuple(Origin(sources.origin(step.ref), step.why) for step in steps))
