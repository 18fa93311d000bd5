"""``gsdc`` without a command: the current project, its state, and the next step."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gsdc.cli.session import Session

if TYPE_CHECKING:
    from gsdc.policy.load import Loaded


def show(session: Session) -> None:
    """Print the start page, of at most 15 lines."""
    for line in _lines(session):
        session.say(line)


def _lines(session: Session) -> Iterator[str]:
    from gsdc import __version__

    root = session.place()
    yield f"gsdc {__version__}: one model policy for every coding agent"
    yield ""
    yield f"project  {root.resolve()}"
    if (root / "gsdc.yaml").is_file():
        from gsdc.policy.load import load

        yield from _described(load(root))
    else:
        yield "policy   no gsdc.yaml yet"
        yield "next     `gsdc init --from .` writes one from the files of your clients"
    yield ""
    yield "gsdc agents      which model each agent gets, and why"
    yield "gsdc lint        what breaks a rule"
    yield "gsdc apply       install the policy; `gsdc rollback` undoes it"
    yield "gsdc --help      all commands; `gsdc help` lists the guide"


def _described(loaded: "Loaded") -> Iterator[str]:
    """Yield a description of the project's policy, and the next step."""
    from gsdc.finding import counted
    from gsdc.policy.routes import in_words

    if loaded.policy is None:
        yield f"policy   gsdc.yaml cannot be used: {counted(len(loaded.findings), 'finding')}"
        yield "next     `gsdc lint` shows what is wrong"
        return
    policy = loaded.policy
    fleets = in_words(policy.fleets)
    yield f"policy   profile {policy.title}, fleets {fleets}: {counted(len(policy.agents), 'agent')}"
    targets = loaded.project.targets()
    yield f"targets  {', '.join(targets) or 'none'}"
    yield f"next     {'`gsdc status` compares them with your files' if targets else 'name `targets` in gsdc.yaml'}"
