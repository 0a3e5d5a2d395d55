"""What fits a reader: rules of theirs and of the collectives they belong to, and what these come to."""
