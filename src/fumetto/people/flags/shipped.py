"""The flags that come with the program."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fumetto.kernel.text.shipped import read_shipped
from fumetto.people.flags.rules.flags import Flag

FILE = Path(__file__).with_name("shipped.yaml")


@cache
def shipped() -> Mapping[str, Flag]:
    """By name; version 0, since nobody has set them."""
    return {name: Flag(name=name, **said) for name, said in read_shipped(FILE).items()}
