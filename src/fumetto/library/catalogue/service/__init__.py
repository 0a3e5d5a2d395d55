"""Use cases of the catalogue: what shelves, series and episodes show to one reader."""
