"""Credentials of JSON files that bear no mark: told by the name of their key, never by a guess at prose."""

import random
import string
import time

import pytest

from gsdc.credentials.literal_keys import literal_keys

# Made again each time, so that nothing that looks like a key stands in the repository.
KEY = "".join(random.Random(11).choices(string.ascii_letters + string.digits, k=40))

FOUND = {
    "an API key": f'{{"apiKey": "{KEY}"}}',
    "in words": f'{{"api_key": "{KEY}"}}',
    "of the environment": f'{{"MISTRAL_API_KEY": "{KEY}"}}',
    "a token": f'{{"authToken": "{KEY}"}}',
    "a secret": f'{{"client-secret":"{KEY}"}}',
    "a password": f'{{"Password" : "{KEY}"}}',
    "a header": f'{{"headers": {{"Authorization": "Bearer {KEY}"}}}}',
    "on the next line": f'{{"apiKey":\n    "{KEY}"}}',
    "behind a comment": f'{{"apiKey": // of the team\n "{KEY}"}}',
    "behind two comments": f'{{"apiKey" /* ours */ : /* of the team */ "{KEY}"}}',
    "in a comment": f'{{}} // "apiKey": "{KEY}"',
    "behind a stand-in": f'{{"apiKey": "{{env:PREFIX}}{KEY}"}}',
    "no comma": f'{{"a": 1 "apiKey": "{KEY}"}}',
    "no colon": f'{{"apiKey" "{KEY}"}}',
    "no end": f'{{"apiKey": "{KEY}',
    "no end of the line": f'{{"apiKey": "{KEY},\n}}',
}
PASSED = {
    "a word": '{"apiKey": "ollama"}',
    "a long word": '{"apiKey": "not-needed-for-this-provider"}',
    "a number": '{"token": "12345678901234567890"}',
    "an example": '{"apiKey": "your-api-key-1-goes-here"}',
    "the environment": '{"apiKey": "{env:ANTHROPIC_API_KEY_2}"}',
    "a file": '{"apiKey": "{file:~/.secrets/key-number-1}"}',
    "a shell's variable": '{"Authorization": "Bearer ${GITHUB_TOKEN_2026}"}',
    "a plain variable": '{"token": "$GITHUB_TOKEN_OF_2026"}',
    "words": '{"password": "what a person types in at step 1 of 2"}',
    "another key": f'{{"digest": "{KEY}"}}',
    "a public key": f'{{"publicKey": "{KEY}", "PUBLIC_KEY": "{KEY}"}}',
    "a cache key": f'{{"promptCacheKey": "{KEY}"}}',
    "many tokens": f'{{"tokens": "{KEY}"}}',
    "a name in a list": f'["apiKey", "{KEY}"]',
    "prose": f'{{"prompt": "use the apiKey {KEY}"}}',
}


@pytest.mark.parametrize("kind", FOUND)
def test_a_literal_key_is_found_where_it_stands(kind):
    [found] = literal_keys(FOUND[kind])
    assert KEY in FOUND[kind][found.start : found.end]


@pytest.mark.parametrize("kind", PASSED)
def test_what_is_no_literal_key_is_passed(kind):
    assert [*literal_keys(PASSED[kind])] == []


@pytest.mark.parametrize(
    "part", ['"apiKey"', '"apiKey": /*', '"apiKey" // ', '"token"\n// ', '"' + "key" * 20, '"key": "', " " * 9, "\\"]
)
def test_it_takes_time_in_proportion_to_the_length(part):
    start = time.perf_counter()
    assert [*literal_keys(part * (500_000 // len(part)))] == []
    assert time.perf_counter() - start < 5
