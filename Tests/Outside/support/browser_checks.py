"""What holds for every page: axe finds nothing, nothing overflows or is squeezed, the frame is whole."""

import re

from axe_playwright_python.sync_playwright import Axe

AXE = Axe()
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
}
WIDTHS = (320, 360, 1280)
# Labels that have no room for a word, so that their letters stand below each other.
SQUEEZED = """() => [...document.querySelectorAll("label")].filter((label) =>
  label.checkVisibility() && !label.closest(".unseen") && label.textContent.trim().length > 5 &&
  label.getBoundingClientRect().width < 24).map((label) => label.textContent.trim())"""


def violations(page):
    """Those of axe, as `rule: element` each."""
    found = AXE.run(page, options=AXE_OPTIONS).response["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


def check_everywhere(page):
    """A page at each width, light and dark: what the reader meets there."""
    for scheme in ("light", "dark"):
        # Without motion, or a colour may be judged on its way to another.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            where = f"{page.url} at {width} px, {scheme}"
            found = violations(page)
            assert not found, f"{where}: {found}"
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{where}: {wide} px wide"
            assert not (squeezed := page.evaluate(SQUEEZED)), f"{where}: {squeezed}"


def check_document(html):
    """A page as it was sent, before any script."""
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert re.search(r"<title>.+ – Integrations – Patchbay</title>", html)
    assert '<div id="say" role="status"></div>' in html
    assert '<div id="alarm" role="alert"></div>' in html
    assert not re.search(r"<[^>]*\s(style|on\w+)\s*=", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert "http-equiv" not in html and "javascript:" not in html
    # Markup that was taken for text.
    assert not re.search(r"&lt;/?(p|div|span|input|a|code|dl)\b", html)
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))


OUTLINE = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const labels = element.labels ? [...element.labels] : [];
  const x = box.left + Math.min(box.width / 2, 20), y = box.top + Math.min(box.height / 2, 20);
  const top = document.elementFromPoint(x, y);
  return {
    name: element.outerHTML.slice(0, 100),
    isBody: element === document.body,
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    inView: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    onTop: !!top && (element.contains(top) || top.contains(element)
      || labels.some((label) => label.contains(top))),
  };
}"""


def tab_through(page, most=150):
    """Presses Tab until the page's end; what each stop looked like."""
    stops = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(OUTLINE)
        if stop["isBody"] or (stops and stop["name"] == stops[0]["name"]):
            return stops
        stops.append(stop)
    raise AssertionError("the Tab key does not come to an end")
