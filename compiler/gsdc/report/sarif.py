"""Findings as SARIF 2.1.0 (OASIS), which code scanning services read."""

import os
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from gsdc import __version__
from gsdc.finding import Finding, Fix
from gsdc.report.answer import ShownFindings
from gsdc.report.files import ReportedFiles, is_argument
from gsdc.report.reference import page
from gsdc.report.text import plain
from gsdc.rules.documentation import Documentation
from gsdc.source.printable import printable
from gsdc.source.span import Span

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# Code scanning services match findings by this key; its number changes if the fingerprints do.
_FINGERPRINT: Final = "gsdc/v1"


def sarif(answer: ShownFindings) -> dict[str, Any]:
    """Return the log of one run: the displayed findings, and those of the baseline as suppressed results.

    The rules are those with findings. Columns and offsets count Unicode code points, from the first after a byte order
    mark; paths are relative to the working folder, percent-encoded.
    """
    from gsdc.rules.registry import documentation

    codes = {finding.code for finding in (*answer.shown, *answer.known)}
    rules = [rule for rule in documentation() if rule.code in codes]
    indexes = {rule.code: index for index, rule in enumerate(rules)}
    results = [_result(finding, indexes, answer) for finding in answer.shown]
    reason = [{"kind": "external", "justification": "in the baseline"}]
    results += [_result(finding, indexes, answer) | {"suppressions": reason} for finding in answer.known]
    driver = {"name": "gsdc", "version": __version__, "rules": list(map(_rule, rules))}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(finding: Finding, indexes: Mapping[str, int], answer: ShownFindings) -> dict[str, Any]:
    files = answer.files
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": indexes[finding.code],
        "level": str(finding.severity),
        "message": {"text": plain(finding)},
        "partialFingerprints": {_FINGERPRINT: answer.marks.of(finding)},
    }
    if not is_argument(finding.span.path):
        result["locations"] = [{"physicalLocation": _place(finding.span, files)}]
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _place(span, files)} for number, span in enumerate(finding.related)
        ]
    if finding.fix is not None:
        result["fixes"] = [_fix(finding, finding.fix, files)]
    return result


def _place(span: Span, files: ReportedFiles) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(span.path, files)}}
    if span.line:
        place["region"] = {"startLine": span.line, "startColumn": span.column}
        if span.end_line:
            place["region"] |= {"endLine": span.end_line, "endColumn": span.end_column}
    return place


def _uri(path: str, files: ReportedFiles) -> str:
    shown = files.from_here(path)
    encoded = quote(os.fsencode(shown))
    return f"file://{encoded}" if shown.startswith("/") else encoded


def _fix(finding: Finding, fix: Fix, files: ReportedFiles) -> dict[str, Any]:
    before = files.begins_with_mark(finding.span.path)  # a byte order mark does not count (3.30.2)
    replacements = [
        {
            "deletedRegion": {"charOffset": start - before, "charLength": end - start},
            "insertedContent": {"text": text},
        }
        for start, end, text in sorted(fix.edits)
    ]
    location = {"uri": _uri(finding.span.path, files)}
    return {
        "description": {"text": printable(finding.help or finding.message)},
        "artifactChanges": [{"artifactLocation": location, "replacements": replacements}],
    }


def _rule(rule: Documentation) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.parts.summary},
        "fullDescription": {"text": f"{rule.parts.what}\n\n{rule.parts.why}"},
        "help": {"text": rule.text, "markdown": page(rule)},
        "defaultConfiguration": {"level": str(rule.severity)},
    }
