"""Who and what a series is about: characters, its wiki, its world graph, and what its makers said of it."""
