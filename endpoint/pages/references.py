"""How a page points at things: by their labels, and only to addresses that a browser may safely follow."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from endpoint.language import Messages
from endpoint.pages.graph import Graph, Text
from model.errors import ValueFormatError
from model.iris import THING_KINDS, is_ref
from model.values import UnitCode

# Data may hold any IRI: "javascript:" ones are valid for both libraries. Only these are made into links.
_SAFE = re.compile(r"^(?:https?://[^\s<>\"'\\^`{|}\x00-\x20]+|mailto:[^\s<>\"'\\]+)$", re.IGNORECASE)


def safe_href(iri: str) -> str | None:
    """The IRI where it may stand in a link (http, https, mailto), else nothing."""
    return iri if _SAFE.match(iri) else None


@dataclass(frozen=True)
class ThingName:
    """The kind and the reference that name a thing under the base."""

    kind: str
    ref: str

    @classmethod
    def parse(cls, path: str) -> ThingName | None:
        """From ``kind/ref``; nothing where it cannot name anything of ours."""
        kind, _, ref = path.partition("/")
        parts = ref.split("/")
        wanted = 2 if kind == "concept" else 1
        if kind not in THING_KINDS or len(parts) != wanted or not all(is_ref(part) for part in parts):
            return None
        return cls(kind, ref)

    def six_digits(self) -> str | None:
        """For a unit named by the seven digits of its TERYT code: the six that are its identity."""
        if self.kind != "unit" or len(self.ref) != 7 or not self.ref.isdigit():
            return None
        try:
            return UnitCode.parse(self.ref).digits
        except ValueFormatError:
            return None


@dataclass(frozen=True)
class Reference:
    """A thing as a page mentions it; ``href`` is nothing where there is no safe address."""

    text: Text
    href: str | None = None
    note: str = ""
    count: int | None = None


@dataclass(frozen=True)
class Trail:
    """A way from the narrowest to the broadest thing (or the other way round), for breadcrumbs."""

    steps: tuple[Reference, ...]


@dataclass(frozen=True)
class Scope:
    """What every page needs to write its links and words. Both bases come from the settings only.

    ``asked`` is the language that the reader chose in the address, so that links keep it.
    """

    base: str
    public: str
    messages: Messages
    asked: str | None = None

    @property
    def language(self) -> str:
        return self.messages.language

    def here(self, path: str, **params: str) -> str:
        """An address of this installation; keeps the language that the reader chose."""
        if self.asked:
            params = {**params, "lang": self.asked}
        query = f"?{urlencode(params)}" if params else ""
        return f"{self.public}{quote(path, safe='/#.~')}{query}"

    def href(self, iri: str) -> str | None:
        """Where the page about a thing stands: ours for our things, else the IRI itself where it is safe."""
        prefix = f"{self.base}id/"
        name = ThingName.parse(iri.removeprefix(prefix)) if iri.startswith(prefix) else None
        return self.here(f"doc/{name.kind}/{name.ref}") if name else safe_href(iri)

    def refer(self, graph: Graph, iri: str, note: str = "", count: int | None = None) -> Reference:
        """A thing by its label, linked to its page."""
        return Reference(graph.label(iri, self.language), self.href(iri), note, count)

    def refer_all(self, graph: Graph, iris: Iterable[str]) -> tuple[Reference, ...]:
        """Things by label, in the order of their labels."""
        references = (self.refer(graph, iri) for iri in dict.fromkeys(iris))
        return tuple(sorted(references, key=lambda reference: collation(reference.text.value)))


_POLISH = {letter: (base, 1) for letter, base in zip("ąćęłńóśź", "acelnosz", strict=True)} | {"ż": ("z", 2)}


def collation(text: str) -> tuple[tuple[str, int], ...]:
    """A sort key in the order of the Polish alphabet, whatever the machine's locale is."""
    return tuple(_POLISH.get(letter, (letter, 0)) for letter in text.lower())
