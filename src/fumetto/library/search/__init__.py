"""Finding what was said, shown and told in the library, never beyond what whoever asks has read."""
