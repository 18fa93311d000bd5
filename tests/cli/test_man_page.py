"""The man page has every command and option that --help has, and groff takes it."""

import re
import shutil
import subprocess

import click
import pytest
from click.testing import CliRunner

from gsdc.cli import COMMANDS, main


@pytest.fixture(scope="module")
def page():
    result = CliRunner().invoke(main, ["help", "--format", "man"], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def options(command):
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            yield from parameter.opts


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_there(page, name):
    text = page.replace(r"\-", "-")
    assert f'.SS "gsdc {name}"' in text
    command = main.get_command(None, name)
    section = text.split(f'.SS "gsdc {name}"')[1]
    assert [opt for opt in options(command) if opt not in section and opt not in set(options(main))] == []
    for part in getattr(command, "commands", {}):
        assert f'.SS "gsdc {name} {part}"' in text


def test_shared_options_are_listed_once(page):
    assert page.count(r"\-\-quiet") == 1


def test_no_line_is_a_command_by_accident(page):
    macros = {"TH", "SH", "SS", "TP", "PP", "B"}
    assert {match[1] for match in re.finditer(r"^[.'](\w*)", page, re.MULTILINE)} == macros


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_has_no_warning(page):
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww"], input=page, text=True, capture_output=True, check=True, encoding="utf-8"
    )
    assert done.stderr == ""
    assert "gsdc rollback" in re.sub(r".\x08", "", done.stdout)


def test_a_topic_has_no_man_page_of_its_own():
    result = CliRunner().invoke(main, ["help", "lint", "--format", "man"])
    assert result.exit_code == 2
    assert "leave out the topic" in result.output
