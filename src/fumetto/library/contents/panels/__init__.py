"""Finding a page's panels, and the order they are read in."""
