"""The ways to bring a release into a server: by updates, by the Graph Store protocol, or by both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dumps.push import statements
from dumps.push.contract import Action, Entry, Protocol, PushError, Step
from dumps.push.writing import TooLargeError, Writer

# Virtuoso 7.2 refuses an INSERT DATA of 5,000 triples ("SPARQL compiler: memory exhausted") and takes 2,000.
_INSERTED_AT_ONCE = 1_000


class Way:
    """Writes in one of the protocols. ``AUTO`` loads by graph store and switches by update."""

    def __init__(self, protocol: Protocol, writer: Writer, register: str, chunk: int) -> None:
        self._gsp = protocol is Protocol.GSP
        self._inserts = protocol is Protocol.UPDATE
        self._writer = writer
        self._register = register
        self.size = min(chunk, _INSERTED_AT_ONCE) if self._inserts else chunk

    def add(self, graph: str, lines: Sequence[bytes]) -> None:
        """Adds lines; what is too large for the server goes in halves."""
        try:
            if self._inserts:
                self._writer.update(statements.insert(graph, lines))
            else:
                self._writer.add(graph, b"\n".join((*lines, b"")))
        except TooLargeError:
            if len(lines) == 1:
                raise
            middle = len(lines) // 2
            self.add(graph, lines[:middle])
            self.add(graph, lines[middle:])

    def note(self, entries: Iterable[Entry]) -> None:
        """Writes our register on the server."""
        lines = statements.register_lines(entries)
        if not self._gsp:
            self._writer.update(statements.replace(self._register, lines))
        elif lines:
            self._writer.put(self._register, b"\n".join((*lines, b"")))
        else:
            self._writer.delete(self._register)

    def drop(self, graphs: Sequence[str]) -> None:
        if not graphs:
            return
        if not self._gsp:
            self._writer.update(statements.drop(graphs))
            return
        for graph in graphs:
            self._writer.delete(graph)

    def switch(self, steps: Sequence[Step], entries: Iterable[Entry]) -> None:
        """The staging graphs take their places: in one request, or by the graph store one graph a request."""
        if not self._gsp:
            self._writer.update(statements.switch(steps, self._register, statements.register_lines(entries)))
            return
        for number, step in enumerate(steps):
            try:
                if step.action is Action.EMPTY:
                    self._writer.delete(step.graph.iri)
                else:
                    self._writer.put(step.graph.iri, step.graph.lines.path)
            except PushError as error:
                done = ", ".join(each.graph.name for each in steps[:number]) or "none"
                raise type(error)(
                    f"{error.message} (graphs that were switched before: {done})", advice=error.advice
                ) from error
        self.note(entries)
