"""Gates that query installed clients (seed 003, "3.3 Validation Checklist")."""

from collections.abc import Iterator

from gsdc.deploy.gate import Gate
from gsdc.deploy.proposal import Proposal
from gsdc.policy.ref import NOTHING
from gsdc.source.tree import Tree
from gsdc.targets.api import ClientQuestion
from gsdc.targets.modules import asker
from gsdc.targets.registry import declarations


def ask_clients(proposal: Proposal, tree: Tree) -> Iterator[Gate]:
    """Yield the result of each client that can check the files compiled for it, in ``tree``."""
    options = proposal.project.targets()
    for name, declaration in declarations().items():
        module = asker(declaration)
        artifacts = tuple(artifact for target, artifact in proposal.build.artifacts if target == name)
        if module is not None and artifacts:
            reply = module.ask(ClientQuestion(artifacts, proposal.policy, tree, options.get(name, NOTHING)))
            yield Gate(declaration.gate or name, reply.agrees, reply.why, reply.findings)
