"""Words and phrases in prose, code and paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gsdc.tasks.vocabulary import Vocabulary, WholeWords, foreign_words, is_foreign, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("verifyToken", ["verify", "token"]),
        ("verify_token", ["verify", "token"]),
        ("verify the token", ["verify", "token"]),
        ("VerifyTheAPIKey", ["verify", "api", "key"]),
        ("JWTs and APIs", ["jwts", "and", "apis"]),
        ("OAuth2Service", ["o", "auth", "2", "service"]),
        ("src/auth/token-store.ts", ["src", "auth", "token", "store", "ts"]),
        ("author's address", ["author", "s", "address"]),
        ("", []),
    ],
)
def test_words(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sanitização do título", ["sanitizacao", "do", "titulo"]),
        ("检查认证", ["检", "查", "认", "证"]),
        ("인증을 추가", ["인", "증", "을", "추", "가"]),
        ("Добавить аутентификацию", ["добавить", "аутентификацию"]),
        ("naïve — 2²", ["naive", "2"]),
    ],
)
def test_words_of_other_languages(text, expected):
    assert is_foreign(text)
    assert foreign_words(text) == expected


def test_punctuation_is_no_foreign_letter():
    assert not is_foreign("Add the parser — with tests → see §2 “here”")


def test_phrases_are_found_whatever_joins_them():
    vocabulary = Vocabulary({"tokens": {1.8: "refresh token, jwt"}})
    text = "refreshToken, refresh_token, Refresh the token; a token to refresh; JWT"
    assert [match.phrase for match in vocabulary.matches(words(text))] == ["refresh token"] * 3 + ["jwt"]


@given(st.text())
def test_any_text_has_words_in_lower_case(text):
    assert all(word == word.lower() and word.isascii() for word in words(text))
    assert all(word == word.lower() and word.isalnum() for word in foreign_words(text))


@pytest.mark.parametrize(("text", "found"), [("Set-up the CI", "Set-up"), ("setups", ""), ("SETUP", "SETUP")])
def test_whole_words(text, found):
    assert WholeWords("set up").search(text) == found
