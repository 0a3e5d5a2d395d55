"""Which chat model answers, within what may be spent on it; the built-in answerer is nobody's business here."""
