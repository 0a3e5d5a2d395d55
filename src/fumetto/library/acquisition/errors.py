"""What can go wrong between a publisher's server and a folder here."""

from __future__ import annotations

from fumetto.kernel.errors import Busy, Conflict, FumettoError, Invalid, NotFound


class AddressRefused(Invalid):
    """An address that must not be asked: of this machine or network, or a redirect that leads astray."""

    code = "address_refused"

    def __init__(self, *, url: str, reason: str) -> None:
        super().__init__(url=url, reason=reason)


class FetchFailed(FumettoError):
    """A server was asked and gave nothing usable, also when asked again."""

    status = 502
    code = "fetch_failed"

    def __init__(self, *, url: str, reason: str) -> None:
        super().__init__(url=url, reason=reason)


class PublisherBusy(Busy):
    """A server asks to be left alone for longer than we wait."""

    code = "publisher_busy"

    def __init__(self, *, url: str, seconds: int) -> None:
        super().__init__(url=url, seconds=seconds)


class PublisherGone(FumettoError):
    """A server stopped answering while much was still to be fetched; what is there stays for the next run."""

    status = 502
    code = "publisher_gone"

    def __init__(self, *, url: str, reason: str) -> None:
        super().__init__(url=url, reason=reason)


class NotThere(NotFound):
    """A server has nothing under an address; some say so with a page that is no answer to what was asked."""

    code = "publisher_lacks_file"

    def __init__(self, *, url: str) -> None:
        super().__init__(url=url)


class PublisherUnreadable(FumettoError):
    """The list of episodes, without which nothing can be fetched, is not there or makes no sense."""

    status = 502
    code = "publisher_unreadable"

    def __init__(self, *, url: str, reason: str) -> None:
        super().__init__(url=url, reason=reason)


class EpisodeNotPublished(NotFound):
    code = "episode_not_published"

    def __init__(self, *, slug: str) -> None:
        super().__init__(slug=slug)


class LanguageNotPublished(NotFound):
    """An episode is not translated into a language; `languages` are those that it is in."""

    code = "language_not_published"

    def __init__(self, *, slug: str, language: str, languages: str) -> None:
        super().__init__(slug=slug, language=language, languages=languages)


class AlreadyUnderWay(Conflict):
    """Another process is acquiring into the same folder."""

    code = "acquisition_under_way"

    def __init__(self, *, folder: str) -> None:
        super().__init__(folder=folder)


class OutputRefused(Invalid):
    """The folder to write to cannot be written to."""

    code = "output_refused"

    def __init__(self, *, folder: str, reason: str) -> None:
        super().__init__(folder=folder, reason=reason)
