"""What is known of a story within a horizon, in a form that other contexts may hold: no rows, no sessions."""
