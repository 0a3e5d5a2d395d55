"""The library: its folders, its pages, and the limits for what comes from outside."""

from __future__ import annotations

from pydantic import Field

from fumetto.kernel.settings.fields import Area


class Library(Area):
    """Folders, pictures, and what is read off pages."""

    managed_copy: bool = Field(
        False, description="Copy imported files below the data directory instead of reading them in place."
    )
    scan_interval_minutes: int = Field(
        60, ge=0, description="How often library folders are scanned; 0: never by itself."
    )
    watch_folders: bool = Field(True, description="Notice changes in library folders as they happen.")
    sample_series: bool = Field(True, description="Put the sample series on the shelf at the first start.")
    display_max_edge: int = Field(
        2400, ge=600, le=8000, description="Longest edge, in pixels, of a derived display image."
    )
    thumbnail_width: int = Field(400, ge=100, le=1200, description="Width, in pixels, of thumbnails.")

    ocr: bool = Field(True, description="Read the words off pages that have no better text; each series has a switch.")
    panels: bool = Field(True, description="Find the panels of pages, for the guided view.")
    ocr_threads: int = Field(1, ge=1, le=64, description="Processor threads that reading words off pages may use.")
    ocr_memory_bytes: int = Field(
        3 * 1024**3, ge=1024**3, description="Most address space of the process that reads words off pages."
    )


class Limits(Area):
    """What a file from outside may take at most."""

    max_archive_entries: int = Field(20_000, ge=1, description="Most files in one book.")
    max_archive_bytes: int = Field(8 * 1024**3, ge=1024, description="Most decompressed bytes in one book.")
    max_entry_bytes: int = Field(256 * 1024**2, ge=1024, description="Most decompressed bytes of one page.")
    max_entry_ratio: int = Field(
        200, ge=2, description="Most decompressed bytes per compressed byte of an entry over 1 MiB."
    )
    max_page_pixels: int = Field(200_000_000, ge=1_000_000, description="Most pixels of one page.")
    parse_timeout_seconds: int = Field(60, ge=1, description="Longest time that one file may take to parse.")
    parse_memory_bytes: int = Field(2 * 1024**3, ge=128 * 1024**2, description="Most memory of one parser process.")
    disk_reserve_bytes: int = Field(256 * 1024**2, ge=0, description="Free space below which writes answer 507.")
