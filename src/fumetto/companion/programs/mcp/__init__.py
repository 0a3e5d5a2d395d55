"""The Model Context Protocol: https://modelcontextprotocol.io. Assistants search, ask and look things up."""
