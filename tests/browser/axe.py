"""What axe finds amiss on a page, which has to know axe already: `page.evaluate(axe)`."""

from __future__ import annotations

from playwright.sync_api import Page

# What is in order would be told node by node too, and that is most of what a look takes.
LOOK = """axe.run({
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    resultTypes: ['violations'],
    preload: false,
}).then(({ violations }) => violations.map(
    ({ id, nodes: [first] }) => `${id}: ${first.target} ${first.failureSummary}`,
))"""


def amiss(page: Page) -> list[str]:
    """A sentence for each rule that the page breaks, with the first element that does."""
    return list(page.evaluate(LOOK))
