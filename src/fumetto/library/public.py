"""What other contexts may use of the library."""

from fumetto.library.catalogue.pictures.service import Pictures

__all__ = ["Pictures"]
