"""Mail to people, where the operator has a server for it."""
