"""The companion beside the page: answers about what was read, and nothing beyond it."""
