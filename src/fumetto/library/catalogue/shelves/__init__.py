"""What people put together themselves: collections of series, and reading lists of episodes."""
