"""What the companion remembers of a reader, and what it need not look up twice."""
