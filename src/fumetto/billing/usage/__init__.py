"""What was used of models that cost something, and the limits to it."""
