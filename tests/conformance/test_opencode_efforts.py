"""OpenCode has the efforts that the catalog says, for every model that it knows: as the variants of the model."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from tests.conformance.clients import opencode_environment

from gsdc.models.catalog import releases
from gsdc.models.identity import identify
from gsdc.models.parameters import efforts_of, takes_temperature

pytestmark = pytest.mark.conformance

PROVIDERS = ("anthropic", "openai", "google", "xai", "deepseek", "moonshotai", "mistral", "openrouter", "alibaba")
# What a model does without any variant, so that the client needs none for it: Claude up to 4.5 thinks when told to.
BY_SILENCE = {"none"}


def listed(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what ``opencode models --verbose`` says: a line with the id, then JSON, and so on."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        id_, _, rest = text[at:].partition("\n")
        data, end = decoder.raw_decode(rest)
        yield id_, data
        at += len(id_) + 1 + end + 1


@pytest.fixture(scope="module")
def known(opencode, tmp_path_factory) -> dict[str, dict[str, Any]]:
    root = tmp_path_factory.mktemp("models")
    config = {"$schema": "https://opencode.ai/config.json"}
    config["provider"] = {name: {"options": {"apiKey": "none"}} for name in PROVIDERS}
    (root / "opencode.json").write_text(json.dumps(config))
    # A pipe is cut short by the client: it ends before all is written. A file is not.
    with (root / "out").open("w") as out:
        command = [opencode, "models", "--verbose"]
        environment = opencode_environment(root / "home")
        subprocess.run(
            command, cwd=root, env=environment, stdin=subprocess.DEVNULL, stdout=out, check=True, timeout=120
        )
    return dict(listed((root / "out").read_text()))


def test_every_effort_of_a_release_is_a_variant_of_it(known):
    shipped = {entry["ids"]["opencode"] for entry in releases().values()} & known.keys()
    assert len(shipped) > 60
    wrong = {
        id_: (efforts, variants)
        for id_ in known
        if (efforts := set(efforts_of(identify(id_))) - BY_SILENCE)
        and not efforts <= (variants := set(known[id_].get("variants", {})))
    }
    assert wrong == {}
    lacking = {
        id_: variants
        for id_ in shipped
        if (variants := set(known[id_].get("variants", {}))) and not efforts_of(identify(id_))
    }
    assert lacking == {}


def test_no_temperature_is_given_to_a_release_that_the_client_gives_none(known):
    wrong = [
        id_
        for id_, model in known.items()
        if not model["capabilities"]["temperature"] and identify(id_).line and takes_temperature(identify(id_))
    ]
    assert wrong == []
