"""The openly licensed material that is kept beside the checkout, for tests that want the real thing."""

from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared_data(*parts: str) -> Path:
    """The file or folder below the shared data; skips the test, saying why, where there is none.

    Mark such tests with `@pytest.mark.shared_data`.
    """
    path = BESIDE.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the shared data is not beside this checkout ({'/'.join(parts) or 'data'} is missing)")
    return path
