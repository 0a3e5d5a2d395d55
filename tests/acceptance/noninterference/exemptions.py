"""What the property of the horizon leaves out, each with its reason. `docs/reference/horizon.md` repeats this list.

A GET route that is in none of these lists is asked, for every reader, ledger and page.
"""

from __future__ import annotations

NOT_OF_THE_STORY = {
    "/health": "tells whether the process lives",
    "/ready": "tells whether its parts are there",
    "/metrics": "the operator's; counts requests",
    "/api/v1/openapi.json": "describes the API, the same for everybody",
    "/api/v1/session": "who is signed in",
    "/api/v1/api-keys": "the reader's own keys",
    "/api/v1/users": "the owner's",
    "/api/v1/activities": "what the machine is doing",
    "/api/v1/activities/events": "what the machine is doing, as it happens",
    "/api/v1/activities/{activity_id}": "what the machine is doing",
    "/api/v1/roots": "the operator's folders; editors only",
    "/api/v1/problems": "files that cannot be read; editors only",
    "/api/v1/edits": "what editors changed; editors only",
    "/opds/v2/auth": "how to sign in",
    "/opds/v1.2/search": "the shape of an address",
}
"""Routes that have nothing to do with what is in stories."""

BELOW_IT_NO_STORY = {
    "/api/v1/admin/": "the owner's: deeds, flags, words, the house",
    "/api/v1/collectives": "families and classes; a class's progress counts episodes of members, not the asker's",
    "/api/v1/companion/support": "the helper, which has no way to the library",
    "/api/v1/consents": "what somebody agreed to",
    "/api/v1/devices": "devices for children",
    "/api/v1/documents/": "documents, which are not the library's",
    "/api/v1/guardian/": "whom somebody answers for",
    "/api/v1/invitations/": "who is invited where",
    "/api/v1/privacy/": "what is kept about people",
    "/api/v1/session/": "who is signed in, and how",
    "/api/v1/shelves": "which series are on a shelf, as cards of series: navigation",
    "/api/v1/users/": "who may be shown what, and how they sign in",
    "/api/v1/words/": "texts of the application",
    "/ofrep/": "feature flags",
    "/v1/models": "which models there are",
}
"""The same for all that lies below a path: rooms that have no way to what is on pages."""

CONVERSATIONS = {
    "/api/v1/companion/answers/{answer_id}/trace": "an answer's",
    "/api/v1/companion/conversations/{conversation_id}": "a conversation's",
    "/api/v1/companion/conversations/{conversation_id}/export": "a conversation's",
    "/api/v1/companion/sessions/{session_id}": "a session's",
    "/api/v1/companion/sessions/{session_id}/messages": "a session's",
    "/api/v1/companion/sessions/{session_id}/suggestions": "a session's",
    "/api/v1/companion/turns/{question_id}/events": "a question's",
}
"""Routes about what a reader said and was told, of which these stories have nothing. Their property is
tests/companion/conversations/test_never_later.py."""

EDITING = "/api/v1/editing/"
"""Below this, editors see what nobody has read yet: that is what the editing view is for."""

PICTURES = {
    "/api/v1/companion/personas/{persona_id}/portrait": "the picture of one's own voice",
    "/api/v1/pages/{page_id}/image/{variant}": "page images are navigation",
    "/api/v1/episodes/{episode_id}/download": "the reader's own file",
    "/opds/series/{slug}/cover": "a cover",
    "/opds/episodes/{episode_id}/cover": "a cover",
    "/opds/episodes/{episode_id}/pages/{page_number}": "page images are navigation",
    "/opds/episodes/{episode_id}/download": "the reader's own file",
}
"""Pictures and files, in any variant and language: navigation, and made of files that these stories do not have."""

NAVIGATION = {
    "/api/v1/series": "which series there are, and how many episodes",
    "/api/v1/facets": "the languages, tags and age ratings in use",
    "/api/v1/series/{slug}": "counts of episodes",
    "/api/v1/series/{slug}/episodes": "which episodes there are",
    "/api/v1/episodes/{episode_id}": "pages, neighbours, titles",
    "/api/v1/reading/continue": "the next episode",
    "/api/v1/reading/progress/{episode_id}": "that the episode is there",
    "/api/v1/reading/times": "how long somebody read, by the day, whatever it was",
    "/opds/{version}": "how many series there are",
    "/opds/{version}/continue": "the next episode",
    "/opds/{version}/new": "which episodes there are",
    "/opds/{version}/series": "which series there are",
    "/opds/{version}/search/results": "which titles there are",
    "/opds/{version}/series/{slug}": "which episodes there are",
    "/opds/{version}/publications/{episode_id}": "pages and neighbours",
    "/opds/v2/publications/{episode_id}/manifest": "pages",
    "/opds/episodes/{episode_id}/progression": "that the episode is there",
}
"""Routes that may tell that an episode or page beyond exists, its number, title and cover, counts and what comes next.

They are asked all the same: nothing that is *on* an unseen page, or known from it, may show in them.
"""

TO_THE_END_OF_THE_LEDGER = {
    "/api/v1/pages/{page_id}/characters": {"next": "the next page where she appears, among all that were seen"},
}
"""By route, fields of answers about a page that stop at what was seen rather than at the page."""

VOLATILE = {
    "request ids": "the tests send one of their own, which answers repeat",
    "the time of the answer": "feeds without entries were updated now",
}
"""What differs between two answers to the same question; `asking.settled` takes it out."""
