"""The official schemas, as validators: RELAX NG for OPDS 1.2, JSON Schema for OPDS 2.0 and the Readium manifest."""

from __future__ import annotations

import json
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import rnc2rng
from lxml import etree
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from tests.shared_data import shared_data

OVERLY_STRICT = """xsd:anyURI - xsd:string {pattern = '.*[ <>{}|^`"\\nrt].*'}"""
"""In opds.rnc; meant to refuse line ends and tabs, it refuses the letters r and t, and the braces of page streaming."""


@cache
def opds_1_2() -> etree.RelaxNG:
    """The grammar of OPDS 1.2, with what rnc2rng cannot read put in words that it can."""
    specs = shared_data("specs")
    atom = (specs / "opds-validator/res/atom.rnc").read_text("utf-8")
    opds = (specs / "opds-specs/schema/1.2/opds.rnc").read_text("utf-8")
    assert OVERLY_STRICT in opds
    opds = opds.replace(OVERLY_STRICT, "text")
    # A difference of string values is beyond it: any relation may then stand without a price
    start, end = opds.index("atomUriExceptOPDS = string -"), opds.index("# Next is OPDSUrisExceptBuy")
    opds = opds[:start] + "atomUriExceptOPDS = text\n" + opds[end:]
    # Namespaces of the included grammar must be known to the including one
    names = [line for line in atom.splitlines() if line.startswith(("namespace xhtml", "namespace s "))]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "atom.rnc").write_text(atom, "utf-8")
        (Path(folder) / "opds.rnc").write_text("\n".join([*names, opds]), "utf-8")
        compiled = rnc2rng.dumps(rnc2rng.load(str(Path(folder) / "opds.rnc")))
    return etree.RelaxNG(etree.fromstring(compiled.replace('xmlns:local=""', "").encode()))


@cache
def registry() -> Registry[Any]:
    specs = shared_data("specs")
    found: Registry[Any] = Registry()
    for folder in ("opds-specs/schema", "opds-drafts/schema", "readium-webpub/schema"):
        for path in sorted((specs / folder).rglob("*.schema.json")):
            # Groups are named as JavaScript does it, which Python does not read; nothing refers to the names
            schema = json.loads(re.sub(r"\(\?<\w+>", "(", path.read_text("utf-8")))
            found = found.with_resource(schema["$id"], Resource.from_contents(schema, default_specification=DRAFT7))
    return found


def check_json(document: object, schema_id: str) -> None:
    """Raises jsonschema.ValidationError."""
    schema = registry().get_or_retrieve(schema_id).value.contents
    jsonschema.Draft7Validator(
        schema, registry=registry(), format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER
    ).validate(document)


def check_atom(document: bytes) -> etree._Element:
    """The document's root, valid by the grammar."""
    root = etree.fromstring(document)
    grammar = opds_1_2()
    assert grammar.validate(root), grammar.error_log
    return root


def check_progression(document: object) -> None:
    schema = json.loads(Path(__file__).with_name("progression.schema.json").read_text("utf-8"))
    jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER).validate(document)
