"""Composition roots: the command line, the web server and the worker. They see everything and decide nothing."""
