"""Roles that are guessed by name and description."""

import pytest

from gsdc.importer.roles import VOCABULARY, guess
from gsdc.policy.load import load
from gsdc.policy.sources import shipped_names
from gsdc.policy.validate import schema


@pytest.mark.parametrize(
    ("name", "description", "role"),
    [
        ("security-reviewer", "Reviews code", "security"),
        ("pentester-2", "", "security"),
        ("CodeReviewer", "", "review"),
        ("code-reviewer", "Finds security holes", "security"),
        ("code-reviewer", "Reviews quality, security and style", "review"),
        ("gsd-code-fixer", "", "debugging"),
        ("test-engineer", "", "testing"),
        ("latest", "", "implementation"),
        ("docker-helper", "", "operations"),
        ("DBA", "Designs schemas and migrations", "design"),
        ("helper", "Reviews code for bugs and security", "review"),
        ("helper", "Helps with latest contests", "implementation"),
        ("SQLExpert", "", "database"),
        ("team_lead", "Coordinates others", "orchestration"),
        ("", "", "implementation"),
    ],
)
def test_a_guess(name, description, role):
    assert guess(name, description) == role


def test_every_role_has_its_words():
    assert {*VOCABULARY, "implementation", "security"} == set(schema("common")["$defs"]["shipped-role"]["enum"])


def test_of_the_shipped_agents_most_are_guessed(tmp_path):
    """Measured, so that a change of the vocabulary that does harm is seen, and security is never missed."""
    agents = load(tmp_path, fleets=shipped_names("fleets")).policy.agents.values()
    guesses = [(agent.role, guess(agent.name, agent.description)) for agent in agents]
    assert [pair for pair in guesses if pair[0] == "security" != pair[1]] == []
    right = sum(role == guessed for role, guessed in guesses)
    assert right / len(guesses) > 0.7
