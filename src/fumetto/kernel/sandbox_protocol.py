"""What a parser process and its owner say to each other: frames of pickles, read with suspicion."""

from __future__ import annotations

import builtins
import importlib
import io
import pickle
import struct
from enum import Enum, EnumMeta
from typing import Any, Final, NamedTuple

from fumetto.kernel.errors import FumettoError

FRAME: Final = struct.Struct("!Q")
MAX_FRAME: Final = 1024 * 1024 * 1024  # bytes of one answer: a whole decoded page fits, a runaway does not

_BUILTINS: Final = frozenset({"set", "frozenset", "bytearray", "complex", "range", "slice"})
_PLAIN: Final = frozenset(
    {
        ("collections", "OrderedDict"), ("collections", "deque"), ("datetime", "date"), ("datetime", "datetime"),
        ("datetime", "time"), ("datetime", "timedelta"), ("datetime", "timezone"), ("decimal", "Decimal"),
        ("fractions", "Fraction"), ("uuid", "UUID"), ("pathlib", "PosixPath"), ("pathlib", "PurePosixPath"),
        ("pathlib", "Path"),
    }
)  # fmt: skip
_OURS: Final = "fumetto."


class Settled(NamedTuple):
    """How a call ended: a result, or an error of ours."""

    result: Any
    error: FumettoError | None


class PlainUnpickler(pickle.Unpickler):
    """Reads what a worker sends.

    A worker that a hostile file has taken over must not get anything run here: only classes are resolved, plain ones of
    the standard library, and data classes, named tuples, enumerations and errors of our own modules.
    """

    def find_class(self, module: str, name: str) -> Any:
        if module == "builtins" and name in _BUILTINS:
            return getattr(builtins, name)
        if (module, name) == ("builtins", "getattr"):
            return member_of  # Python 3.11 before 3.11.4 says so of each member of an enumeration
        if (module, name) in _PLAIN:
            return getattr(importlib.import_module(module), name)
        if module.startswith(_OURS) and "." not in name:
            found = getattr(importlib.import_module(module), name)
            if isinstance(found, type) and _is_plain(found):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is not a plain value")

    @classmethod
    def loads(cls, data: bytes) -> Any:
        return cls(io.BytesIO(data)).load()


def member_of(kind: Any, name: Any) -> Enum:
    """The member of an enumeration, and of nothing else. Raises UnpicklingError, KeyError."""
    if not (isinstance(kind, EnumMeta) and isinstance(name, str)):
        raise pickle.UnpicklingError("an attribute of something that is no enumeration")
    found: Enum = kind[name]
    return found


def _is_plain(kind: type) -> bool:
    return (
        hasattr(kind, "__dataclass_fields__")
        or (issubclass(kind, tuple) and hasattr(kind, "_fields"))
        or hasattr(kind, "__members__")
        or issubclass(kind, FumettoError)
    )
