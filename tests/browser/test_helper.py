"""A teenager tells Betty about a bad day, in French, on a phone, with no model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import APIRequestContext, Browser, FilePayload, Page, expect

from tests.browser.axe import amiss
from tests.builders.fumetto import RunningFumetto, answer_of, wait_for

GUARDIAN = "/api/v1/guardian/children"


@pytest.fixture
def teenager(fumetto: RunningFumetto, chromium: Browser, api: APIRequestContext) -> Iterator[Page]:
    """A phone on which a teenager has joined a family, whose guardian agreed to the companion and to being counted."""
    family = api.post("/api/v1/collectives", data={"kind": "family", "name": "Les Martin"}).json()["id"]
    invited = api.post(f"/api/v1/collectives/{family}/invitations", data={"age_class": "teenager"}).json()
    context = chromium.new_context(base_url=fumetto.url, locale="fr-FR", viewport={"width": 390, "height": 844})
    context.set_default_timeout(30_000)
    errors: list[str] = []
    made = context.new_page()
    made.on("pageerror", lambda error: errors.append(str(error)))
    made.goto(invited["address"])
    made.get_by_label("Comment t’appeler").fill("Noé")
    made.get_by_role("button", name="Rejoindre").click()
    made.get_by_label("Dans quel pays").select_option("FR")
    made.get_by_role("button", name="Continuer").click()
    made.wait_for_url(re.compile("/waiting"))
    members = api.get(f"/api/v1/collectives/{family}/members").json()["items"]
    child = next(one["id"] for one in members if one["name"] == "Noé")
    for purpose in ("account", "ai_local", "analytics"):
        assert api.put(f"{GUARDIAN}/{child}/consents/{purpose}").ok
    yield made
    context.close()
    assert api.post("/api/v1/privacy/erasure", data={"user_id": child, "confirm": "Noé"}).ok
    assert api.delete(f"/api/v1/collectives/{family}").ok
    assert errors == []


def test_a_teenager_tells_betty_about_a_bad_day_in_french(
    fumetto: RunningFumetto, api: APIRequestContext, teenager: Page
) -> None:
    collections = "/api/v1/documents/collections"
    wait_for(lambda: not any(one["waiting"] for one in api.get(collections).json()["items"]), fumetto, "the texts")
    page = teenager
    page.goto("/helper")
    expect(page.get_by_text("Aucun numéro d’écoute n’est indiqué ici")).to_be_visible()  # nobody has confirmed one
    page.get_by_role("button", name=re.compile("Parler avec Betty")).click()
    told = page.get_by_role("log")
    expect(told.get_by_text("un programme, pas un être humain")).to_be_visible()
    field = page.get_by_label("Écrire à Betty")

    # She listens, asks one thing, and takes a tap for an answer.
    field.fill("Des filles de ma classe se moquent de moi à la cantine. J'ai honte.")
    field.press("Enter")
    page.get_by_role("button", name="Presque tous les jours").click()
    expect(told.get_by_text("Ça dure depuis quand")).to_be_visible()
    kept = page.get_by_role("region", name="Ce qui est gardé")
    expect(kept.get_by_text("Presque tous les jours")).to_be_visible()

    # Steps are read out with where they stand; who agreed to be counted may say what they think of it.
    page.get_by_role("button", name="Qu’est-ce que je peux faire").click()
    expect(told.locator("blockquote cite").first).to_contain_text("D’après")
    told.get_by_role("button", name="Cela m’a aidé").last.click()
    stars = told.get_by_role("radio", name="5 étoiles sur cinq")
    stars.click(force=True)
    expect(stars).to_be_checked()

    # In danger there are people, and a way to say that it is about home.
    field.fill("je veux mourir")
    field.press("Enter")
    expect(told.get_by_text("je ne peux pas te protéger")).to_be_visible()
    page.get_by_role("link", name="Tous les monstres").click()
    page.get_by_role("button", name="C’est quelqu’un à la maison").click()
    expect(page.get_by_text("Pas montré aux adultes responsables")).to_be_visible()


def test_documents_that_the_command_brings_say_what_is_wrong_and_are_read_again_and_deleted(
    fumetto: RunningFumetto, page: Page, tmp_path: Path, axe: str
) -> None:
    rules, broken = tmp_path / "house-rules.md", tmp_path / "broken.pdf"
    rules.write_text("# House rules\n\n## Talking\n\nOn Wednesdays we talk at the table, and everybody listens.\n")
    broken.write_bytes(b"%PDF-1.7\nno more than a beginning")
    brought = answer_of(fumetto.data_dir, "documents", "add", str(rules), str(broken), "--collection", "docs_youth")
    assert {one["filename"] for one in brought} == {"house-rules.md", "broken.pdf"}

    page.goto("/documents")
    page.get_by_role("button", name=re.compile("^For young people")).click()
    ready = page.get_by_role("listitem").filter(has_text="house-rules.md")
    damaged = page.get_by_role("listitem").filter(has_text="Save it again, or send another copy")
    expect(ready.get_by_text("Ready")).to_be_visible()
    expect(damaged.get_by_text("Error")).to_be_visible()
    page.evaluate(axe)
    assert amiss(page) == []

    with page.expect_response(lambda answer: answer.url.endswith("/retry") and answer.status == 202):
        page.get_by_role("button", name="Read broken").click()
    expect(damaged.get_by_text("Error")).to_be_visible()

    for name in ("Delete broken", "Delete House rules"):
        page.get_by_role("button", name=name).click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(page.get_by_role("dialog")).to_be_hidden()
    expect(ready).to_be_hidden()
    expect(damaged).to_be_hidden()

    # What cannot come in at all is refused at once, each by its name.
    page.get_by_label("Add documents").last.set_input_files(
        [
            FilePayload(name="letter.docx", mimeType="application/zip", buffer=b"PK\x03\x04" + bytes(40)),
            FilePayload(name="photo.png", mimeType="image/png", buffer=b"\x89PNG" + bytes(40)),
        ]
    )
    refused = page.get_by_role("alert").filter(has_text="letter.docx")
    expect(refused.get_by_role("listitem")).to_have_count(2)
