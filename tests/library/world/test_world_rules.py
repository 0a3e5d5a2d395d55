"""Pure rules of a world: names in any script, sentences, articles, files, commentary and proposals."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumetto.library.world.rules.articles import LARGEST_ARTICLE, MOST_FACTS, read_article
from fumetto.library.world.rules.commentary import NotReadable, read_commentary
from fumetto.library.world.rules.faces import ALONE, IN_COMPANY, SOMEWHERE, Box, Face, Seen, faces_of
from fumetto.library.world.rules.located import Unreadable, load_text
from fumetto.library.world.rules.names import NameFinder
from fumetto.library.world.rules.placing import Book, Line, Matcher, episodes_named, first_met, propose
from fumetto.library.world.rules.proposing import Spoken, propose_names, statements_about, ties_in
from fumetto.library.world.rules.words import folded, sentences_of
from fumetto.library.world.rules.world_files import read_world

NAMES = NameFinder(
    [
        ("Pepper", "pepper"),
        ("Carrot", "carrot"),
        ("Mayor of Komona", "mayor"),
        ("Squirrel's End", "village"),
        ("ペッパー", "pepper"),
        ("胡椒", "pepper"),
        ("페퍼", "pepper"),
        ("بيبر", "pepper"),
        ("Éloïse", "eloise"),
        ("Witch", "one"),
        ("Witch", "another"),
    ]
)


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("PEPPER! wait", ["pepper"]),
        ("Pepper's cat", ["pepper"]),
        ("peppery stew", []),
        ("l’Éloise d'ici", ["eloise"]),
        ("the mayor of komona and Carrot", ["mayor", "carrot"]),
        ("at Squirrel’s End", ["village"]),
        ("ペッパーは魔女", ["pepper"]),
        ("ペッパーズ", []),
        ("胡椒来了", ["pepper"]),
        ("페퍼가 왔다", ["pepper"]),
        ("وبيبر قال", ["pepper"]),
        ("a witch", []),
    ],
)
def test_names_are_found_as_whole_words_in_any_script(text: str, owners: list[str]) -> None:
    assert [found.owner for found in NAMES.find(text)] == owners


def test_twenty_thousand_names_are_told_apart() -> None:
    finder = NameFinder((f"Name{number} of House{number % 100}", number) for number in range(20_000))
    assert [found.owner for found in finder.find("here is NAME777 OF HOUSE77, not name777 of house78")] == [777]


@given(st.text(max_size=200))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400))
def test_sentences_hold_all_letters_of_a_text_in_order(text: str) -> None:
    letters = [letter for letter in text if letter.isalnum()]
    assert [letter for sentence in sentences_of(text) for letter in sentence if letter.isalnum()] == letters


def test_abbreviations_and_numbers_end_no_sentence() -> None:
    text = "Dr. Pomme came (ep. 12). He saw 3.5 cows, e.g. Bella. 終わった。はい！"
    assert list(sentences_of(text)) == [
        "Dr. Pomme came (ep. 12).",
        "He saw 3.5 cows, e.g. Bella.",
        "終わった。",
        "はい！",
    ]


def test_article_becomes_statements_under_their_headings() -> None:
    article = read_article(
        "sub/Some-Page.md",
        b"---\ntitle: People\nsource_url: https://example.org/p\nlanguage: en\nmood: odd\n---\n"
        b"# People\nIntro.\n\n## Ada\n* **Age**: [ten](x)\n* <b>Job</b>: baker. Also a spy.\n\n"
        b"| a | b |\n|---|---|\n| Key | Old |\n",
    )
    assert (article.slug, article.title, article.url, article.language) == (
        "some-page",
        "People",
        "https://example.org/p",
        "en",
    )
    assert article.front_matter["mood"] == "odd"
    assert [(one.heading, one.text) for one in article.statements] == [
        ("People", "Intro."),
        ("Ada", "Age: ten"),
        ("Ada", "Job: baker."),
        ("Ada", "Also a spy."),
        ("Ada", "a: b"),
        ("Ada", "Key: Old"),
    ]


def test_article_of_ten_megabytes_is_cut_to_what_people_could_review() -> None:
    article = read_article("long.md", b"Ada bakes. " * (LARGEST_ARTICLE // 11))
    assert len(article.statements) == MOST_FACTS
    assert article.cut_short


@pytest.mark.parametrize(
    ("data", "line", "kind"),
    [
        (b"# Fine\n\xff\xfe\n", 2, "encoding"),
        (b"---\ntitle: [a\n---\n", 3, "syntax"),
        (b"---\ntitle: {a: b}\n---\n", 2, "type"),
        (b"a\nb\0c", 2, "character"),
        (b"x" * (LARGEST_ARTICLE + 1), 1, "too_large"),
    ],
)
def test_article_that_cannot_be_read_is_told_with_its_line(data: bytes, line: int, kind: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_article("wiki/page.md", data)
    assert (caught.value.problem.file, caught.value.problem.kind) == ("wiki/page.md", kind)
    assert abs(caught.value.problem.line - line) <= 1


def test_address_of_an_article_is_a_web_address_or_none() -> None:
    assert read_article("a.md", b"---\nurl: javascript:alert(1)\n---\nText.\n").url is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[" * 100_000, "too_deep"),
        ("a: &x 1\nb: *x\n", "anchor"),
        ("a: 1\na: 2\n", "twice"),
        ("a: 1\n---\nb: 2\n", "documents"),
        ("a: !!python/object:os.system x\n", "tag"),
        ("? [a]\n: b\n", "key"),
    ],
)
def test_yaml_that_is_not_taken_is_refused_before_it_is_built(text: str, kind: str) -> None:
    with pytest.raises(Unreadable) as caught:
        load_text(text, "x.yaml")
    assert caught.value.problem.kind == kind


def test_mistakes_in_a_world_are_told_all_at_once_each_with_its_line() -> None:
    text = b"""\
entities:
- {slug: a, name: A, kind: place}
- {slug: a, name: B, kind: place}
- {slug: b, name: B, kind: place, episode_debut: soon}
- {slug: c, name: C, kind: place, layout: {x: left}}
relationships:
- {source: a, target: a, kind: friend_of}
- {source: a, target: nobody, kind: friend_of}
- {source: a, target: b, kind: located_in}
- {source: b, target: c, kind: located_in}
- {source: c, target: a, kind: located_in}
- {source: a, target: b, kind: Friend}
"""
    problems = {(one.line, one.kind) for one in read_world({"w.yaml": text}).problems}
    assert problems == {
        (3, "twice"),
        (4, "type"),
        (5, "type"),
        (7, "itself"),
        (8, "dangling"),
        (11, "cycle"),
        (12, "form"),
    }


def test_commentary_becomes_plain_text_with_the_page_it_speaks_of() -> None:
    page = (
        "<html lang=fr><head><title>no</title></head><body><nav>menu with many words</nav><main><h2>Page 3</h2>"
        "<p>I drew <b>it</b> twice &amp; inked<script>alert(1)</script> it once.</p>"
        "<p>On page 5, panel 2, it rains.</p>"
        "<div class=comments><p>A visitor says page 9 is nice</p></div></main></body></html>"
    )
    commentary = read_commentary(page.encode())
    assert commentary.language == "fr"
    assert [(note.page, note.text) for note in commentary.notes] == [
        (3, "I drew it twice & inked it once."),
        (5, "On page 5, panel 2, it rains."),
    ]
    assert commentary.notes[1].hint == "page 5, panel 2"


@pytest.mark.parametrize("data", [b"", b"   ", b"\x00"])
def test_commentary_without_text_is_refused_or_empty(data: bytes) -> None:
    try:
        notes = read_commentary(data).notes
    except NotReadable:
        notes = ()
    assert notes == ()


def test_commentary_in_another_encoding_is_read_as_it_declares() -> None:
    page = '<meta charset="iso-8859-1"><p>Ceci est assez long pour être une note.</p>'.encode("iso-8859-1")
    assert read_commentary(page).notes[0].text == "Ceci est assez long pour être une note."


def test_episodes_are_read_out_of_a_statement() -> None:
    text = "A potion (ep01), in episodes 3 and 5, Épisode 7, 第9話; keep 4 recipes"
    assert episodes_named(text) == [Decimal(1), Decimal(3), Decimal(5), Decimal(7), Decimal(9)]


LINES = [
    Line("1:1", 10, "The dragon sleeps in the golden tower", "b1"),
    Line("2:1", 20, "Somebody stole the silver crown from the tower", "b2"),
    Line("2:2", 30, "Nothing here", "b3"),
]
BOOKS = {Decimal(1): Book(Decimal(1), ("1:1",)), Decimal(2): Book(Decimal(2), ("2:1", "2:2"))}


def test_statement_is_proposed_for_the_page_that_says_something_like_it_and_the_debuts_of_whom_it_names() -> None:
    found, awaits = propose("The silver crown was stolen from the tower.", Matcher.of(LINES), BOOKS, ["1:1"])
    assert awaits is None
    assert found is not None
    assert (found.places, found.source) == (("2:1", "1:1"), "b2")


def test_statement_that_names_an_episode_is_proposed_for_its_last_page() -> None:
    found, _ = propose("The dragon sleeps in the golden tower (ep02).", Matcher.of(LINES), BOOKS, [])
    assert found is not None
    assert found.places == ("2:2",)


def test_statement_about_an_episode_that_is_not_there_waits_for_it() -> None:
    assert propose("It was stolen again (ep01, ep12).", Matcher.of(LINES), BOOKS, []) == (None, Decimal(12))


def test_statement_like_nothing_on_the_pages_gets_no_place() -> None:
    assert propose("Cooking takes patience and a good oven.", Matcher.of(LINES), BOOKS, []) == (None, None)


def test_episodes_told_in_words_count_and_the_label_of_a_field_does_not() -> None:
    assert episodes_named("As the third episode shows, and episode five too") == [Decimal(3), Decimal(5)]
    assert episodes_named("First Episode: ep06") == [Decimal(6)]
    assert first_met("First Episode: ep06, ep09") == Decimal(6)
    assert first_met("He is 18 (younger in episodes 2 to 20)") is None


def test_statement_that_quotes_a_line_is_proposed_for_the_page_that_says_it() -> None:
    found, _ = propose('They speak of "the silver crown from the tower" to this day.', Matcher.of(LINES), BOOKS, [])
    assert found is not None
    assert (found.places, found.source, found.confidence) == (("2:1",), "b2", 0.8)


def test_statement_needs_the_episode_in_which_what_it_stands_under_is_first_met() -> None:
    lines = Matcher.of(LINES)
    early, _ = propose("The dragon sleeps in the golden tower.", lines, BOOKS, [], Decimal(2))
    assert early is not None
    assert early.places == ("1:1", "2:2")
    late, _ = propose("The silver crown was stolen from the tower.", lines, BOOKS, [], Decimal(1))
    assert late is not None
    assert late.places == ("2:1",)
    assert propose("The silver crown was stolen.", lines, BOOKS, [], Decimal(7)) == (None, Decimal(7))
    field, _ = propose("Kind: dragon", lines, BOOKS, [], Decimal(2))
    assert field is not None
    assert (field.places, field.confidence) == (("2:2",), 0.2)
    assert propose("Cooking takes patience and a good oven.", lines, BOOKS, [], Decimal(2)) == (None, None)


TOP, LEFT, RIGHT = Box(0.0, 0.0, 1.0, 0.3), Box(0.0, 0.35, 0.45, 0.6), Box(0.5, 0.35, 0.5, 0.6)


def face(faces: list[Face[str]], who: str) -> tuple[int, Box] | None:
    return next(((one.rank, one.box) for one in faces if one.who == who), None)


def test_face_is_the_first_panel_that_somebody_has_to_themselves() -> None:
    panels = [Seen(TOP, frozenset({"ada", "bo"})), Seen(LEFT), Seen(RIGHT, frozenset({"ada"}))]
    spoken = [("bo", Box(0.1, 0.4, 0.2, 0.1)), ("cy", Box(0.1, 0.1, 0.1, 0.1))]
    faces = faces_of(panels, spoken, ["ada", "dee"], ["ada", "bo", "dee"])
    assert face(faces, "ada") == (ALONE, RIGHT)
    assert face(faces, "bo") == (ALONE, LEFT)
    assert face(faces, "cy") is None  # only named on the page
    assert face(faces, "dee") == (SOMEWHERE, max((TOP, LEFT, RIGHT), key=lambda box: box.area))


def test_page_that_is_one_picture_gives_a_face_only_to_whom_it_names() -> None:
    whole = Box(0.0, 0.0, 1.0, 1.0)
    assert faces_of([Seen(whole)], [], ["ada"], ["ada"]) == []
    assert faces_of([Seen(whole, frozenset({"ada"}))], [], ["ada"], ["ada"]) == [Face("ada", IN_COMPANY, whole)]
    assert faces_of([], [("ada", whole)], ["ada"], ["ada"]) == []


def test_words_that_stay_the_same_in_two_languages_are_proposed_as_names() -> None:
    lines = [
        Spoken("1", 1, "Where is Zorblax now?", None, "en"),
        Spoken("1", 1, "Mais où est Zorblax ?", None, "fr"),
        Spoken("2", 2, "Zorblax! Come here", None, "en"),
        Spoken("2", 2, "Zorblax ! Viens", None, "fr"),
        Spoken("2", 2, "The Castle is old. Castle walls, castle doors, castle", None, "en"),
    ]
    assert [found.name for found in propose_names(lines, NameFinder([("Ada", 1)]))] == ["Zorblax"]


def test_shouted_lettering_proposes_only_who_is_called() -> None:
    lines = [Spoken(str(number), number, "ZORBLAX! THE HOUSE IS ON FIRE", None, "en") for number in range(4)]
    lines += [Spoken("9", 9, "ZORBLAX, RUN", None, "fr")]
    assert [found.name for found in propose_names(lines, NameFinder([("Ada", 1)]))] == ["ZORBLAX"]


def test_what_is_said_of_somebody_known_is_a_statement_about_them() -> None:
    lines = [Line(1, 1, "Carrot is my familiar. Where is Pepper? Pepper is late."), Line(2, 2, "キャロットは猫です。")]
    found = [(owner, sentence) for owner, sentence, _ in statements_about(lines, NAMES)]
    assert found == [("carrot", "Carrot is my familiar.")]


def test_sentence_that_names_two_tells_how_they_stand() -> None:
    assert ties_in("Pepper lives in Squirrel's End.", NAMES) == [("pepper", "lives_in", "village")]
    assert ties_in("Pepper met Carrot.", NAMES) == []
