"""The model that a person wrote into a task."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gsdc.policy.model import Model
    from gsdc.source.attribute import Attribute
    from gsdc.source.task import Task


def written_model(task: "Task", models: "Mapping[str, Model]") -> "Attribute | None":
    """Return the attribute that names the model of ``task``, None if there is none.

    Of several, return the one with the weakest of ``models``; an unknown model comes first. Readers differ in which
    attribute they use, and no rule may depend on that.
    """
    found = [attribute for attribute in task.attributes if attribute.name == "model"]
    return min(found, key=lambda item: models[item.value].rank if item.value in models else -1, default=None)
