"""The identity register: what was named once keeps its name (docs/iris.md).

One text file, sorted and tab-separated, made for version control and for a clerk's editor: kind, ref, status,
successor, created, changed, unit, name, keys, aliases. A ref is minted once, from the source's number or from
the title, and is never derived again or given to anything else.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from sys import intern

from converters.identity_entries import Entries, Entry
from converters.joining.entries import canonical
from model.errors import StateError, ValueFormatError
from model.iris import is_ref, slug

COLUMNS = ("kind", "ref", "status", "successor", "created", "changed", "unit", "name", "keys", "aliases")
KINDS = ("concept", "organisation", "practice", "record")
STATUSES = ("active", "merged", "withdrawn")
_SEPARATOR = " | "
_KEY = re.compile(r"^[a-z][a-z.-]*:\S")


class IdentityRegister:
    """The register of a run. Changes stay here until ``lines`` are written by the caller.

    What it does not hold in memory is in ``folder`` (``converters.identity_entries``).
    """

    def __init__(self, today: dt.date, folder: Path | None = None) -> None:
        self.today = today
        self._entries = Entries(folder)

    @classmethod
    def load(
        cls, lines: Iterable[str], today: dt.date, file: str = "state/identity.tsv", folder: Path | None = None
    ) -> IdentityRegister:
        """Reads the file's lines; a damaged one is a ``StateError`` that names it."""
        register = cls(today, folder)
        rows = csv.DictReader(iter(lines), delimiter="\t", quoting=csv.QUOTE_NONE)
        if rows.fieldnames is not None and tuple(rows.fieldnames) != COLUMNS:
            raise StateError(f"{file}:1: the header is not {' '.join(COLUMNS)}", advice="restore it from git")
        for number, row in enumerate(rows, start=2):
            register._add(_entry(row, f"{file}:{number}"), f"{file}:{number}")
        return register

    def dump(self) -> str:
        """The file's text: sorted by kind and ref, so that a version control shows what changed."""
        return "".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The file's text line by line."""
        out = io.StringIO(newline="")
        writer = csv.writer(
            out, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n", quotechar=None, escapechar=None
        )
        writer.writerow(COLUMNS)
        for entry in self._entries.ordered():
            yield out.getvalue()
            out.seek(0)
            out.truncate()
            writer.writerow(
                [
                    entry.kind,
                    entry.ref,
                    entry.status,
                    entry.successor,
                    entry.created,
                    entry.changed,
                    entry.unit,
                    entry.name,
                    _SEPARATOR.join(sorted(entry.keys)),
                    _SEPARATOR.join(sorted(entry.aliases)),
                ]
            )
        yield out.getvalue()

    def get(self, kind: str, ref: str) -> Entry | None:
        return self._entries.get(kind, ref)

    def entry(self, kind: str, ref: str) -> Entry:
        """What there must be; ``KeyError`` where it is not."""
        entry = self._entries.get(kind, ref)
        if entry is None:
            raise KeyError((kind, ref))
        return entry

    def all(self, kind: str) -> Iterator[Entry]:
        """The entries of a kind, by ref. Nothing may be named meanwhile."""
        return self._entries.ordered(kind)

    def find(self, kind: str, keys: Iterable[str]) -> str | None:
        """The ref that one of the keys leads to, in the order of the keys; merges are followed."""
        for key in keys:
            ref = self._entries.named(kind, key)
            if ref is not None:
                return self.present(kind, ref)
        return None

    def same(self, kind: str, keys: Sequence[str]) -> str | None:
        """The ref of what the keys mean; None where its source has given it another number."""
        ref = self.find(kind, keys)
        return None if ref is None or self._other_number(kind, ref, keys) else ref

    def name(self, kind: str, keys: Sequence[str], suggestion: str, *, unit: str = "", name: str = "") -> str:
        """The ref of what the keys mean; minted from the suggestion where none of them is known.

        ``keys`` go from the strongest (the source's number) to the weakest (title and unit). New keys are
        added to what was found, so that a later run finds it by any of them.
        """
        ref = self.same(kind, keys)
        if ref is None:
            ref = self.mint(kind, suggestion, unit=unit, name=name)
        self.add_keys(kind, ref, keys)
        return ref

    def mint(self, kind: str, suggestion: str, *, unit: str = "", name: str = "") -> str:
        """A new ref: the suggestion, with a number where something has it already."""
        ref = self._free(kind, suggestion)
        self._entries.put(Entry(kind, ref, created=self._date, changed=self._date, unit=unit, name=_line(name)))
        return ref

    def add_keys(self, kind: str, ref: str, keys: Iterable[str]) -> None:
        """Makes a thing known by further keys; a key that leads to something else stays where it is."""
        entry = self.entry(kind, ref)
        fresh = tuple(key for key in map(_line, keys) if self._entries.named(kind, key) is None)
        if fresh:
            self._entries.put(replace(entry, keys=(*entry.keys, *fresh), changed=self._date))

    def rewritten(self, change: Callable[[Entry], Entry | None]) -> IdentityRegister:
        """The register with every entry changed, or without it: only what had to be erased is ever forgotten."""
        made = IdentityRegister(self.today)
        for entry in self._entries.ordered():
            kept = change(entry)
            if kept is not None:
                made._entries.put(kept)
        return made

    def merge(self, kind: str, ref: str, successor: str) -> None:
        """Lets one thing go on in another: its ref stays, leads there, and is given to nothing else."""
        if self.present(kind, successor) == ref:
            raise StateError(f"{kind} {ref} cannot go on in itself", advice="restore the identity register from git")
        self.update(replace(self.entry(kind, ref), status="merged", successor=successor))

    def withdraw(self, kind: str, ref: str, successor: str = "") -> None:
        """Takes a thing away: its ref stays and is given to nothing else; ``successor`` may take its place."""
        self.update(replace(self.entry(kind, ref), status="withdrawn", successor=successor))

    def restore(self, kind: str, ref: str) -> None:
        """Makes a withdrawn thing one that may be published again."""
        self.update(replace(self.entry(kind, ref), status="active", successor=""))

    def is_withdrawn(self, kind: str, ref: str) -> bool:
        entry = self.get(kind, ref)
        return entry is not None and entry.status == "withdrawn"

    def withdrawn(self, kind: str) -> tuple[Entry, ...]:
        """The withdrawn things of a kind, by ref."""
        return tuple(self._entries.ordered(kind, "withdrawn"))

    def replaced(self, kind: str) -> dict[str, tuple[str, ...]]:
        """For each thing that others were merged into, directly or by way of others: their refs, sorted."""
        found: dict[str, list[str]] = {}
        for entry in self._entries.ordered(kind, "merged"):
            found.setdefault(self.present(kind, entry.ref), []).append(entry.ref)
        return {successor: tuple(refs) for successor, refs in found.items()}

    def update(self, entry: Entry) -> None:
        """Puts a changed entry back; what did not change keeps its date."""
        old = self.entry(entry.kind, entry.ref)
        if replace(entry, changed=old.changed) != old:
            self._entries.put(replace(entry, changed=self._date))

    @property
    def _date(self) -> str:
        """Today, for all entries of a run the same string."""
        return intern(self.today.isoformat())

    def _other_number(self, kind: str, ref: str, keys: Sequence[str]) -> bool:
        """Same title and unit but another number at the same source: another practice."""
        ours = {key.split(":", 1)[0]: key for key in keys if _is_number(key)}
        theirs = self.entry(kind, ref).keys
        return any(_is_number(key) and ours.get(key.split(":", 1)[0], key) != key for key in theirs) and not any(
            key in theirs for key in ours.values()
        )

    def present(self, kind: str, ref: str) -> str:
        """What a ref has become: itself, or what it was merged into."""
        seen = set()
        while (entry := self.entry(kind, ref)).status == "merged" and ref not in seen:
            seen.add(ref)
            ref = entry.successor
        return ref

    def _free(self, kind: str, suggestion: str) -> str:
        ref, number = suggestion, 1
        while self.get(kind, ref) is not None:
            number += 1
            ref = f"{suggestion}-{number}"
        return ref

    def _add(self, entry: Entry, place: str) -> None:
        if self.get(entry.kind, entry.ref) is not None:
            raise StateError(f"{place}: {entry.kind} {entry.ref} occurs twice", advice="remove one of the lines")
        for key in entry.keys:
            other = self._entries.named(entry.kind, key)
            if other is not None:
                raise StateError(
                    f"{place}: the key {key!r} already leads to {other}",
                    advice="leave it on one of the lines",
                )
        self._entries.put(entry)


def title_key(title: str, units: Iterable[str]) -> str:
    """The weakest key: the whole title and the units, for pages that have neither number nor address."""
    return f"title:{title_slug(title)}@{'+'.join(sorted(units))}"


def number_key(source: str, number: str, units: Iterable[str]) -> str:
    """An office's own number, which means something only together with the unit."""
    return f"{source}:{re.sub(r'[@|]', '-', ''.join(number.split()).casefold())}@{'+'.join(sorted(units))}"


def address_key(url: str) -> str:
    """An address in the form in which addresses are compared: pages are linked in many (converters.joining.entries)."""
    return f"url:{canonical(url)}"


# A run asks for the keys of a page again and again: to gather, to name and to join it.
@lru_cache(maxsize=16_384)
def title_slug(title: str) -> str:
    """All of the title, for comparing: two may differ in their last word only ("… 2012-2016", "… 2017-2021")."""
    try:
        return slug(title, None)
    except ValueFormatError:
        return hashlib.sha256(title.encode()).hexdigest()[:16]


def _is_number(key: str) -> bool:
    source, _, value = key.partition(":")
    # "table:1/2024@226201" is an office's own number; "title:…@226201", "bdp.title:…@226201" are titles.
    own = source == "table" and "@" in value
    return own or (source not in ("url", "title") and value.isdigit())


def _entry(row: dict[str, str], place: str) -> Entry:
    if None in row.values() or None in row:
        raise StateError(f"{place}: the line has not {len(COLUMNS)} columns", advice="columns are parted by tabs")
    lists = {name: tuple(part for part in row[name].split(_SEPARATOR) if part) for name in ("keys", "aliases")}
    # One string for what many lines say.
    often = {name: intern(row[name]) for name in ("kind", "status", "created", "changed", "unit")}
    entry = Entry(**{**row, **often, **lists})  # type: ignore[arg-type]
    for key in entry.keys:
        if not _KEY.match(key):
            raise StateError(f"{place} [keys]: not a key: {key!r}", advice="restore the line from git")
    if entry.kind not in KINDS or entry.status not in STATUSES or not is_ref(entry.ref):
        raise StateError(
            f"{place}: kind, status or ref is wrong ({entry.kind}, {entry.status}, {entry.ref})",
            advice=f"kind is one of {', '.join(KINDS)}; status one of {', '.join(STATUSES)}",
        )
    return entry


def _line(text: str) -> str:
    """A value that fits between tabs and separators."""
    line = " ".join(text.replace("|", "/").split())
    # One string for a key in all that it leads to.
    return text if line == text else line
