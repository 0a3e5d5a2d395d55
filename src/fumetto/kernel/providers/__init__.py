"""Models somewhere else, each kind behind one port, with a client for each provider."""
