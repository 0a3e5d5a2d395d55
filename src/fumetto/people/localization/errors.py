"""What can be wrong with a text that is to be said otherwise."""

from fumetto.kernel.errors import Invalid, NotFound


class WordsUnknown(NotFound):
    """key: no text of Fumetto has it, so nothing would ever say what is written for it."""

    code = "words_unknown"


class WordsLanguageUnknown(Invalid):
    """language: CLDR does not know how counts are said in it."""

    code = "words_language_unknown"


class WordsRefused(Invalid):
    """key, language, problem (in words), problems (all of them): the text would break where it is shown."""

    code = "words_refused"


class WordsFileUnreadable(Invalid):
    """problem: what is wrong with the YAML, and where."""

    code = "words_file_unreadable"


class WordsFileRefused(Invalid):
    """count, first, problems: nothing of the file was taken over."""

    code = "words_file_refused"
