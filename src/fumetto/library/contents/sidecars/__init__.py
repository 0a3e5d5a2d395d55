"""Page sidecars: JSON files beside the images of pages that tell what is on those. docs/reference/sidecars.md."""
