"""Read Claude Code's settings files, the local file over the shared one, and report errors in them."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.models.words import identify_for
from gsdc.policy.model import Policy
from gsdc.source.javascript import text
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Span, span_at
from gsdc.source.tree import Tree, decode
from gsdc.targets.claude_code import DECLARATION, SETTINGS, facts, unknown_model, without_effect
from gsdc.targets.claude_code.settings import ALIASES, VARIABLES, ClaudeSettings, Setting, is_own_id, stands_for
from gsdc.targets.claude_code.settings_shape import first_mistake
from gsdc.targets.contents import contents
from gsdc.targets.model_names import near
from gsdc.targets.plain_json import NotJsonError, parse

_LEVELS: Final = ("low", "medium", "high", "xhigh")  # any other `effortLevel` is ignored
GUARD: Final = "gsdc guard"  # part of the command of gsdc's own hook
_MOST: Final = 100  # limit of findings of one kind


DISGUISED_ALIAS = Diagnostic(
    "CA007",
    "disguised-alias",
    Severity.WARNING,
    """The settings redirect an alias of Claude Code to another model.

    ## Why is this bad?
    Every agent on opus runs on the model in the variable, and no agent file shows it
    (documented by Claude Code, "Model configuration").

    ## Example (.claude/settings.json)
    {"env": {"ANTHROPIC_DEFAULT_OPUS_MODEL": "claude-haiku-5-5"}}

    ## Use instead (.claude/settings.json)
    {"env": {"ANTHROPIC_DEFAULT_OPUS_MODEL": "claude-opus-5-5"}}
    """,
)


MISSPELT_SETTING = Diagnostic(
    "CA008",
    "misspelt-claude-setting",
    Severity.WARNING,
    """A setting that decides models is misspelt.

    ## Why is this bad?
    Claude Code ignores it, so other models run than the file shows (documented by Claude Code, "Settings").

    ## Example (.claude/settings.json)
    {"env": {"CLAUDE_CODE_SUBAGENTS_MODEL": "opus"}}

    ## Use instead (.claude/settings.json)
    {"env": {"CLAUDE_CODE_SUBAGENT_MODEL": "opus"}}
    """,
)


IGNORED_SETTINGS = Diagnostic(
    "CA009",
    "ignored-claude-settings",
    Severity.ERROR,
    """Claude Code ignores a settings file.

    ## Why is this bad?
    A comment, a trailing comma, or one value of the wrong kind (`"model": 5`, `"fallbackModel": "haiku"`), and nothing
    in the file counts: no model, no variable, no permission, no hook. Claude Code says nothing about it (measured on
    Claude Code 2.1.332).

    ## Example (.claude/settings.json)
    {"model": "opus",}

    ## Use instead (.claude/settings.json)
    {"model": "opus"}
    """,
)


GUARD_OFF = Diagnostic(
    "GU001",
    "guard-switched-off",
    Severity.WARNING,
    """The settings contain gsdc's guard, but disable all hooks.

    ## Why is this bad?
    Claude Code runs no hook then: agents start on forbidden models, silently (measured on
    Claude Code 2.1.332).

    ## Example (.claude/settings.json)
    {"hooks": {"PreToolUse": [{"hooks": [{"type": "command", "command": "gsdc guard claude-code"}]}]}}
    -- .claude/settings.local.json --
    {"disableAllHooks": true}

    ## Use instead (.claude/settings.json)
    {"hooks": {"PreToolUse": [{"hooks": [{"type": "command", "command": "gsdc guard claude-code"}]}]}}
    """,
)


def read_settings(tree: Tree, policy: Policy) -> ClaudeSettings:
    """Return the settings in ``tree``; a file that Claude Code ignores is a finding, and left out."""
    found = ClaudeSettings({}, None, {}, (), ())
    findings: list[Finding] = []
    for path, content in contents(tree, SETTINGS, findings):
        found = found._replace(files=(*found.files, path))
        try:
            document, data = _document(path, decode(content, path).removeprefix("\ufeff"))
        except Rejected as rejected:
            findings.extend(rejected.findings)
            continue
        misspelt = tuple(islice(_misspelt(document, data), _MOST))
        findings.extend((*document.duplicates, *misspelt, *without_effect.in_settings(document, data)))
        unknown = without_effect.unknown_in_settings(document, data, facts.version(policy))
        findings.extend(each for each in unknown if each.span not in {one.span for one in misspelt})
        found = _laid_over(found, document, data)
    findings.extend((*_disguised(found, policy), *unknown_model.in_settings(found), *_guard_off(found)))
    return found._replace(findings=tuple(findings))


def _document(path: str, source: str) -> tuple[Jsonc, dict[str, Any]]:
    """Return a settings file and its data; raise ``Rejected`` for one that Claude Code ignores as a whole."""
    help_ = "write plain JSON, without comments and trailing commas"
    try:
        data = parse(source)
    except NotJsonError as error:
        message = f"Claude Code ignores this file: {error.reason}"
        raise Rejected(IGNORED_SETTINGS.at(span_at(path, source, error.at), message, help_)) from None
    document = Jsonc(path, source)
    if not isinstance(data, dict):
        raise Rejected(IGNORED_SETTINGS.at(Span(path), "Claude Code ignores this file: it is not an object", help_))
    mistake = first_mistake(data)
    if mistake is not None:
        key = ".".join(map(str, mistake.key))
        message = f"Claude Code ignores this file: `{key}` has to be {mistake.wanted}"
        raise Rejected(IGNORED_SETTINGS.at(document.span(mistake.key), message, f"correct `{key}`, or remove it"))
    return document, data


def _laid_over(below: ClaudeSettings, document: Jsonc, data: Mapping[str, Any]) -> ClaudeSettings:
    """Return the settings ``below`` with those of another file laid over them."""
    model = Setting(data["model"].strip(), document.span(("model",))) if data.get("model", "").strip() else below.model
    variables = {
        name: Setting(value, document.span(("env", name)))
        for name in VARIABLES
        if (value := _text(data.get("env", {}).get(name)))
    }
    overrides = {
        key: Setting(value.strip(), document.span(("modelOverrides", key)))
        for key, value in islice(data.get("modelOverrides", {}).items(), _MOST)
        if isinstance(value, str) and value.strip() and is_own_id(key)
    }
    available = _listed(document, data, "availableModels")
    level = data.get("effortLevel")
    return below._replace(
        effort=Setting(level, document.span(("effortLevel",))) if level in _LEVELS else below.effort,
        variables={**below.variables, **variables},
        model=model,
        overrides={**below.overrides, **overrides},
        available=below.available if available is None else (*(below.available or ()), *available),
        hooks_off=_hooks_off(below, document, data),
        has_guard=below.has_guard or GUARD in str(data.get("hooks", "")),
        agent=Setting(data["agent"], document.span(("agent",))) if data.get("agent") else below.agent,
        has_plugins=below.has_plugins or _enables_plugin(data.get("enabledPlugins")),
        fallbacks=below.fallbacks if (given := _listed(document, data, "fallbackModel")) is None else given,
    )


def _enables_plugin(plugins: Any) -> bool:
    """Tell whether ``enabledPlugins`` enables one: a value of another kind than the documented one might."""
    return any(plugins.values()) if isinstance(plugins, Mapping) else bool(plugins)


def _hooks_off(below: ClaudeSettings, document: Jsonc, data: Mapping[str, Any]) -> Span | None:
    if "disableAllHooks" not in data:
        return below.hooks_off
    return document.span(("disableAllHooks",)) if data["disableAllHooks"] else None


def _listed(document: Jsonc, data: Mapping[str, Any], key: str) -> tuple[Setting, ...] | None:
    """Return the entries of a list of models, None if there is none; an empty list is a valid value."""
    if key not in data:
        return None
    return tuple(
        Setting(item.strip(), document.span((key, index)))
        for index, item in enumerate(data[key][:_MOST])
        if item.strip()
    )


def _text(value: Any) -> str:
    """Return the value of a variable: a number or true is converted to text, other types are ignored."""
    return text(value).strip() if isinstance(value, str | float) else ""


def _disguised(settings: ClaudeSettings, policy: Policy) -> Iterator[Finding]:
    for alias in ALIASES:
        model, setting = stands_for(alias, policy, settings)
        if (
            setting is not None
            and identify_for(DECLARATION.ids, setting.value).line != identify_for(DECLARATION.ids, alias).line
        ):
            message = f'"{alias}" is redirected: every agent that requests it runs on "{model}"'
            yield DISGUISED_ALIAS.at(setting.at, message, "set a version of the same model, or remove the variable")


def _guard_off(settings: ClaudeSettings) -> Iterator[Finding]:
    if settings.has_guard and settings.hooks_off is not None:
        message = "all hooks are disabled, including gsdc's guard"
        yield GUARD_OFF.at(settings.hooks_off, message, "remove `disableAllHooks`, or set it to false")


def _misspelt(document: Jsonc, data: Mapping[str, Any]) -> Iterator[Finding]:
    for name in islice(data, 10 * _MOST) if "model" not in data else ():
        if name != "mode" and near(name, ("model",), 0.8) is not None:
            message = f'Claude Code does not know the setting "{name}"'
            yield MISSPELT_SETTING.at(document.span((name,), key=True), message, 'did you mean "model"?')
    for name in islice(data.get("env", {}), 10 * _MOST):
        if name not in VARIABLES and (meant := near(name, VARIABLES, 0.95)) is not None:
            message = f'Claude Code does not know the variable "{name}"'
            yield MISSPELT_SETTING.at(document.span(("env", name), key=True), message, f'did you mean "{meant}"?')
