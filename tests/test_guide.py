"""What the README and the guide show is what happens: their sessions are run, their tables compared."""

import re
from itertools import chain

import pytest
from click.testing import CliRunner

from gsdc import data, guide
from gsdc.cli import COMMANDS, main
from gsdc.targets.registry import compiled_targets
from tests.sessions import PAGES, Shell, Step, blocks, steps

FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def blocks_of_pages(language: str) -> list:
    """Return the blocks in one language of all pages, each with the page that it stands on."""
    found = chain.from_iterable(enumerate(blocks(page, language), 1) for page in PAGES)
    names = (page for page in PAGES for _ in blocks(page, language))
    return [pytest.param(block, id=f"{page}-{number}") for (number, block), page in zip(found, names, strict=True)]


def first_cells(topic: str) -> list[str]:
    """Return the first word in code of each row of the first table on a page."""
    table = guide.page(topic).text.split("\n|", 1)[1].split("\n\n")[0]
    return re.findall(r"^\| `(?:gsdc )?([\w-]+)", table, re.MULTILINE)


def help_(*arguments: str, code: int = 0) -> str:
    shown = CliRunner().invoke(main, ["help", *arguments], catch_exceptions=False, env={"COLUMNS": "80"})
    assert shown.exit_code == code, shown.output
    return shown.output


@pytest.mark.parametrize("block", blocks_of_pages("console"))
def test_sessions_print_what_they_show(block, tmp_path):
    shell = Shell(tmp_path, block.project)
    for step in steps(block.text):
        assert shell.run(step) == step.output, step.command


@pytest.mark.parametrize("block", [each for each in blocks_of_pages("yaml") if not each.values[0].project])
def test_examples_of_gsdc_yaml_are_sound(block, tmp_path):
    shell = Shell(tmp_path)
    shell.run(Step("cat gsdc.yaml", block.text))
    assert shell.run(Step("gsdc lint", "")) == "no findings\n"


def test_the_readme_is_short():
    assert len(PAGES["README.md"].read_text().splitlines()) <= 150


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)\)", FENCED.sub("", PAGES[page].read_text()))
    missing = [link for link in links if "://" not in link and not (PAGES[page].parent / link).exists()]
    assert not missing


def test_the_readme_links_every_page():
    text = PAGES["README.md"].read_text()
    assert [topic for topic in guide.TOPICS if f"(compiler/gsdc/guide/{topic}.md)" not in text] == []


def test_every_page_is_a_topic():
    assert {f"{topic}.md" for topic in guide.TOPICS} == {path.name for path in PAGES.values()} - {"README.md"}


@pytest.mark.parametrize("topic", guide.TOPICS)
def test_topics_that_a_page_names_exist(topic):
    named = re.findall(r"gsdc help (?!TOPIC|COMMAND|-)([\w-]+)", re.sub(r"\s+", " ", guide.page(topic).text))
    assert set(named) <= {*guide.TOPICS, *COMMANDS, *compiled_targets()}


def test_every_command_is_listed():
    assert first_cells("commands") == list(dict.fromkeys(first_cells("commands")))
    assert sorted(first_cells("commands")) == sorted(COMMANDS)


def test_every_target_is_listed():
    assert first_cells("targets") == list(compiled_targets())


def test_every_profile_is_listed():
    shipped = {path.stem for path in data.folder("profiles").glob("*.yaml")} - {"base", "catalog"}
    assert set(first_cells("profiles")) == shipped
    for kind in ("workflows", "fleets"):
        for path in data.folder("profiles").glob(f"{kind}/*.yaml"):
            assert f"`{path.stem}`" in guide.page("profiles").text


def test_help_lists_the_topics():
    first = [line.split()[0] for line in help_().split("\n\n")[0].splitlines() if not line.startswith(" ")]
    assert first == ["topic", *guide.TOPICS]


@pytest.mark.parametrize("topic", guide.TOPICS)
def test_help_shows_a_page_in_80_columns(topic):
    shown = help_(topic)
    assert " ".join(shown.split("\n\n")[0].split()) == f"{guide.page(topic).title}: {guide.page(topic).about}"
    wide = [line for line in shown.splitlines() if len(line) > 80 and not line.startswith("    ")]
    assert not wide


@pytest.mark.parametrize("topic", guide.TOPICS)
def test_help_loses_no_word_of_a_page(topic):
    text = re.sub(r"^```.*|\]\([^)]*\)|^\|.*(?=\n\|---)", "", guide.page(topic).text, flags=re.MULTILINE)
    assert set(re.findall(r"\w+", text)) <= set(re.findall(r"\w+", help_(topic)))


def test_help_of_a_command_is_its_own():
    shown = help_("lint")
    assert shown.splitlines()[0].endswith("lint [OPTIONS] [PATHS]...")
    assert "--write-baseline" in shown


def test_help_as_markdown_is_the_page():
    assert help_("recipes", "--format", "md") == guide.page("recipes").text


@pytest.mark.parametrize("name", [name for name in compiled_targets() if name not in guide.TOPICS])
def test_help_shows_each_target_alone(name):
    shown = help_(name)
    assert shown.startswith(f"{name}\n\n- writes: ")
    assert "- cannot express: " in shown or name == "gitignore"
    assert len(shown.splitlines()) < 40


def test_cells_of_a_wide_table_have_the_heads_of_their_columns():
    shown = " ".join(help_("clients").split())
    assert "`codex` measured on: 0.144.6, 0.152.0, 0.171.0 reads and writes: `.codex/agents/**/*.toml`" in shown
    assert len(help_("clients").splitlines()) < 240


def test_a_misspelt_topic_gets_the_nearest():
    assert 'did you mean "recipes"' in help_("recipies", code=2)


@pytest.mark.parametrize("arguments", [["help", "help"], ["lint", "--help"]])
def test_help_survives_twenty_columns(arguments):
    shown = CliRunner().invoke(main, arguments, env={"COLUMNS": "20"})
    assert shown.exit_code == 0
