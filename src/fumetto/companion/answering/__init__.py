"""Answering a question from evidence within a horizon."""
