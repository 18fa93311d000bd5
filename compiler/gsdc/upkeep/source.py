"""Sources of facts about models: a price map in LiteLLM's or models.dev's format, genai-prices, or OpenCode itself.

Nothing is fetched unless a person names a source on the network.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from shutil import which
from typing import Any, Final

from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.source.span import Argument, Span
from gsdc.upkeep.facts import ModelFacts

_MOST_BYTES: Final = 64_000_000
_SECONDS: Final = 60
_MILLION: Final = 1_000_000
_SITES: Final[Mapping[str, str]] = {
    "litellm": "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json",
    "models.dev": "https://models.dev/api.json",
}

UNUSABLE = Diagnostic(
    "MD007",
    "unusable-source",
    Severity.ERROR,
    """A source of prices cannot be read, or has an unknown format.

    ## Why is this bad?
    Nothing can be compared with it (seed 003, "2.1 Cost Monitoring Setup": cost per model).

    ## Example (gsdc.yaml, gsdc models check --today 2026-12-01 --from prices.json)
    fleets: [leo]
    -- prices.json --
    {"prices": []}

    ## Use instead (gsdc.yaml, gsdc models check --today 2026-12-01 --from prices.json)
    fleets: [leo]
    -- prices.json --
    {"anthropic": {"models": {"claude-opus-5-5": {"cost": {"input": 4, "output": 20}}}}}
    """,
)


def read_source(name: str, root: Path) -> dict[str, ModelFacts]:
    """Return the facts of the source ``name`` by model id; a path is relative to ``root``.

    Raises ``Rejected`` if it cannot be read.
    """
    if name == "opencode":
        return dict(_listed(_ask_opencode()))
    if name == "genai-prices":
        return dict(_genai())
    return facts_in(_json(name, _text(name, root)), name)


def facts_in(data: Any, name: str = "") -> dict[str, ModelFacts]:
    """Return the facts in a price map by id; raise ``Rejected`` if its format is unknown."""
    found: dict[str, ModelFacts] = {}
    for key, value in data.items() if isinstance(data, dict) else ():
        if not isinstance(value, dict):
            continue
        if isinstance(value.get("models"), dict):
            found |= {
                f"{key}/{id_}": _models_dev(model) for id_, model in value["models"].items() if isinstance(model, dict)
            }
        elif any(field.endswith("_cost_per_token") or field == "tiered_pricing" for field in value):
            provider = value.get("litellm_provider")
            found[key] = _litellm(value)
            if isinstance(provider, str) and f"{provider}/{key}" not in data:
                found[f"{provider}/{key}"] = found[key]
    if not found:
        raise _unusable(f'"{name}" has neither the shape of LiteLLM\'s price map nor that of models.dev')
    return found


def _litellm(entry: Mapping[str, Any]) -> ModelFacts:
    tiers = entry.get("tiered_pricing")  # prices by length of the prompt: the shortest applies
    shortest = _mapping(tiers[0]) if isinstance(tiers, list) and tiers else {}
    entry = {**shortest, **entry}
    return ModelFacts(
        input=_per_million(entry.get("input_cost_per_token")),
        output=_per_million(entry.get("output_cost_per_token")),
        cache_read=_per_million(entry.get("cache_read_input_token_cost")),
        cache_write=_per_million(entry.get("cache_creation_input_token_cost")),
        input_limit=_count(entry.get("max_input_tokens")),
        output_limit=_count(entry.get("max_output_tokens")),
        ends=_day(entry.get("deprecation_date")),
    )


def _models_dev(entry: Mapping[str, Any]) -> ModelFacts:
    """Return the facts of an entry of models.dev, or of ``opencode models --verbose``, which nests its prices."""
    cost, limit = _mapping(entry.get("cost")), _mapping(entry.get("limit"))
    cache = _mapping(cost.get("cache"))
    is_priced = bool(cost.get("input") or cost.get("output"))  # 0 also means "unknown"
    return ModelFacts(
        input=_number(cost.get("input")) if is_priced else None,
        output=_number(cost.get("output")) if is_priced else None,
        cache_read=_number(cost.get("cache_read", cache.get("read"))) or None,
        cache_write=_number(cost.get("cache_write", cache.get("write"))) or None,
        context=_count(limit.get("context")),
        input_limit=_count(limit.get("input")),
        output_limit=_count(limit.get("output")),
    )


def _listed(text: str) -> Iterator[tuple[str, ModelFacts]]:
    """Yield the entries of ``opencode models --verbose``: lines with an id, each followed by its JSON."""
    decoder = json.JSONDecoder()
    at = 0
    while (brace := text.find("{", at)) >= 0:
        lines = text[at:brace].split()
        try:
            value, at = decoder.raw_decode(text, brace)
        except ValueError as error:
            raise _unusable("`opencode models --verbose` gave an answer that gsdc cannot read") from error
        if lines and isinstance(value, dict):
            yield lines[-1], _models_dev(value)


def _ask_opencode() -> str:
    program = which("opencode")
    if program is None:
        raise _unusable("opencode is not installed")
    try:
        done = subprocess.run(  # noqa: S603 - the words are ours
            [program, "models", "--verbose"],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
            cwd=Path.home(),  # in the project, the client would load the project's files
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise _unusable(f"`opencode models --verbose` fails: {type(error).__name__}") from error
    return done.stdout


def _genai() -> Iterator[tuple[str, ModelFacts]]:
    try:
        from genai_prices.data import providers  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        message = "genai-prices is not installed"
        raise _unusable(message, 'pip install "gsdc[prices]"') from error
    for provider in providers:
        for model in provider.models:
            prices = _prices_today(model.prices)
            yield (
                f"{provider.id}/{model.id}",
                ModelFacts(
                    input=_shortest(prices, "input_mtok"),
                    output=_shortest(prices, "output_mtok"),
                    cache_read=_shortest(prices, "cache_read_mtok"),
                    cache_write=_shortest(prices, "cache_write_mtok"),
                    context=_count(model.context_window),
                ),
            )


def _prices_today(prices: Any) -> Any:
    """Return those of the conditional ``prices`` of genai-prices that apply from some day on until now.

    Prices for some hours of the day are ignored: the regular price applies.
    """
    if not isinstance(prices, list):
        return prices
    today = date.today()  # noqa: DTZ011 - a day as people count it
    found = None
    for entry in prices:
        start = getattr(entry.constraint, "start_date", None)
        if entry.constraint is None or (start is not None and start <= today):
            found = entry.prices
    return found


def _shortest(prices: Any, name: str) -> float | None:
    """Return a price; if it depends on the length of the prompt, that of a short prompt."""
    price = getattr(prices, name, None)
    return _number(getattr(price, "base", price))


def _text(name: str, root: Path) -> str:
    site = _SITES.get(name, name)
    is_remote = site.startswith(("https://", "http://"))
    try:
        return (_fetched(site) if is_remote else _of_file(root / name)).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or getattr(error, "reason", None) or error
        raise _unusable(f'"{name}" cannot be read: {reason}') from error


def _of_file(path: Path) -> bytes:
    if not path.is_file():
        raise OSError(0, "there is no such file")
    if path.stat().st_size > _MOST_BYTES:
        raise OSError(0, "it is too large")
    return path.read_bytes()


def _fetched(url: str) -> bytes:
    from urllib.request import urlopen

    with urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - http and https only, and a person has named it
        content: bytes = answer.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise OSError(0, "it is too large")
    return content


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unusable(f'"{name}" is not JSON') from error


def _unusable(message: str, help_: str = "") -> Rejected:
    usual = (
        "name a file or URL in the shape of LiteLLM's map or models.dev's, litellm, models.dev, genai-prices, opencode"
    )
    return Rejected(UNUSABLE.at(Span(Argument("--from"), 0, 0), message, help_ or usual))


def _per_million(value: Any) -> float | None:
    price = _number(value)
    return None if price is None else round(price * _MILLION, 6)


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if 0 <= number < _MILLION else None  # NaN and infinity are not valid either


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _day(value: Any) -> str | None:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        return None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
