"""Changes that people make: fields, numbers, merging, splitting, moving; each audited, each undone by its inverse."""
