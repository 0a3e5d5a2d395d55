"""Acquisition: comics that their makers publish freely, fetched politely into folders that can be imported."""
