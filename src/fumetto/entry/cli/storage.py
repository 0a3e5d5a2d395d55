"""storage copy: move derived files to another backend."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from fumetto.entry.cli.options import DataDir, Json, run, settings_for
from fumetto.entry.cli.output import out, progress_bar, show
from fumetto.kernel.settings import Settings
from fumetto.kernel.settings.storage import StorageBackend
from fumetto.kernel.text.catalogues import say

app = typer.Typer(no_args_is_help=True)


@app.callback()
def root() -> None:
    """Keeps `copy` a command of its own while it is the only one."""


@app.command()
def copy(
    source: Annotated[StorageBackend, typer.Argument(help="Where the files are.")],
    target: Annotated[StorageBackend, typer.Argument(help="Where they shall be; the S3_ settings say where that is.")],
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Copy every derived file to another backend; what is there already is checked and left."""
    result = run(copy_files(settings_for(data_dir, as_json=as_json), source, target), as_json=as_json)
    if as_json:
        show(result, as_json=True)
    else:
        out.print(say("en", "storage.copied", count=result["copied"], skipped=result["skipped"]))


async def copy_files(settings: Settings, source: StorageBackend, target: StorageBackend) -> dict[str, Any]:
    from fumetto.kernel.storage.copying import CopyProgress, copy_storage
    from fumetto.kernel.storage.opening import open_storage

    def opened(backend: StorageBackend) -> Any:
        return open_storage(Settings.model_validate(settings.model_dump() | {"storage_backend": backend}, by_name=True))

    with progress_bar() as progress:
        task = progress.add_task("storage copy", total=None)

        def moved(now: CopyProgress) -> None:
            progress.update(task, completed=now.done, total=now.total)

        done = await copy_storage(opened(source), opened(target), moved)
    return {"copied": done.done - done.skipped, "skipped": done.skipped, "bytes": done.bytes_total}
