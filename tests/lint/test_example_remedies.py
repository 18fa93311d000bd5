"""The remedy of every finding of a client can be applied by a test, as its example in the documentation shows it.

The codes come from the declarations of the clients: a new finding is under test without an entry anywhere.
"""

import pytest
from tests.lint.test_remedies import PROJECTS, applied, found, shipped
from tests.rules.test_documentation import ALL
from tests.targets.reading import write

from gsdc.policy.load import load
from gsdc.source.tree import PROJECT_FILE
from gsdc.targets.registry import declarations

# Findings whose remedy a person has to write, or to choose: "Use instead" in the documentation shows one, and a test of
# its own runs that. A new finding is not among them: its remedy has to be one that `applied` can apply.
BY_A_PERSON = {
    "AF001": "the text of a description or a prompt",
    "CA001": "the text of a description",
    "CA002": "the text of a description",
    "CA009": "the syntax of a file that cannot be read",
    "CA010": "the text of a description",
    "CA011": "which of two values is meant",
    "CX001": "where it belongs in another file",
    "GS001": "the syntax of a file that cannot be read",
    "GS010": "which agents are meant",
    "IF020": "gsdc writes it: test_remedies applies it",
    "IF003": "gsdc writes it: test_remedies applies it",
    "IF060": "which effort is meant",
    "KI001": "the text of a description",
    "OC010": "a proxy with fallbacks, beside the file",
    "OC013": "where it belongs in another file",
    "OC015": "the syntax of a file that cannot be read",
    "OC016": "a value that is known when OpenCode starts",
    "OC021": "what a plugin does",
    "OC023": "a key that is known when OpenCode starts",
    "OM001": "the plugin moves the file itself",
    "OM003": "where it belongs in the file",
    "OM004": "where it belongs in the file",
}
OF_CLIENTS = (*(family for one in declarations().values() if one.is_client for family in one.families), "IF", "AF")
EXAMPLES = [(code, files_) for code, files_ in PROJECTS if code.startswith(OF_CLIENTS) and code in ALL]


@pytest.mark.parametrize(("code", "contents"), EXAMPLES, ids=[code for code, _ in EXAMPLES])
def test_the_remedy_in_an_example_can_be_applied(tmp_path, code, contents):
    write(tmp_path, contents)
    loaded = load(tmp_path) if PROJECT_FILE in contents else shipped()
    remedies = [applied(one, tmp_path) for one in found(tmp_path, loaded) if one.code == code]
    assert None not in remedies or code in BY_A_PERSON
