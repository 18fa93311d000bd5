"""The model that a person wrote into a task."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gsdc.policy.model import Model
    from gsdc.source.attribute import Attribute
    from gsdc.source.task import Task


def written_model(task: "Task", models: "Mapping[str, Model]") -> "Attribute | None":
    """Return the attribute that names the model of ``task``, None where there is none.

    Of several it is the one with the weakest of ``models``, one that is not among them first: readers differ on which
    counts, and no rule may depend on that.
    """
    found = [attribute for attribute in task.attributes if attribute.name == "model"]
    return min(found, key=lambda item: models[item.value].rank if item.value in models else -1, default=None)
