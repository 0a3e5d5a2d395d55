"""A PostgreSQL of our own below the data directory, shared by every Fumetto process that works on it.

`keeper` is a small detached process that owns the server; `lease` is how other processes take part. The keeper runs on
the standard library alone (`python -S`), so nothing here that it imports may import more than that.
"""
