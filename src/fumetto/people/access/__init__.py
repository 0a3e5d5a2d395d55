"""Sign-in links, sessions and API keys."""
