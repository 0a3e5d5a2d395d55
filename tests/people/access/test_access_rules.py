"""Tokens, credentials and names of devices, for any header that a client may send."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumetto.people.access.kinds import KeyScope
from fumetto.people.access.readers import NOBODYS_ID, Reader, Visit, anonymous_reader
from fumetto.people.access.rules.tokens import (
    TokenKind,
    device_name,
    from_authorization,
    hash_token,
    is_token,
    new_token,
    place_of,
    shown_prefix,
)
from fumetto.people.accounts.kinds import Role
from fumetto.people.accounts.rules import clean_name

kinds = st.sampled_from(list(TokenKind))


@given(kinds)
def test_token_is_recognised_as_its_kind_and_no_other(kind: TokenKind) -> None:
    token = new_token(kind)
    assert is_token(token)
    assert [other for other in TokenKind if is_token(token, other)] == [kind]
    assert len(token) - len(kind) == 43  # 256 bits in base64


def test_tokens_and_their_hashes_do_not_repeat() -> None:
    tokens = {new_token(TokenKind.KEY) for _ in range(1000)}
    assert len({hash_token(token) for token in tokens}) == len(tokens) == 1000
    assert all(len(hash_token(token)) == 32 for token in tokens)


@given(st.text(max_size=80))
def test_what_people_type_is_no_token(text: str) -> None:
    assert not is_token(text)
    assert from_authorization(text).token is None


@given(st.text(max_size=60), st.sampled_from(["Bearer", "bearer", "Basic", "basic", "Digest"]))
def test_no_authorization_header_makes_a_token_of_what_is_none(rest: str, scheme: str) -> None:
    assert from_authorization(f"{scheme} {rest}").token is None


@given(kinds, st.text(st.characters(exclude_characters=":", exclude_categories=["Cs"]), max_size=20))
def test_key_is_taken_as_password_of_anybody_and_nothing_else_is(kind: TokenKind, name: str) -> None:
    token = new_token(kind)
    header = "Basic " + base64.b64encode(f"{name}:{token}".encode()).decode()
    assert from_authorization(header).token == (token if kind is TokenKind.KEY else None)


def test_key_may_be_the_name_when_a_client_asks_for_no_password() -> None:
    token = new_token(TokenKind.KEY)
    assert from_authorization("Basic " + base64.b64encode(f"{token}:".encode()).decode()).token == token


def test_bearer_takes_keys_and_sessions_but_no_links() -> None:
    for kind in TokenKind:
        token = new_token(kind)
        shown = kind in {TokenKind.KEY, TokenKind.SESSION}
        assert from_authorization(f"Bearer {token}").token == (token if shown else None)


def test_list_shows_too_little_of_a_key_to_use_it() -> None:
    token = new_token(TokenKind.KEY)
    assert token.startswith(shown_prefix(token))
    assert len(token) - len(shown_prefix(token)) >= 37


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
        ("testclient", "unknown"),
    ],
)
def test_failures_are_counted_by_household(address: str, place: str) -> None:
    assert place_of(address) == place


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/156.0.0.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) AppleWebKit/605 Version/19.0 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0",
            "Edge on Windows",
        ),
        ("KOReader/2026.10 (https://koreader.rocks/)", "KOReader/2026.10"),
        ("curl/8.14", "curl/8.14"),
        ("", "?"),
        ("\0\n\r", "?"),
    ],
)
def test_device_has_a_name_that_people_know_it_by(agent: str, name: str) -> None:
    assert device_name(agent) == name


@given(st.text(max_size=500))
def test_name_of_a_device_is_short_and_printable(agent: str) -> None:
    name = device_name(agent)
    assert 0 < len(name) <= 60
    assert name.isprintable()


@given(st.text(max_size=120))
def test_name_of_a_person_is_clean_or_refused(text: str) -> None:
    name = clean_name(text)
    if name is not None:
        assert clean_name(name) == name
        assert 0 < len(name) <= 100
        assert name.isprintable()
        assert "  " not in name


@pytest.mark.parametrize("text", ["", "   ", "a" * 101, "\u200b", "Ada\u202eadA", "\0"])
def test_name_that_nobody_could_see_or_tell_apart_is_refused(text: str) -> None:
    assert clean_name(text) is None


def test_names_that_look_the_same_are_the_same() -> None:
    assert clean_name(" Zoe\u0308   B ") == clean_name("Zoë B") == "Zoë B"


def test_each_role_may_do_what_the_lesser_may() -> None:
    readers = {role: Reader(NOBODYS_ID.__class__(int=1), "x", role, "en") for role in Role}
    order = [Role.READER, Role.EDITOR, Role.OWNER]
    for has in order:
        for needs in order:
            assert readers[has].may_act_as(needs) is (order.index(has) >= order.index(needs))
    assert not anonymous_reader("en").may_act_as(Role.READER)
    assert anonymous_reader("fr").is_anonymous


def test_each_scope_of_a_key_includes_the_narrower() -> None:
    reader = anonymous_reader("en")
    order = list(KeyScope)
    for has in order:
        visit = Visit(reader, key_scopes=frozenset({has}))
        assert [scope for scope in order if visit.may_write(scope)] == order[: order.index(has) + 1]
    assert all(Visit(reader).may_write(scope) for scope in order)
