"""Collections of documents, whose they are, and what they say to a question."""
