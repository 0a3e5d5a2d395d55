"""The voices that the companion speaks in."""
