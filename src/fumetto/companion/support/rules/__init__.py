"""What the helper decides without looking anything up."""
