"""The HTML page of a report in a real Chromium: quiet, alone, and readable on a phone, in the dark and on paper."""

import json
import random

import pytest
from tests.cli.running import answer, run
from tests.ledger.chromium import Page, program

pytestmark = pytest.mark.skipif(program() is None, reason="no Chromium is installed: apt-get install chromium")
LONG = "a-name-that-nobody-would-give-to-an-agent-" * 6
OVERFLOW = "document.documentElement.scrollWidth > innerWidth"
# Text whose contrast with the page is below 4.5, as WCAG 2.2 asks for (AA).
FAINT = """(() => {
  const light = (text) => {
    const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = light(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll("body :not(title)")]
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .filter((e) => {
      const style = getComputedStyle(e);
      const ink = light(e instanceof SVGElement ? style.fill : style.color);
      return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05) < 4.5;
    })
    .map((e) => e.tagName + ": " + e.textContent.slice(0, 40));
})()"""


@pytest.fixture
def week(project):
    """Write the page of a week with everything in it; return its path."""
    chance = random.Random(1)
    budgets = "weekly: {tokens: 400000, usd: 3}"
    text = f"fleets: [leo]\nprofile: team\nprofiles:\n  team: {{extends: balanced, budgets: {{{budgets}}}}}\n"
    (project / "gsdc.yaml").write_text(text)
    models = ("haiku", "sonnet", "opus", "gemini-2.5-pro", "gpt-5-mini", "nobody-knows-this")
    usual = {"at": 1795392000000, "phase": "EXEC", "estimated": 3000}
    events = [
        usual
        | {"key": f"k{n}", "at": usual["at"] + n * 3_000_000, "task": f"SD-{n // 2}", "success": n % 3 and 1}
        | {"written": models[n % 6], "agent": ("DOCMON", "API", "SECURITY", LONG)[n % 4], "rework": n % 40}
        | {"input": chance.randint(100, 4000), "output": chance.randint(100, 2000)}
        for n in range(120)
    ]
    changed = {"origin": "haiku", "written": "opus", "agent": "API", "reason": LONG}
    events += [usual | {"key": type_, "type": type_} | changed for type_ in ("escalation", "override")]
    (project / "in.jsonl").write_text("\n".join(map(json.dumps, events)))
    assert answer(project, "tokens", "import", str(project / "in.jsonl"))["added"] == 122
    run(project, "report", "weekly", "--date", "2026-11-25", "--html", str(project / "week.html"))
    return project / "week.html"


# Labels that leave their chart: they would not be seen whole.
CUT_OFF = """[...document.querySelectorAll('svg[role=img]')].flatMap((chart) => {
  const room = chart.viewBox.baseVal;
  return [...chart.querySelectorAll('text')].filter((label) => {
    const box = label.getBBox();
    return box.x < -1 || box.y < -1 || box.x + box.width > room.width + 1 || box.y + box.height > room.height + 1;
  }).map((label) => label.textContent);
})"""


def test_the_page_in_a_browser(week, tmp_path):
    with Page(program(), tmp_path / "profile") as page:
        page.open(week.as_uri())
        assert page.evaluate("document.querySelectorAll('svg[role=img]').length") == 4
        for way in ({"width": 900}, {"width": 900, "dark": True}, {"width": 390}, {"width": 800, "printed": True}):
            page.show(**way)
            assert not page.evaluate(OVERFLOW), way
            assert page.evaluate(FAINT) == [], way
        colors = []
        for dark, printed in ((False, False), (True, False), (False, True), (True, True)):
            page.show(width=800, dark=dark, printed=printed)
            colors.append(page.evaluate("getComputedStyle(document.querySelector('.line')).stroke"))
        assert colors[0] != colors[1]
        assert colors[0] == colors[2] == colors[3]  # on paper it is never dark
        page.show(width=390)
        widths = page.evaluate("[...document.querySelectorAll('td:first-child')].map((e) => e.clientWidth)")
        assert min(widths) > 90  # a name is no column of single letters
        sizes = page.evaluate("[...document.querySelectorAll('svg text')].map((e) => e.getBoundingClientRect().height)")
        assert min(sizes) > 8  # pixels: an axis can be read
        assert page.evaluate(CUT_OFF) == []
        assert page.screenshot().startswith(b"\x89PNG")
        assert page.noise == []
        assert page.requests == [week.as_uri()]


def test_the_browser_would_tell(tmp_path):
    (tmp_path / "bad.html").write_text("<script>console.log(1); x.y</script><img src='http://127.0.0.1:9/a.png'>")
    with Page(program(), tmp_path / "profile") as page:
        page.open((tmp_path / "bad.html").as_uri())
        assert len(page.noise) >= 2
        assert "http://127.0.0.1:9/a.png" in page.requests
