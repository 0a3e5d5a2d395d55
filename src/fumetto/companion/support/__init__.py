"""The helper: conversations with a young person, or with who cares for one, about no story at all.

Nothing here reaches the library; a test holds it to that.
"""
