"""The companion for other programs: chat clients that speak OpenAI's protocol, and assistants that speak MCP.

A program asks as the reader whose key it has, from the page that they were on last. Nothing that it sends moves that.
"""
