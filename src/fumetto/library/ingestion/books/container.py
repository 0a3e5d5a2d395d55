"""What every format gives: its members by name, and their bytes within limits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

from fumetto.library.ingestion.books.errors import PageError, PageMissing, PageTooLarge
from fumetto.library.ingestion.books.model import RATIO_COUNTS_FROM, BookWarning, Limits, Member, PlainRange


class Container(ABC):
    """Files by name, wherever they lie. Names are those of `names.safe_name`; reading is safe from several threads
    only where `random_access` is true."""

    random_access: bool = False  # any page costs about its own size, with zlib at most: fit for the serving process
    comment: bytes = b""

    def __init__(self, file: str, limits: Limits) -> None:
        self.file = file
        self.limits = limits
        self.members: dict[str, Member] = {}
        self.warnings: list[BookWarning] = []

    @abstractmethod
    def read(self, member: str) -> bytes:
        """All bytes of a member. Raises PageError, or BookError where the whole book turns out to be unreadable."""

    def head(self, member: str, count: int) -> bytes:
        """At least the first `count` bytes of a member, or all that there are; unpacks no more than it must."""
        return self.read(member)[:count]

    def open_range(self, member: str) -> PlainRange | None:
        """Where a member lies uncompressed on this machine, if it does."""
        return None

    def each(self, members: Iterable[str]) -> Iterator[tuple[str, bytes | PageError]]:
        """The members one after another in the cheapest order, in one pass where the format has no random access."""
        for member in members:
            try:
                yield member, self.read(member)
            except PageError as error:
                yield member, error

    def is_encrypted(self, member: str) -> bool:
        """Whether a password would be needed for this member."""
        return False

    def close(self) -> None:  # noqa: B027  # formats that hold nothing open have nothing to close
        pass

    def known(self, member: str) -> Member:
        try:
            return self.members[member]
        except KeyError:
            raise PageMissing(file=self.file, member=member) from None

    def check_size(self, member: str, unpacked: int, packed: int | None = None) -> None:
        """Refuse what an entry announces, or has turned out to be, when it is beyond the limits."""
        limits = self.limits
        if unpacked > limits.entry_bytes:
            raise PageTooLarge(file=self.file, member=member, what="bytes", limit=limits.entry_bytes)
        if packed is not None and unpacked > RATIO_COUNTS_FROM and unpacked > limits.ratio * max(packed, 1):
            raise PageTooLarge(file=self.file, member=member, what="ratio", limit=limits.ratio)
