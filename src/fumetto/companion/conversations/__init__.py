"""Conversations with the companion: what was asked and answered, from page to page and from device to device."""
