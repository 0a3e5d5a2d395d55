"""Rows to test with: each function adds one thing to a session with whatever it needs, and returns it flushed."""

from tests.builders.library import a_page, a_series, an_episode
from tests.builders.people import a_user

__all__ = ["a_page", "a_series", "a_user", "an_episode"]
