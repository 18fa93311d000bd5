"""Load the code of a target on demand: a build of one target loads only that one."""

from importlib import import_module
from typing import cast

from gsdc.targets.api import Asker, Describer, Emitter, Initialiser, Reach, RemedyWriter, Statement, Viewer
from gsdc.targets.declaration import Declaration
from gsdc.targets.registry import declarations


def emitter(name: str) -> Emitter:
    """Return the module that emits target ``name``; raises KeyError if the target is read only."""
    declaration = declarations()[name]
    if not declaration.emit:
        raise KeyError(name)
    return cast("Emitter", import_module(declaration.emit))


def viewer(declaration: Declaration) -> Viewer:
    """Return the module that reads the files of a target that has some."""
    return cast("Viewer", import_module(declaration.view))


def describer(declaration: Declaration) -> Describer | None:
    """Return the module that describes the agents of a client, None if there is none."""
    return cast("Describer", import_module(declaration.describe)) if declaration.describe else None


def initialiser(declaration: Declaration) -> Initialiser | None:
    """Return the module that detects a target in a folder, None if there is none."""
    return cast("Initialiser", import_module(declaration.initial)) if declaration.initial else None


def asker(declaration: Declaration) -> Asker | None:
    """Return the module that asks the real client, None if there is none."""
    return cast("Asker", import_module(declaration.ask)) if declaration.ask else None


def reach(declaration: Declaration) -> Reach | None:
    """Return the module that knows which models a client can reach, None if there is none."""
    return cast("Reach", import_module(declaration.reach)) if declaration.reach else None


def remedy(declaration: Declaration, statement: Statement, model: str) -> str:
    """Return the instruction to run an agent on ``model``, in the client's own terms."""
    own: RemedyWriter | None = getattr(viewer(declaration), "remedy", None)
    if own is not None:
        return own(statement, model)
    return f'give "{statement.claim.agent}" a model of its own: "{model}"' if statement.how else f'write "{model}"'
