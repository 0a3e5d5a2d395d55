"""Having a vision model say what a page shows: one port, and a client for each provider."""
