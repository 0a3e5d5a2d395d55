"""Codex scanning a folder without its web server, timed; run by `bench/scan.py` with Codex's own Python.

Prints one line of JSON: seconds until all comics are imported, for a fresh, an unchanged and a moved library.
"""

import json
import os
import sys
import time

os.environ.update(CODEX_LOG_TO_CONSOLE="0", LOGLEVEL="WARNING", DJANGO_SETTINGS_MODULE="codex.settings")
LONGEST = 3000  # seconds for one scan
PATIENCE = 60  # seconds for it to begin


def main() -> None:
    root, size, renames = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
    import django

    django.setup()
    from codex.librarian.fs.poller.tasks import FSPollLibrariesTask
    from codex.librarian.librariand import LibrarianDaemon
    from codex.librarian.mp_queue import LIBRARIAN_QUEUE
    from codex.models import Comic, Library
    from codex.startup import codex_init
    from codex.startup.loguru import loguru_init
    from codex.websockets.mp_queue import BROADCAST_QUEUE
    from loguru import logger

    loguru_init()
    codex_init()
    library, _ = Library.objects.get_or_create(path=root, defaults={"events": False, "poll": False})
    daemon = LibrarianDaemon(logger, LIBRARIAN_QUEUE, BROADCAST_QUEUE)
    daemon.start()
    time.sleep(3)

    def scan(is_done) -> float:
        """Seconds from asking until done. A request that comes while Codex tidies up after the last one is now and then
        lost: then it is asked again, and only the time since is counted."""
        for _ in range(5):
            library.refresh_from_db()
            last, started = library.last_poll, time.perf_counter()
            LIBRARIAN_QUEUE.put(FSPollLibrariesTask(frozenset({library.pk}), False))
            while time.perf_counter() - started < LONGEST:
                library.refresh_from_db()
                answered = library.last_poll != last or library.update_in_progress
                if library.last_poll != last and not library.update_in_progress and is_done():
                    return round(time.perf_counter() - started, 3)
                if not answered and time.perf_counter() - started > PATIENCE:
                    break
                time.sleep(0.02)
        raise SystemExit("Codex did not finish")

    times = {"fresh": scan(lambda: Comic.objects.count() == size)}
    time.sleep(10)
    times["unchanged"] = scan(lambda: True)
    time.sleep(5)
    for before, after in renames:
        os.rename(before, after)
    count = sum(len(os.listdir(after)) for _, after in renames)
    times["moved"] = scan(lambda: Comic.objects.filter(path__contains="/Moved ").count() == count)
    print(json.dumps(times), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
