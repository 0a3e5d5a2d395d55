"""Which page of a changed book is which page of the book as it was known, so that rows and what hangs on them stay."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from typing import NamedTuple


class PageIdentity(NamedTuple):
    """What a page is recognised by: its content, and failing that its name."""

    member: str
    fingerprint: str


TELLERS: tuple[Callable[[PageIdentity], str], ...] = (
    lambda page: page.fingerprint,
    lambda page: page.member,
    lambda page: page.member.rpartition(".")[0] or page.member,
)


def align(old: Sequence[PageIdentity], new: Sequence[PageIdentity]) -> list[int | None]:
    """For each new page the index of the old one that it continues, or None; no old page is continued twice. Pure.

    The same content anywhere in the book is the same page; then the same name; then the same name but for its suffix;
    then, between two pages that are sure, equally many new as old ones are those in their order: a book scanned again.
    """
    matched: list[int | None] = [None] * len(new)
    free = set(range(len(old)))
    for sign_of in TELLERS:
        waiting: dict[str, deque[int]] = defaultdict(deque)
        for index in sorted(free):
            waiting[sign_of(old[index])].append(index)
        for index, page in enumerate(new):
            if matched[index] is None and (same := waiting.get(sign_of(page))):
                found = same.popleft()
                matched[index] = found
                free.discard(found)
    start = 0
    while start < len(new):
        if matched[start] is not None:
            start += 1
            continue
        end = start
        while end < len(new) and matched[end] is None:
            end += 1
        before = matched[start - 1] if start else -1
        after = matched[end] if end < len(new) else len(old)
        if before is not None and after is not None:
            between = [index for index in range(before + 1, after) if index in free]
            if len(between) == end - start:
                matched[start:end] = between
                free.difference_update(between)
        start = end
    return matched
