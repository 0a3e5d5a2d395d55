"""Long texts become several passages, cut where it hurts least; nothing of them is lost."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from fumetto.kernel.settings import Settings
from fumetto.library.search.chunking import Chunking, chunk_by, present_chunking
from fumetto.library.search.kinds import PassageKind

ROW = uuid.UUID(int=7)


@given(st.text(max_size=400), st.integers(min_value=1, max_value=50))
def test_pieces_make_up_the_text_and_none_is_too_long(text: str, size: int) -> None:
    pieces = list(Chunking(note=size).pieces(ROW, PassageKind.NOTE, text))
    assert "".join(text[piece.start : piece.stop] for piece in pieces) == text
    assert all(piece.stop - piece.start <= size for piece in pieces)
    assert pieces[0].id == ROW
    assert len({piece.id for piece in pieces}) == len(pieces)


def test_text_is_cut_after_a_sentence_else_after_a_word() -> None:
    text = "The crown was stolen. Nobody saw it. Then it rained for nine days and everybody stayed at home"
    pieces = Chunking(wiki=40).pieces(ROW, PassageKind.WIKI, text)
    assert [text[piece.start : piece.stop] for piece in pieces] == [
        "The crown was stolen. Nobody saw it. ",
        "Then it rained for nine days and ",
        "everybody stayed at home",
    ]


def test_sizes_are_those_of_the_settings() -> None:
    before = present_chunking()
    settings = Settings(chunk_dialogue=200, chunk_description=300, chunk_note=400, chunk_wiki=500)
    try:
        chunk_by(settings)
        sizes = {kind: present_chunking().size_of(kind) for kind in PassageKind}
    finally:
        chunk_by(Settings())
    assert [sizes[kind] for kind in PassageKind] == [200, 300, 300, 400, 500, 500]
    assert present_chunking() == before
