"""Which agents are security agents without a role that says so."""

import pytest

from gsdc.policy.load import load
from gsdc.policy.security_agent import fold, is_security_agent, security_sign
from gsdc.policy.sources import shipped_names

NAMES = [
    "security-auditor",
    "SecurityAuditor",
    "SECURITY",
    "gsd-security-auditor",
    "security2",
    "securityreviewer",
    "websecurity",
    "cybersec",
    "sec_ops",
    "devsecops",
    "AppSec",
    "AppSecReviewer",
    "infosec-bot",
    "pentester",
    "pen-tester",
    "penetration-tester",
    "redteam",
    "red-team-lead",
    "RedTeam",
    "threat-modeler",
    "vulnscanner",
    "vulnerability-finder",
    "exploit-finder",
    "cve-watcher",
    "owasp",
    "sast",
    "XSSHunter",
    "secu\u200brity",
    "sec\xadurity",
    "\u202esecurity",
    "ѕecurity",
    "sеcurity-auditоr",
    "ｓｅｃｕｒｉｔｙ",
    "sécurity",
    "ᴘentester",
    "pеntester",
]
OTHER_NAMES = [
    "insecurity-counsellor",
    "non-security-docs",
    "threaten",
    "thread-pool",
    "sector",
    "cvent",
    "inspector",
    "red-theme",
    "team-red",
    "exploration",
    "docs",
    "net-section",
    "app-section",
    "vulcan",
    "pen",
    "passive",
    "reduce-team",
    "planner",
    "reviewer",
]
DESCRIPTIONS = [
    "Security auditor. Reviews code for vulnerabilities and threats",
    "Reviews code for security vulnerabilities",
    "Finds security holes",
    "Gatekeeper. Finds exploitable bugs",
    "Use this agent when you need to review code for security vulnerabilities, such as injections",
    "Use proactively for security reviews of auth code",
    "MUST BE USED for any security audit",
    "Use for comprehensive security assessments, vulnerability research, penetration testing, and bug bounty hunting",
    "You are a senior security engineer.",
    "Expert in application security and secure coding",
    "Audits dependencies, lockfiles and containers for known CVEs",
    "Performs penetration testing on web apps",
    "Threat modeling with STRIDE",
    "Runs Semgrep to find vulnerabilities",
    "Comprehensive code quality and security auditor",
    "Checks the diff against the OWASP Top 10",
    "Code reviewer with a focus on security",
    "Red-team operator that attacks the API",
    "Looks for XSS and CSRF",
    "Identifies potential attack vectors in pull requests",
    "Not only a reviewer: security auditor",
    "\u0405ecurity auditor",
    "Sec\u200burity auditor",
    "\uff33\uff45\uff43\uff55\uff52\uff49\uff54\uff59 review",
]
OTHER_DESCRIPTIONS = [
    "",
    "code reviewer. Reviews quality, style",
    "Reviews code for quality, security, and maintainability",
    "Reviews code for bugs and security",
    "Writes docs. Do not use for security work",
    "Writes docs, not for security work",
    "Reviews style only; never security",
    "Reviews everything except security",
    "Summarizes non-security issues",
    "Writes documentation on setup, deployment, APIs, security, testing and releases",
    "Use this agent after implementing features that touch auth, security, or payments",
    "Use this agent to format code before security review",
    "Implements features following security best practices",
    "Writes code with security in mind",
    "Full-stack developer. Handles UI, API, security, and deployment",
    "Deploys with Docker, Kubernetes, security scanning, and monitoring",
    "Writes posts for the security team",
    "Manages social security forms",
    "Exploits parallelism in CUDA kernels",
    "Planner. Breaks work into tasks",
    "Talks about insecurity and feelings",
    "Explains the code base, including its security model",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_shows_it(name):
    assert security_sign(name) == "name"


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_another_name_does_not(name):
    assert security_sign(name) == ""


@pytest.mark.parametrize("description", DESCRIPTIONS)
def test_what_a_description_says_first_shows_it(description):
    assert security_sign("gatekeeper", description) == "description"


@pytest.mark.parametrize("description", OTHER_DESCRIPTIONS)
def test_a_mention_does_not(description):
    assert security_sign("helper", description) == ""


def test_text_is_folded_to_what_a_person_reads():
    assert fold("\uff33\u0435\u200bc\u00fa") == "secu"


def test_a_role_counts_over_name_and_description(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: []\nagents: {security-news: {role: docs}, keeper: {role: security}}\n")
    policy = load(tmp_path).policy
    assert not is_security_agent(policy, "claude", "security-news", "Security auditor")
    assert is_security_agent(policy, "claude", "keeper")
    assert is_security_agent(policy, "claude", "other", "Security auditor")


def test_no_security_agent_of_a_shipped_fleet_is_missed(tmp_path):
    """And of the others one is taken for it: leo's SECURITY_SUB, which has a role of its own."""
    agents = load(tmp_path, fleets=shipped_names("fleets")).policy.agents.values()
    signs = {agent.name for agent in agents if security_sign(agent.name, agent.description)}
    assert signs - {agent.name for agent in agents if agent.role == "security"} == {"SECURITY_SUB"}
    assert {agent.name for agent in agents if agent.role == "security"} <= signs
