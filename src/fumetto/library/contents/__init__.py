"""What is on a page: its words, its panels, and what can be seen."""
