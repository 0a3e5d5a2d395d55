"""Series, episodes and pages as people see and edit them."""
