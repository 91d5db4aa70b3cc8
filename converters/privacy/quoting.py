"""What a public report may quote of a page: words that cannot be a person's name.

Stricter than cleaning: a report's reader has the file and the line, so a word in doubt is not needed there.
"""

from __future__ import annotations

import re

from converters.privacy.given_names import is_given_name
from converters.privacy.name_words import SURNAME
from converters.privacy.persons import looks_known
from converters.privacy.redaction import clean_text
from model.iris import fold

# A capitalised word inside a quotation that is no name.
_SAFE_CAPITALS = frozenset({"polska", "polski", "polsce", "smup", "europejska", "europejskiej", "unia", "unii"})


def quotable(value: str, persons: frozenset[str] = frozenset()) -> str:
    """A page's words for a report, or "…" where one of them may name a person."""
    if clean_text(value, persons).removed or looks_known(value, persons):
        return "…"
    words = list(re.finditer(r"[^\W\d_]+", value))
    for index, word in enumerate(words):
        first = index == 0 or value[words[index - 1].end() : word.start()].strip() in (":", ";", ".")
        capital = word[0][0].isupper() and not word[0].isupper() and fold(word[0]).lower() not in _SAFE_CAPITALS
        named = is_given_name(word[0]) and (capital or index + 1 < len(words))
        if named or (capital and (not first or SURNAME.search(fold(word[0]).lower()))):
            return "…"
    return value
