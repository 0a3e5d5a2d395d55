"""Page sidecars: JSON files beside the images of pages that say what those show and say. See docs/reference/sidecars.md."""
