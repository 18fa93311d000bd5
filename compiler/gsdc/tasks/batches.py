"""Batches of tasks that may run in parallel (seed 001, part 3; seed 004, rule 3)."""

from typing import NamedTuple

from gsdc.source.task import Task
from gsdc.tasks.dependency import MOST_TASKS, Dependencies


class Batch(NamedTuple):
    """Tasks, by number, that may run in parallel after the previous batches."""

    number: int
    tasks: tuple[int, ...]

    @property
    def parallel(self) -> bool:
        """Whether there is more than one."""
        return len(self.tasks) > 1


def batches(tasks: tuple[Task, ...], depends: Dependencies, most: int) -> tuple[Batch, ...]:
    """Return the batches of ``tasks``: at most ``most`` in one, no two that write the same file, checkpoints alone.

    A dependency on a task that does not exist, or on a later one, is ignored.
    """
    if len(tasks) > MOST_TASKS:
        return tuple(Batch(task.number, (task.number,)) for task in tasks)
    waiting = {task.number: task for task in tasks}
    done: list[Batch] = []
    while waiting:
        ready = [task for task in waiting.values() if not waiting.keys() & depends[task.number].keys()]
        chosen: list[int] = []
        written: set[str] = set()
        for task in ready:
            alone = task.is_checkpoint or (chosen and waiting[chosen[0]].is_checkpoint)
            if len(chosen) == most or (alone and chosen) or written & set(task.writes):
                continue
            chosen.append(task.number)
            written.update(task.writes)
        for number in chosen:
            del waiting[number]
        done.append(Batch(len(done) + 1, tuple(chosen)))
    return tuple(done)
