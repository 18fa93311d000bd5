"""Aliases that a project moves to another release than the one that Claude Code resolves GSD's answer to.

GSD's workflows name a model in each call of Claude Code's agent tool, which takes words such as ``opus`` only, and no
full id: unlike an agent's file, a call cannot name the release. Where the settings of Claude Code define the word, a
call runs on what they say (both measured on Claude Code 2.1.141 and 2.1.332).
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from gsdc.finding import Diagnostic, Finding, Severity, counted
from gsdc.models.words import identify_for, meaning
from gsdc.policy.model import Model, Policy
from gsdc.source.span import Span
from gsdc.source.tree import Tree
from gsdc.targets.claude_code.moved_alias import requested_id
from gsdc.targets.claude_code.settings import ALIASES
from gsdc.targets.claude_code.settings_files import read_settings
from gsdc.targets.gsd import ROOT

OTHER_RELEASE = Diagnostic(
    "GS014",
    "moved-alias-in-call",
    Severity.WARNING,
    """gsdc.yaml moves an alias to a release that GSD cannot ask Claude Code for.

    ## Why is this bad?
    GSD starts its agents with a word such as opus, and Claude Code resolves the word to its own release, not to the
    policy's: a full id in its place starts no agent (measured on Claude Code 2.1.141 and 2.1.332).

    ## Example (gsdc.yaml, gsdc build)
    fleets: [gsd]
    models: {opus: {release: claude-opus-4-8}}
    targets: {gsd: true}

    ## Use instead (gsdc.yaml, gsdc build)
    fleets: [gsd]
    models: {opus: {release: claude-opus-4-8}}
    targets: {gsd: true}
    -- .claude/settings.json --
    {"env": {"ANTHROPIC_DEFAULT_OPUS_MODEL": "claude-opus-4-8"}}
    """,
)


def moved_aliases(tree: Tree, policy: Policy, aliases: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding for each moved alias among ``aliases``, those of the agents that GSD starts in Claude Code."""
    agents = Counter(aliases)
    moved = [model for alias in agents if (model := policy.models.get(alias)) and _is_moved(model)]
    if not moved:
        return
    settings = read_settings(tree, policy)
    for model in moved:
        word, release = model.ids["claude"], requested_id(model)
        meant, real = meaning("claude", word), settings.alias(word)
        if release is None or meant is None:
            continue
        own = meant.model if real is None else real.value
        if identify_for("claude", own).release == identify_for("claude", release).release:
            continue
        message = (
            f'get-shit-done starts {counted(agents[model.alias], "agent")} on "{word}", which is "{own}" in Claude Code'
        )
        help_ = f'set {ALIASES[word]} to "{release}" in `env` of .claude/settings.json'
        yield OTHER_RELEASE.at(Span(ROOT, 0, 0), f'{message}, not "{release}"', help_)


def _is_moved(model: Model) -> bool:
    word = model.ids.get("claude")
    return word in ALIASES and requested_id(model) != word
