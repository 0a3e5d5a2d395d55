"""Language codes as people and publishers write them, made into BCP 47 tags.

Sources: ISO 639-1 and 639-2 (the Library of Congress' lists), the IANA subtag registry (RFC 5646), and the `langs.json`
that the publisher of Pepper & Carrot keeps for codes of his own.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

ISO_639_1: Final = frozenset(
    {
        "aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg", "bh", "bi", "bm",
        "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv", "cy", "da", "de", "dv", "dz", "ee",
        "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fj", "fo", "fr", "fy", "ga", "gd", "gl", "gn", "gu",
        "gv", "ha", "he", "hi", "ho", "hr", "ht", "hu", "hy", "hz", "ia", "id", "ie", "ig", "ii", "ik", "io", "is",
        "it", "iu", "ja", "jv", "ka", "kg", "ki", "kj", "kk", "kl", "km", "kn", "ko", "kr", "ks", "ku", "kv", "kw",
        "ky", "la", "lb", "lg", "li", "ln", "lo", "lt", "lu", "lv", "mg", "mh", "mi", "mk", "ml", "mn", "mr", "ms",
        "mt", "my", "na", "nb", "nd", "ne", "ng", "nl", "nn", "no", "nr", "nv", "ny", "oc", "oj", "om", "or", "os",
        "pa", "pi", "pl", "ps", "pt", "qu", "rm", "rn", "ro", "ru", "rw", "sa", "sc", "sd", "se", "sg", "si", "sk",
        "sl", "sm", "sn", "so", "sq", "sr", "ss", "st", "su", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk", "tl",
        "tn", "to", "tr", "ts", "tt", "tw", "ty", "ug", "uk", "ur", "uz", "ve", "vi", "vo", "wa", "wo", "xh", "yi",
        "yo", "za", "zh", "zu",
    }
)  # fmt: skip

OWN_CODES: Final = {
    # The publisher of Pepper & Carrot
    "cn": "zh-Hans", "go": "fr-gallo", "jb": "jbo-Latn", "jz": "jbo", "kr": "ko", "kt": "avk", "mx": "es-MX",
    "no": "nb", "ns": "nds", "ph": "fil", "sb": "art-x-sambahsa", "sz": "szl",
    # Countries given for languages, and old codes
    "cz": "cs", "dk": "da", "gr": "el", "in": "id", "iw": "he", "ji": "yi", "jp": "ja", "mo": "ro", "sh": "sr-Latn",
    "ua": "uk", "vn": "vi", "pt-br": "pt-BR", "zh-cn": "zh-Hans", "zh-sg": "zh-Hans", "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant", "zh-mo": "zh-Hant", "chs": "zh-Hans", "cht": "zh-Hant",
}  # fmt: skip

# ISO 639-2, bibliographic and terminological, for languages that have a two-letter code
THREE_LETTERS: Final = {
    "afr": "af", "alb": "sq", "sqi": "sq", "ara": "ar", "arm": "hy", "hye": "hy", "baq": "eu", "eus": "eu",
    "bel": "be", "ben": "bn", "bos": "bs", "bre": "br", "bul": "bg", "bur": "my", "mya": "my", "cat": "ca",
    "chi": "zh", "zho": "zh", "cor": "kw", "cos": "co", "cze": "cs", "ces": "cs", "dan": "da", "dut": "nl",
    "nld": "nl", "eng": "en", "epo": "eo", "est": "et", "fin": "fi", "fre": "fr", "fra": "fr", "fry": "fy",
    "geo": "ka", "kat": "ka", "ger": "de", "deu": "de", "gla": "gd", "gle": "ga", "glg": "gl", "gre": "el",
    "ell": "el", "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu", "ice": "is", "isl": "is", "ido": "io",
    "ind": "id", "ita": "it", "jpn": "ja", "kor": "ko", "lat": "la", "lav": "lv", "lit": "lt", "ltz": "lb",
    "mac": "mk", "mkd": "mk", "mal": "ml", "mao": "mi", "mri": "mi", "mar": "mr", "may": "ms", "msa": "ms",
    "nno": "nn", "nob": "nb", "nor": "nb", "oci": "oc", "per": "fa", "fas": "fa", "pol": "pl", "por": "pt",
    "roh": "rm", "rum": "ro", "ron": "ro", "rus": "ru", "san": "sa", "sin": "si", "slo": "sk", "slk": "sk",
    "slv": "sl", "spa": "es", "srd": "sc", "srp": "sr", "swa": "sw", "swe": "sv", "tam": "ta", "tel": "te",
    "tha": "th", "tur": "tr", "ukr": "uk", "urd": "ur", "vie": "vi", "wel": "cy", "cym": "cy", "yid": "yi",
    "zul": "zu", "tgl": "tl",
}  # fmt: skip

ONLY_THREE_LETTERS: Final = frozenset(
    {
        "ast", "avk", "bho", "ceb", "csb", "dsb", "fil", "frp", "fur", "gsw", "haw", "hsb", "jbo", "kab", "lad", "lij",
        "lld", "lmo", "mul", "nap", "nds", "pcd", "pms", "sco", "scn", "szl", "tlh", "vec", "und", "zxx",
    }
)  # fmt: skip

NAMES: Final = {
    "arabic": "ar", "العربية": "ar", "bengali": "bn", "breton": "br", "brezhoneg": "br", "catalan": "ca",
    "català": "ca", "chinese": "zh", "chinese (simplified)": "zh-Hans", "simplified chinese": "zh-Hans",
    "chinese (traditional)": "zh-Hant", "traditional chinese": "zh-Hant", "中文": "zh", "czech": "cs",
    "čeština": "cs", "danish": "da", "dansk": "da", "dutch": "nl", "nederlands": "nl", "english": "en",
    "esperanto": "eo", "finnish": "fi", "suomi": "fi", "french": "fr", "français": "fr", "francais": "fr",
    "german": "de", "deutsch": "de", "greek": "el", "ελληνικά": "el", "hebrew": "he", "hindi": "hi",
    "hungarian": "hu", "magyar": "hu", "indonesian": "id", "italian": "it", "italiano": "it", "japanese": "ja",
    "日本語": "ja", "korean": "ko", "한국어": "ko", "latin": "la", "malay": "ms", "norwegian": "nb",
    "norwegian bokmål": "nb", "norwegian nynorsk": "nn", "occitan": "oc", "persian": "fa", "farsi": "fa",
    "polish": "pl", "polski": "pl", "portuguese": "pt", "português": "pt", "portuguese (brazil)": "pt-BR",
    "brazilian portuguese": "pt-BR", "romanian": "ro", "russian": "ru", "русский": "ru", "serbian": "sr",
    "slovak": "sk", "slovenian": "sl", "spanish": "es", "español": "es", "espanol": "es", "swedish": "sv",
    "svenska": "sv", "thai": "th", "turkish": "tr", "türkçe": "tr", "ukrainian": "uk", "українська": "uk",
    "vietnamese": "vi",
}  # fmt: skip

_TAG = re.compile(r"^[a-z]{2,3}(?:[-_][a-z]{4})?(?:[-_](?:[a-z]{2}|\d{3}))?(?:[-_](?:[a-z\d]{5,8}|\d[a-z\d]{3}))*$")
_TAG_CHARACTERS: Final = 35


@cache
def language_of_code(code: str) -> str | None:
    """The BCP 47 tag that a code means (`cn` → `zh-Hans`, `fre` → `fr`, `pt_br` → `pt-BR`), or None if it has none."""
    lowered = code.strip().lower().replace("_", "-")
    if lowered in OWN_CODES:
        return OWN_CODES[lowered]
    if lowered in ISO_639_1:
        return lowered
    if len(lowered) > _TAG_CHARACTERS or not _TAG.match(lowered):
        return None
    first, *rest = lowered.split("-")
    if first in THREE_LETTERS:
        first = THREE_LETTERS[first]
    elif first not in ISO_639_1 and first not in ONLY_THREE_LETTERS:
        return None
    return "-".join([first, *(_cased(part) for part in rest)])


def language_of(text: str) -> str | None:
    """The tag that a code or a language's name, in English or its own language, means; None if it means none."""
    return NAMES.get(text.strip().casefold()) or (language_of_code(text) if len(text) <= _TAG_CHARACTERS else None)


def _cased(part: str) -> str:
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part
