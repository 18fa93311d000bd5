"""Credentials in plans: told from what only looks like one. They are made up here, at run time, from a seed."""

import base64
import json
import random
import string
import zlib

import pytest

from gsdc.credentials import scanner as module
from gsdc.credentials.scanner import expect_many, secrets, suspicious

CHANCE = random.Random(11)
LETTERS = string.ascii_letters + string.digits


def some(alphabet: str, length: int) -> str:
    return "".join(CHANCE.choice(alphabet) for _ in range(length))


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def checked(prefix: str) -> str:
    """Return a token in the form of GitHub and npm, which ends in a checksum."""
    body, number, end = some(LETTERS, 30), 0, ""
    number = zlib.crc32(body.encode())
    alphabet = string.digits + string.ascii_uppercase + string.ascii_lowercase
    while number:
        number, digit = divmod(number, 62)
        end = alphabet[digit] + end
    return prefix + body + end.rjust(6, "0")


def jwt() -> str:
    payload = {"sub": "4821", "iat": 1761022800, "role": "service_role"}
    parts = (b'{"alg":"HS256","typ":"JWT"}', json.dumps(payload).encode(), CHANCE.randbytes(32))
    return ".".join(map(url64, parts))


def private_key() -> str:
    body = base64.b64encode(CHANCE.randbytes(1190)).decode()
    lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    return f"-----BEGIN RSA PRIVATE KEY-----\n{lines}\n-----END RSA PRIVATE KEY-----"


CREDENTIALS = {
    "aws": f"AWS_ACCESS_KEY_ID=AKIA{some('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)} and"
    f" AWS_SECRET_ACCESS_KEY={some(LETTERS + '/+', 40)} go into .env.",
    "github": f"Clone with `{checked('ghp_')}` as the token.",
    "gitlab": f"https://oauth2:glpat-{some(LETTERS + '_-', 20)}@gitlab.com/acme/app.git",
    "slack": f"The bot: xoxb-{some('123456789', 12)}-{some('123456789', 13)}-{some(LETTERS, 24)}",
    "stripe": f"Use STRIPE_SECRET_KEY=sk_live_51{some(LETTERS, 97)} for now",
    "openai": f'apiKey: "sk-proj-{some(LETTERS + "_-", 74)}T3BlbkFJ{some(LETTERS + "_-", 74)}"',
    "anthropic": f"ANTHROPIC_API_KEY=sk-ant-api03-{some(LETTERS + '_-', 93)}AA",
    "google": f"MAPS_KEY=AIza{some(LETTERS + '_-', 35)}",
    "npm": f"NPM_TOKEN={checked('npm_')}",
    "pypi": f"TWINE_PASSWORD=pypi-AgEIcHlwaS5vcmcC{some(LETTERS + '_-', 150)}",
    "jwt": f"SUPABASE_SERVICE_ROLE_KEY={jwt()}",
    "private key": f"Write it into config/id_rsa:\n\n{private_key()}\n",
    "database": f"DATABASE_URL=postgres://appuser:{some(LETTERS, 18)}@db.internal.acme.io:5432/app",
}
LOOK_ALIKES = {
    "the key of every manual": "AKIAIOSFODNN7EXAMPLE",
    "a placeholder": "GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "a variable": "curl -H 'Authorization: Bearer $TOKEN' https://api.example.org",
    "a prefix": "A live key begins with sk_live_, a token with ghp_ or xoxb-.",
    "a database on this machine": "postgres://postgres:postgres@localhost:5432/app",
    "a commit and a digest": f"{some('0123456789abcdef', 40)} sha256:{some('0123456789abcdef', 64)}",
    "a path": "src/secrets/private_key_loader.py reads PRIVATE KEY blocks",
    "a checksum of npm": f"integrity sha512-{some(LETTERS + '+/', 86)}==",
    "a demo token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.abc",
}


@pytest.fixture(scope="session")
def rules(tmp_path_factory):
    return tmp_path_factory.mktemp("rules")


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_a_credential_is_found_where_it_stands(kind, rules):
    text = f"---\nwave: 1\n---\né 😀 Then:\n{CREDENTIALS[kind]}\nand go on.\n"
    found = secrets(text, rules)
    assert found
    begin = text.index(CREDENTIALS[kind])
    assert all(begin <= secret.start < secret.end <= begin + len(CREDENTIALS[kind]) for secret in found)


@pytest.mark.parametrize("kind", LOOK_ALIKES)
def test_a_look_alike_is_not(kind, rules):
    assert secrets(f"Note:\n{LOOK_ALIKES[kind]}\n", rules) == ()


def test_the_engine_for_many_texts_says_the_same(monkeypatch):
    texts = [*CREDENTIALS.values(), *LOOK_ALIKES.values(), "", "\n" * 100]
    alone = list(map(suspicious, texts))
    monkeypatch.setattr(module, "_engine", None)
    expect_many()
    assert list(map(suspicious, texts)) == alone


def test_without_the_scanner_the_finding_says_so(monkeypatch, tmp_path):
    from gsdc.lint.plan import check_plan
    from gsdc.rules.plans.api import PlanContext

    monkeypatch.setitem(__import__("sys").modules, "kingfisher_sdk", None)
    monkeypatch.setattr(module, "_scanner", module._scanner.__wrapped__)
    (found,) = (
        f for f in check_plan("p", CREDENTIALS["github"], PlanContext(tmp_path, tmp_path)).findings if f.code == "NB006"
    )
    assert found.help == "pip install gsdc[secrets]"
    assert checked("x") not in str(found)
