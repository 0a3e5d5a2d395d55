"""Both kinds of store, the second behind a real S3 protocol server on loopback."""

import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from fumetto.kernel.settings import Settings, load_settings
from fumetto.kernel.storage import Storage, open_storage


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Address of moto's S3 server, which lives as long as the test session."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 120  # it imports for half a minute on a machine that is busy
        while True:
            try:
                httpx.get(f"{address}/moto-api/", timeout=1).raise_for_status()
                break
            except httpx.TransportError:
                assert process.poll() is None, "the S3 server ended"
                assert time.monotonic() < deadline, "the S3 server did not start"
                time.sleep(0.1)
        yield address
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def bucket(s3_server: str) -> str:
    name = f"bucket-{secrets.token_hex(6)}"
    httpx.put(f"{s3_server}/{name}", timeout=60).raise_for_status()
    return name


def settings_of(given: Mapping[str, object]) -> Settings:
    """Settings from names in capitals as the environment has them, and others as the command line does."""
    environment = {key: str(value) for key, value in given.items() if key.isupper()}
    return load_settings(environment, **{key: value for key, value in given.items() if not key.isupper()})


OpenStore = Callable[..., Storage]


@pytest.fixture
def open_local(tmp_path: Path) -> OpenStore:
    def opened(**settings: object) -> Storage:
        return open_storage(settings_of({"data_dir": tmp_path, "disk_reserve_bytes": 0, **settings}))

    return opened


@pytest.fixture
def open_s3(s3_server: str, bucket: str) -> OpenStore:
    def opened(**settings: object) -> Storage:
        given = {
            "STORAGE_BACKEND": "s3",
            "S3_ENDPOINT": s3_server,
            "S3_BUCKET": bucket,
            "S3_ACCESS_KEY_ID": "test",
            "S3_SECRET_ACCESS_KEY": "test",
        }
        return open_storage(settings_of({**given, **settings}))

    return opened


@pytest.fixture(params=["local", "s3", "s3 in a folder"])
def storage(request: pytest.FixtureRequest) -> Storage:
    if request.param == "local":
        return request.getfixturevalue("open_local")()  # type: ignore[no-any-return] # pytest types no fixture values
    prefix = "some/Folder" if request.param.endswith("folder") else ""
    return request.getfixturevalue("open_s3")(S3_PREFIX=prefix)  # type: ignore[no-any-return] # as above
