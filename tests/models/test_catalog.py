"""The releases that are shipped say what the pinned price map says (litellm.json, LiteLLM 1.110.2, MIT)."""

import json
from pathlib import Path

import pytest

from gsdc.models.catalog import rank_of, release_entry, releases
from gsdc.models.identity import identify
from gsdc.policy.load import load

MAP = json.loads((Path(__file__).parent / "litellm.json").read_text("utf-8"))
BY_ID = {entry["ids"]["litellm"]: entry for entry in releases().values() if "litellm" in entry["ids"]}


@pytest.mark.parametrize("key", sorted(MAP))
def test_prices_windows_and_ends_are_those_of_the_map(key):
    entry, source = next(
        (one, MAP[key]) for id_, one in BY_ID.items() if id_ in (key, f"{MAP[key]['litellm_provider']}/{key}")
    )
    priced = {**(source.get("tiered_pricing") or [{}])[0], **source}
    assert entry["price"]["input"] == pytest.approx(priced["input_cost_per_token"] * 1e6)
    assert entry["price"]["output"] == pytest.approx(priced["output_cost_per_token"] * 1e6)
    if "cache_read_input_token_cost" in source:
        assert entry["price"]["cache-read"] == pytest.approx(source["cache_read_input_token_cost"] * 1e6)
    assert entry.get("input-limit", entry["context"]) == source["max_input_tokens"]
    assert entry.get("ends") == source.get("deprecation_date")


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
