"""Documents that people bring: collections, files cut to chunks with page and section, found by the house's index."""
