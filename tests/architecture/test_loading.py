"""What starting a Fumetto must not load."""

import subprocess
import sys

from tests.builders.fumetto import environment_of

TOO_HEAVY = {
    "anthropic": "a provider's client: loaded when a model of theirs is asked",
    "authlib": "signing in elsewhere: loaded when somebody does",
    "google": "a provider's client",
    "langchain_core": "seconds, and a hundred megabytes: loaded when a model is asked",
    "langgraph": "loaded when the first conversation is opened",
    "langsmith": "nothing of ours tells it anything; langchain brings it along",
    "mcp": "a second: loaded when the first assistant asks",
    "numpy": "loaded when something is searched",
    "ollama": "a provider's client",
    "onnxruntime": "pages are read by workers",
    "openai": "a provider's client",
    "pyvips": "loaded when a picture is made",
}
"""Packages that serving begins without, so that it is up in a second or two, each with who needs it."""


def test_serving_begins_without_what_only_some_requests_need() -> None:
    code = f"import sys, fumetto.entry.api; print(*sorted({set(TOO_HEAVY)!r} & set(sys.modules)))"
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment_of({}), capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == []
