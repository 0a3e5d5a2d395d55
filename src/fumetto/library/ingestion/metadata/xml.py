"""Reading XML that somebody else wrote: no entities, no network, no limits lifted, whatever encoding it is in."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from fumetto.kernel.errors import Invalid

_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)

# One parser for all: lxml locks it. `encoding` overrides what the declaration says, for we have transcoded already.
_TOLERANT: Final = etree.XMLParser(
    encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, recover=True,
    remove_comments=True, remove_pis=True, huge_tree=False,
)  # fmt: skip


class XmlUnreadable(Invalid):
    """Not XML, or XML that declares entities; `reason` says which. For this package: callers turn it into a warning."""

    code = "xml_unreadable"


def parse_xml(data: bytes) -> etree._Element:
    """The root element of a document, mended where it is broken. Raises XmlUnreadable."""
    text = decode_xml(data)
    if _DOCTYPE.search(text) and _ENTITY.search(text):
        raise XmlUnreadable(reason="it declares entities")
    start = text.find("<")
    if start < 0:
        raise XmlUnreadable(reason="there is no element in it")
    try:
        root = etree.fromstring(_DECLARATION.sub("", text[start:], count=1).encode("utf-8", "replace"), _TOLERANT)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlUnreadable(reason=str(error)[:200]) from error
    if root is None:
        raise XmlUnreadable(reason="there is no element in it")
    return root


def decode_xml(data: bytes) -> str:
    """The text of a document by its byte order mark, its zero bytes, as UTF-8, as declared, or as Windows-1252."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if data[:1] == b"<" and data[1:2] == b"\x00":
        return data.decode("utf-16-le", "replace")
    if data[:2] == b"\x00<":
        return data.decode("utf-16-be", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        declared = _DECLARED.match(data)
        name = declared.group(1).decode("ascii") if declared else "cp1252"
        if name.lower().replace("-", "") in ("utf8", "utf16", "ascii", "usascii"):
            name = "cp1252"
        try:
            return data.decode(name, "replace")
        except LookupError:
            return data.decode("cp1252", "replace")


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace, in lower case; empty for what is no element."""
    tag = element.tag
    return tag[tag.rfind("}") + 1 :].lower() if isinstance(tag, str) else ""
