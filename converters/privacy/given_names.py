"""Given names common in Poland, to see that a capitalised pair of words is a person.

A second net only: no list of names is complete, so nothing relies on it (the model has no field for a
person). The list is ``given_names.txt``: nominatives, diminutives and names common among Ukrainians.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from converters.privacy.declension import declined
from model.iris import fold

# Forms of a name that are everyday words or places: at the start of a sentence they would make a person of it.
_EVERYDAY = frozenset(
    (  # noqa: SIM905 - a list of quoted words is harder to read
        "ani dane danie dani dan dania danii pole poli rut rucie lwow lwowi iwa sary roma romie romy marki markach"
        " markami marko urban wit wita wito karola hali halo hale adami ach la rysi rys rysie rysia rysow misia misi"
        " ado lilia lilie lilii stach malinami maliny kaliny jagody roz roze rozy rozach rozami mili ulami ule uli"
        " hugo prot niny juda"
    ).split()
)


def _nominatives() -> frozenset[str]:
    text = resources.files("converters.privacy").joinpath("given_names.txt").read_text(encoding="utf-8")
    return frozenset(name for line in text.splitlines() if not line.startswith("#") for name in line.split())


_LISTED = _nominatives()
_NOMINATIVES = frozenset(fold(name) for name in _LISTED)
# Plurals of men's names are towns: Adamów, Januszowie, Aleksandrów.
_TOWN_LIKE = ("ow", "owie", "owa", "owna")
_FORMS = (
    frozenset(form for name in _LISTED for form in declined(name) if len(form) >= 3 and not form.endswith(_TOWN_LIKE))
    | _NOMINATIVES
) - _EVERYDAY
# Stanisława is a woman's nominative and a man's genitive: it tells nothing about the case.
_GENITIVES = frozenset(form for form in _FORMS if form.endswith(("a", "y", "i", "ego")))


@lru_cache(maxsize=4096)
def is_given_name(word: str) -> bool:
    """Whether a word is a common given name, also declined (``Andrzejem``) and without diacritics."""
    return fold(word).lower() in _FORMS


@lru_cache(maxsize=4096)
def is_nominative(word: str) -> bool:
    """Whether a word is a given name as listed (``Ewa``, not ``Ewy``)."""
    return fold(word).lower() in _NOMINATIVES


@lru_cache(maxsize=4096)
def is_genitive(word: str) -> bool:
    """Whether a word may be the genitive of a given name (``Jana``, ``Marii``; also ``Stanisława``)."""
    return fold(word).lower() in _GENITIVES
