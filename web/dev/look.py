"""Takes pictures of the screens in Chromium, at two widths, light and dark, and asks axe-core what keeps people out.

Usage: python web/dev/look.py http://127.0.0.1:4173 out-folder [name ...], with the application and something that answers
its API running at that address. `--token` signs in first, for a real server.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = {
    "shelf": "/",
    "shelf-table": "/?view=table",
    "shelf-search": "/?search=nothing+like+this",
    "series": "/series/pepper-and-carrot",
    "lists": "/lists",
    "collection": "/collections/c1",
    "reading-list": "/reading-lists/r1",
    "import": "/import",
    "settings": "/settings",
    "welcome": "/welcome",
    "missing": "/series/no-such-series",
}
SIZES = {"1440": (1440, 980), "390": (390, 844)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--token")
    parser.add_argument("--sizes", default="1440,390")
    parser.add_argument("--themes", default="light,dark")
    parser.add_argument("--full", action="store_true", help="the whole page, not the first window of it")
    parser.add_argument("--language", default="en")
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    found = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"))
        for size in wanted.sizes.split(","):
            width, height = SIZES.get(size, (int(size), 1000))
            for theme in wanted.themes.split(","):
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme=theme,
                    locale=wanted.language,
                    is_mobile=width < 600,
                    has_touch=width < 600,
                )
                page = context.new_page()
                page.on("console", lambda message: message.type == "error" and print("  console:", message.text[:300]))
                page.on("pageerror", lambda error: print("  page error:", error))
                if wanted.token:
                    page.goto(f"{wanted.address}/welcome#token={wanted.token}")
                    page.wait_for_timeout(1500)
                for name in wanted.names or SCREENS:
                    page.goto(wanted.address + SCREENS.get(name, name))
                    page.wait_for_timeout(700)
                    page.wait_for_function("[...document.images].every((image) => image.complete || image.loading === 'lazy')")
                    page.wait_for_timeout(700)
                    label = name.strip("/").replace("/", "-").replace("?", "-")
                    page.screenshot(path=wanted.out / f"{label}-{size}-{theme}.png", full_page=wanted.full)
                    found += judge(page, f"{label} {size} {theme}")
                context.close()
        browser.close()
    sys.exit(1 if found else 0)


def judge(page: Page, name: str) -> int:
    """Prints what axe-core objects to, and whether the page is wider than its window; returns how many findings."""
    page.add_script_tag(content=AXE.read_text())
    result = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    for violation in result["violations"]:
        print(f"{name}: {violation['id']}: {violation['help']}")
        for node in violation["nodes"][:3]:
            print("    ", node["html"][:160], "|", (node.get("failureSummary") or "").replace("\n", " ")[:220])
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        print(f"{name}: {wide} px wider than the window")
    return len(result["violations"]) + (wide > 0)


if __name__ == "__main__":
    main()
