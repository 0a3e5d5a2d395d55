"""What things cost, who used how much of it, and what may be spent."""
