"""What other contexts may use of billing."""
