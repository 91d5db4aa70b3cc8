"""The corpus of attacks: files below ``tests/endpoint/corpus``, one an attack, with what must come of it.

A file says ``threat`` and ``why``, then what is sent: queries (``query``, ``queries``, or ``files`` with one each), in
each of the ``ways`` of the protocol (``timeout``: seconds that the client waits), or ``[[request]]`` tables, or
``raw`` bytes, or the ``slow`` beginning of a request.
``@LISTENER@`` and ``@SECRET@`` stand for the sentinels; ``@PAYLOAD@`` for each of ``payloads``; ``@OPEN@`` and
``@CLOSE@`` for ``open`` and ``close`` as many times as each of ``sizes`` says, ``@NUMBER@`` for a running number.
``[expect]`` holds for every answer.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "endpoint" / "corpus"
_FORM = "application/x-www-form-urlencoded"
_LONGEST_ADDRESS = 8000


@dataclass(frozen=True)
class Sent:
    """One request; ``payload`` is what was put into it, ``raw`` all of it where it is none that a library sends."""

    method: str = "GET"
    path: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    payload: str = ""
    raw: bytes = b""


@dataclass(frozen=True)
class Attack:
    """A file of the corpus, as it stands there."""

    name: str
    file: Mapping[str, Any]

    @property
    def threat(self) -> str:
        return str(self.file["threat"])

    @property
    def expect(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.file["expect"]
        return found

    def requests(self, listener: str, secret: str) -> Iterator[Sent]:
        """Everything that is sent, with the sentinels in their places."""

        def filled(text: str) -> str:
            return text.replace("@LISTENER@", listener).replace("@SECRET@", secret)

        payloads: Sequence[str] = [filled(payload) for payload in self.file.get("payloads", [""])]
        for text in self.queries():
            for way in self.file.get("ways", ["direct"]):
                yield from _query(filled(text), way, self.file.get("timeout"))
        for raw in self.file.get("raw", ()):
            yield Sent(raw=filled(raw).encode("latin-1"))
        for table in self.file.get("request", ()):
            for payload in payloads:
                for size in self.file.get("sizes", [0]):
                    yield self._request(table, payload, size, filled)

    def queries(self) -> Iterator[str]:
        """The texts of the queries, of every size."""
        texts = [self.file["query"]] if "query" in self.file else list(self.file.get("queries", ()))
        texts += [path.read_text(encoding="utf-8").replace("@ENDPOINT@", "@LISTENER@") for path in self._files()]
        for text in texts:
            for size in self.file.get("sizes", [0]):
                yield self.sized(text, size)

    def sized(self, text: str, size: int) -> str:
        """A text with its repeated parts."""
        opened = self.file.get("open", "")
        many = "".join(opened.replace("@NUMBER@", str(n)) for n in range(size)) if "@" in opened else opened * size
        return text.replace("@OPEN@", many).replace("@CLOSE@", self.file.get("close", "") * size)

    def _files(self) -> list[Path]:
        return sorted(CORPUS.glob(self.file["files"])) if "files" in self.file else []

    def _request(self, table: Mapping[str, Any], payload: str, size: int, filled: Callable[[str], str]) -> Sent:
        encoded = payload if self.file.get("encoded") else quote(payload, safe="")
        headers = {name: value.replace("@PAYLOAD@", payload) for name, value in table.get("headers", {}).items()}
        if "type" in table:
            headers["Content-Type"] = table["type"]
        path = self.sized(filled(table["path"]), size).replace("@PAYLOAD@", encoded)
        body = self.sized(filled(table["body"]), size).replace("@PAYLOAD@", encoded) if "body" in table else None
        return Sent(table.get("method", "GET"), path, headers, None if body is None else body.encode(), payload)


def attacks(threats: str = "*") -> dict[str, Attack]:
    """The attacks by name, for example ``S1/spellings``."""
    files = sorted((CORPUS / "attacks").glob(f"{threats}/*.toml"))
    found = (
        Attack(f"{path.parent.name}/{path.stem}", tomllib.loads(path.read_text(encoding="utf-8"))) for path in files
    )
    return {attack.name: attack for attack in found}


def stack_forms() -> dict[str, Callable[[int], str]]:
    """What overflows the engine's stack when it is repeated often enough: the queries of D1, of any size."""

    def form(attack: Attack) -> Callable[[int], str]:
        return lambda size: attack.sized(attack.file["query"], size)

    return {attack.name.partition("/")[2]: form(attack) for attack in attacks("D1").values()}


def _query(text: str, way: str, timeout: int | None) -> Iterator[Sent]:
    path = "/sparql" if timeout is None else f"/sparql?timeout={timeout}"
    if way == "direct":
        yield Sent("POST", path, {"Content-Type": "application/sparql-query"}, text.encode())
    elif way == "form":
        yield Sent("POST", path, {"Content-Type": _FORM}, urlencode({"query": text}).encode())
    elif len(path := "/sparql?" + urlencode({"query": text})) <= _LONGEST_ADDRESS:
        yield Sent(path=path)
