"""Catalogues for other reading applications: OPDS 1.2 with page streaming, and OPDS 2.0 with progression."""
