"""What is kept about people: shown to them, given to them, and erased."""
