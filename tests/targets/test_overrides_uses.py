"""Modules whose tables do not say what they answer: each way is found, an error where a security agent may be."""

import pytest
from tests.targets.reading import policy_of, write

from gsdc.finding import Severity
from gsdc.source.javascript_tokens import tokens
from gsdc.targets.overrides import view as overrides

TABLES = """\
const PHASE_MODEL_OVERRIDES = { PLAN: { SECURITY: 'opus', API: 'haiku' } };
const DEFAULT_MODEL_ASSIGNMENTS = { SECURITY: 'opus' };
"""
TRICKS = [
    "PHASE_MODEL_OVERRIDES.PLAN.SECURITY = 'haiku';",
    "PHASE_MODEL_OVERRIDES['PLAN']['SECURITY'] = pick();",
    "PHASE_MODEL_OVERRIDES[p][a] ||= 'haiku'",
    "PHASE_MODEL_OVERRIDES.PLAN = {}",
    "PHASE_MODEL_OVERRIDES = other",
    "PHASE_MODEL_OVERRIDES.PLAN.SECURITY++",
    "[PHASE_MODEL_OVERRIDES.PLAN.SECURITY] = ['haiku']",
    "({a: PHASE_MODEL_OVERRIDES.PLAN.SECURITY} = {a: 'haiku'})",
    "for (PHASE_MODEL_OVERRIDES.PLAN.SECURITY of ['haiku']);",
    "delete PHASE_MODEL_OVERRIDES.PLAN.SECURITY",
    "Object.assign(PHASE_MODEL_OVERRIDES.PLAN, {SECURITY: 'haiku'})",
    "Object.assign(PHASE_MODEL_OVERRIDES, other)",
    "Object.setPrototypeOf(PHASE_MODEL_OVERRIDES, other)",
    "Object.defineProperty(PHASE_MODEL_OVERRIDES.PLAN, 'SECURITY', {get: () => pick()})",
    "PHASE_MODEL_OVERRIDES.PLAN.__proto__ = {X: 'haiku'}",
    "const all = {}; all['__proto__'].SECURITY = 'haiku'",
    "Object.prototype.SECURITY = 'haiku'",
    "const t = PHASE_MODEL_OVERRIDES; t.PLAN.SECURITY = 'haiku'",
    "const {PLAN} = PHASE_MODEL_OVERRIDES; PLAN.SECURITY = 'haiku'",
    "const t = {...PHASE_MODEL_OVERRIDES}; t.PLAN.SECURITY = 'haiku'",
    "for (const t of Object.values(PHASE_MODEL_OVERRIDES)) t.SECURITY = 'haiku'",
    "tamper(PHASE_MODEL_OVERRIDES)",
    "export default new Proxy(PHASE_MODEL_OVERRIDES, handler)",
    "eval(code)",
    "new Function(code)()",
    "export { other as PHASE_MODEL_OVERRIDES }",
    "module.exports = { PHASE_MODEL_OVERRIDES: other }",
    "exports.PHASE_MODEL_OVERRIDES = load()",
    "function f() { const PHASE_MODEL_OVERRIDES = { PLAN: { SECURITY: 'opus' } }; }",
    "export function modelOf(a, p) { return 'haiku' }",
    "export const modelOf = () => 'haiku'",
    "const f = function () { return ('haiku') }",
    "const f = a => ['haiku'][0]",
    "const f = () => ({ model: 'claude-haiku-5-5' })",
    "const LIGHT = 'haiku'; function f() { return LIGHT }",
    "let m = 'opus'; m = 'haiku'; function f() { return m }",
    "function f(a, p) { if (a === 'SECURITY') return 'haiku'; return PHASE_MODEL_OVERRIDES[p][a]; }",
    "function f(a, p) { return PHASE_MODEL_OVERRIDES[p][a] === 'opus' ? 'haiku' : 'opus' }",
    "function f(a, p) { return PHASE_MODEL_OVERRIDES[p][a] && 'haiku' }",
    "function f(a, p) { return PHASE_MODEL_OVERRIDES[p][a].replace('opus', 'haiku') }",
    "x = `${PHASE_MODEL_OVERRIDES.PLAN.SECURITY = 'haiku'}`",
    "if (/'/.test(x)) PHASE_MODEL_OVERRIDES.PLAN.SECURITY = 'haiku'",
    "function r(x) { return /'/.test(x) || (PHASE_MODEL_OVERRIDES.PLAN.SECURITY = pick()) }",
    "PHASE_MODEL_OVERRIDE\\u0053.PLAN.SECURITY = 'haiku'",
]


def found(folder, text, fleet="leo"):
    tree = write(folder, {"lib/sub-agent-executor.js": TABLES + text})
    return overrides.view(tree, policy_of([fleet], folder)).findings


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_is_an_error_on_its_line(tmp_path, trick):
    findings = [each for each in found(tmp_path, trick) if each.code in ("OV004", "OV007")]
    assert any(each.severity is Severity.ERROR for each in findings), findings
    # A table that is exported again hides the first one: that is told at its new value.
    assert {each.span.line for each in findings} == {3}


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("PHASE_MODEL_OVERRIDES.PLAN.API = pick();", Severity.WARNING),
        ("PHASE_MODEL_OVERRIDES.PLAN.SECURITY = pick();", Severity.ERROR),
        ("PHASE_MODEL_OVERRIDES.PLAN.MY_PENTESTER = pick();", Severity.ERROR),
        ("PHASE_MODEL_OVERRIDES.PLAN[agent] = pick();", Severity.ERROR),
        ("DEFAULT_MODEL_ASSIGNMENTS.API = pick();", Severity.WARNING),
    ],
)
def test_the_agent_decides_how_much_a_change_weighs(tmp_path, text, severity):
    [finding] = found(tmp_path, text)
    assert finding.severity is severity


def test_a_fleet_without_security_agents_is_warned(tmp_path):
    [finding] = found(tmp_path, "PHASE_MODEL_OVERRIDES.PLAN[agent] = pick();", fleet="granter")
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("a / b / c", "word mark word mark word"),
        ("a = /b/g.c", "word mark pattern mark word"),
        ("if (x) /'/.test(y)", "word mark word mark pattern mark word mark word mark"),
        ("f(x) / 2 / y", "word mark word mark mark number mark word"),
        ("return /[/'\"]/", "word pattern"),
        ("`a${b}c${`d`}e`", "template word template template template"),
        ("{ }\n/a'/.b", "mark mark pattern mark word"),
        ("x = {} / 2", "word mark mark mark mark number"),
        ("'a\\'b' // c\n\"d", "text text"),
        ("a?.b ?? c?.1:2", "word mark word mark word mark mark number mark number"),
    ],
)
def test_tokens(text, kinds):
    assert [token.kind for token in tokens(text)] == kinds.split()
