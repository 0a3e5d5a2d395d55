"""The schemas of the one database; every name of one in the code comes from here."""

from enum import StrEnum


class Schema(StrEnum):
    APP = "app"  # people, conversations, documents, billing, audit, flags, content
    LIBRARY = "library"
    STUDIO = "studio"
    WORKBENCH = "workbench"
    RAG = "rag"  # vectors and hashed terms, never text
    CACHE = "cache"  # may be truncated at any time
    LANGGRAPH = "langgraph"  # owned by the LangGraph library
    JOBS = "jobs"  # owned by Procrastinate


OURS = (Schema.APP, Schema.LIBRARY, Schema.STUDIO, Schema.WORKBENCH, Schema.RAG, Schema.CACHE)
"""What migration autogenerate and the zero-diff proof look at."""
