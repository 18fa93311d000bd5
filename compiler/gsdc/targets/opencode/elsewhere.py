"""Model choices outside of the files: plugins, and servers other than a provider's own.

No file shows their effect, so no rule can be checked for them: each is reported as a note.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Rejected, Severity, counted
from gsdc.policy.model import Policy
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Span
from gsdc.source.tree import Tree
from gsdc.targets.opencode.declared import PROXY_PATH
from gsdc.targets.opencode.providers import mapping, models

_PLUGINS: Final = tuple(f".opencode/{folder}/*.{suffix}" for folder in ("plugin", "plugins") for suffix in ("js", "ts"))
# The servers of providers that OpenCode brings, as they publish them.
_OWN: Final = {
    "anthropic": "api.anthropic.com",
    "openai": "api.openai.com",
    "google": "generativelanguage.googleapis.com",
    "openrouter": "openrouter.ai",
    "deepseek": "api.deepseek.com",
    "groq": "api.groq.com",
    "mistral": "api.mistral.ai",
    "xai": "api.x.ai",
}

PLUGIN = Diagnostic(
    "OC021",
    "plugin-may-decide",
    Severity.NOTE,
    """The project brings plugins of OpenCode.

    ## Why is this bad?
    A plugin may give every agent another model, after all files are read, and no file shows it (measured on OpenCode
    1.18: `config`, `chat.message` and `chat.params`). Read it, or start OpenCode with `--pure`.

    ## Example (opencode.json)
    {"plugin": ["./models.js"]}

    ## Use instead (opencode.json)
    {"plugin": []}
    """,
)
OTHER_SERVER = Diagnostic(
    "OC022",
    "other-server",
    Severity.NOTE,
    """The requests of a known provider go to another server, or through another package.

    ## Why is this bad?
    Which model answers is that server's choice: the id says nothing certain (measured on OpenCode 1.18). A server of
    one's own is declared under `providers` in gsdc.yaml; the proxy of `via: litellm` is declared by that option.

    ## Example (opencode.json)
    {"provider": {"anthropic": {"options": {"baseURL": "https://proxy.example.com/v1"}}}}

    ## Use instead (opencode.json)
    {"provider": {"anthropic": {"options": {"baseURL": "https://api.anthropic.com/v1"}}}}
    """,
)


def plugins(tree: Tree) -> Iterator[Finding]:
    """Yield a note for each plugin file of the project."""
    for pattern in _PLUGINS:
        try:
            paths = tree.glob(pattern)
        except Rejected as rejected:
            yield from rejected.findings
            continue
        for path in paths:
            yield _plugin(Span(path), "this plugin")


def named_plugins(document: Jsonc) -> Iterator[Finding]:
    """Yield a note for the plugins that a JSON file names."""
    named = document.data.get("plugin")
    if isinstance(named, list) and named:
        yield _plugin(document.span(("plugin",), key=True), f"{counted(len(named), 'plugin')} of this file")


def _plugin(span: Span, what: str) -> Finding:
    help_ = "read what it does, or start OpenCode with --pure"
    return PLUGIN.at(span, f"{what} may give any agent another model", help_)


def other_servers(document: Jsonc, policy: Policy) -> Iterator[Finding]:
    """Yield a note for each place of a file that sends the requests of a known provider elsewhere."""
    for provider, entry in mapping(document.data.get("provider")).items():
        if provider not in _OWN:
            continue
        declared = policy.providers.get(provider)
        own = {declared.base_url, declared.package} if declared is not None else set()
        own |= {f"{server}{PROXY_PATH}" for server in policy.servers}
        for place, value in _places(("provider", provider), mapping(entry)):
            if isinstance(value, str) and value not in own and not _is_own(provider, place[-1], value):
                message = f'"{value}" answers for "{provider}": that server decides which model runs'
                help_ = "remove it, or declare the server under `providers` in gsdc.yaml"
                yield OTHER_SERVER.at(document.span(place), message, help_)
    for path, model in models(document.data):
        other = mapping(model.get("provider"))
        for key in ("api", "npm"):
            if path[1] in _OWN and isinstance(other.get(key), str) and not _is_own(path[1], key, other[key]):
                message = f'"{other[key]}" answers for "{path[1]}/{path[3]}": that server decides which model runs'
                yield OTHER_SERVER.at(document.span((*path, "provider", key)), message, "remove it")


def _places(path: tuple[str, ...], entry: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield (*path, "options", "baseURL"), mapping(entry.get("options")).get("baseURL")
    yield (*path, "api"), entry.get("api")
    yield (*path, "npm"), entry.get("npm")


def _is_own(provider: str, key: str, value: str) -> bool:
    """Tell whether a package or an address is the provider's own."""
    if key == "npm":
        return value.startswith("@ai-sdk/") or value == f"@{provider}/ai-sdk-provider"
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme == "https" and parts.hostname == _OWN[provider] and parts.username is None
