"""What an address of mail looks like, as far as it has to be known before a mail server says the rest."""

from __future__ import annotations

import re

ADDRESS = re.compile(r"[^@\s,;<>\"\x00-\x1f\x7f]{1,64}@[A-Za-z0-9.-]{1,190}", re.ASCII)


def is_address(text: str) -> bool:
    """Whether a letter may be sent there: one address, without anything that could begin another line or another one.

    Letters beyond ASCII are left to no server's mercy: few take them.
    """
    return ADDRESS.fullmatch(text) is not None
