"""Style sheets inside a drawing, written into the elements they mean: Illustrator says everything in classes."""

from __future__ import annotations

import re

from lxml import etree

from fumetto.library.ingestion.lettering.style import parse_declarations, spelled

STYLE = "{http://www.w3.org/2000/svg}style"
RULE = re.compile(r"([^{}@]+)\{([^{}]*)\}")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SELECTOR = re.compile(r"^(?P<tag>[a-zA-Z]\w*)?(?:(?P<mark>[.#])(?P<name>[\w-]+))?$")


def apply_style_sheets(root: etree._Element) -> None:
    """Merge rules by tag, class and id below each element's own style, and take the sheets out."""
    rules: dict[tuple[str, str, str], dict[str, str]] = {}
    for sheet in list(root.iter(STYLE)):
        for selectors, body in RULE.findall(COMMENT.sub("", sheet.text or "")):
            for selector in selectors.split(","):
                match = SELECTOR.match(selector.strip())
                if match and selector.strip():
                    key = (match["tag"] or "", match["mark"] or "", match["name"] or "")
                    rules.setdefault(key, {}).update(parse_declarations(body))
        parent = sheet.getparent()
        if parent is not None:
            parent.remove(sheet)
    if not rules:
        return
    for element in root.iter():
        if isinstance(element.tag, str):
            style: dict[str, str] = {}
            for key in keys_of(element):
                style |= rules.get(key, {})
            if style:
                element.set("style", spelled(style | parse_declarations(element.get("style") or "")))


def keys_of(element: etree._Element) -> list[tuple[str, str, str]]:
    """What a rule may call this element, from the weakest to the strongest."""
    tag = etree.QName(element).localname
    names = [(".", name) for name in (element.get("class") or "").split()]
    names += [("#", element.get("id") or "")]
    return [(tag, "", ""), *((prefix, mark, name) for mark, name in names for prefix in ("", tag))]
