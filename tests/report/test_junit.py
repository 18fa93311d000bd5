"""JUnit XML: well-formed whatever it is about, and counted right."""

import sys
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.finding import Finding, Severity
from gsdc.report.junit import junit
from gsdc.source.span import Span

ANY = st.text(st.characters())  # surrogates and control characters as well
FINDINGS = st.lists(
    st.builds(
        Finding,
        st.builds(Span, ANY, st.integers(0, 9), st.integers(0, 9)),
        st.just("PL018"),
        st.just("vague-verify"),
        st.sampled_from(Severity),
        ANY,
        ANY,
        st.tuples(ANY),
    ),
    max_size=5,
)


@examples(100)
@given(FINDINGS)
def test_well_formed_and_counted(findings):
    findings.sort(key=lambda finding: finding.sort_key)
    root = ET.fromstring(junit(findings))
    suites = root.findall("testsuite")
    if not findings:
        assert [case.get("name") for case in root.iter("testcase")] == ["no findings"]
        return
    assert len(suites) == len({finding.span.path for finding in findings})
    failures = sum(finding.severity is not Severity.NOTE for finding in findings)
    assert (root.get("tests"), root.get("failures")) == (str(len(findings)), str(failures))
    assert len(list(root.iter("testcase"))) == len(findings)
    assert len(list(root.iter("failure"))) == failures
    for suite in suites:
        assert suite.get("tests") == str(len(suite.findall("testcase")))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))


def test_every_character_can_be_reported():
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    text = junit([Finding(Span("a"), "PL018", "vague-verify", Severity.ERROR, every)])
    assert text.isascii()
    said = ET.fromstring(text).find(".//failure").get("message")
    assert {char for char in every if char.isprintable()} <= set(said)


def test_what_a_failure_says():
    finding = Finding(Span("a <b>&.md", 3, 7), "PL018", "vague-verify", Severity.ERROR, '"it works" & so', "name one")
    root = ET.fromstring(junit([finding]))
    case = root.find("testsuite[@name='a <b>&.md']/testcase")
    assert case.get("name") == "PL018 vague-verify a <b>&.md:3:7"
    assert case.find("failure").get("type") == "error"
    assert case.find("failure").get("message") == '"it works" & so'
    assert case.find("failure").text == 'a <b>&.md:3:7: "it works" & so\nhelp: name one'


@pytest.mark.parametrize("severity", Severity)
def test_notes_are_no_failures(severity):
    finding = Finding(Span("a.md"), "PL004", "other-value", severity, "said")
    root = ET.fromstring(junit([finding]))
    assert (root.find(".//failure") is None) == (severity is Severity.NOTE)
    assert (root.find(".//system-out") is not None) == (severity is Severity.NOTE)
