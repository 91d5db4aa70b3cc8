"""A push from beginning to end: split, look, load beside, read back, switch, count, clean up."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dumps.manifest import Manifest
from dumps.push import planning, statements
from dumps.push.comparing import batches, compare
from dumps.push.contract import (
    Action,
    Entry,
    LocalGraph,
    Plan,
    Protocol,
    PushDiffersError,
    Pushed,
    Reading,
    Step,
    Tell,
)
from dumps.push.graphs import split
from dumps.push.reading import Reader
from dumps.push.way import Way
from dumps.push.writing import Writer

# Triples that are read back at once. Debian's Virtuoso gives at most 10,000 rows.
_READ_AT_ONCE = 2_000


@dataclass(frozen=True)
class Options:
    """How to push. ``chunk``: triples a request; ``full``: read back also what the server says it has."""

    protocol: Protocol
    chunk: int
    full: bool = False
    dry_run: bool = False


class Push:
    """One release on its way to one server. ``folder`` is a folder of ours for the graphs' lines."""

    def __init__(self, release: Path, manifest: Manifest, folder: Path, options: Options, tell: Tell) -> None:
        self._release = release
        self._manifest = manifest
        self._folder = folder
        self._options = options
        self._tell = tell
        self._register = planning.register_of(manifest.base_iri)

    def run(self, reader: Reader, writer: Writer) -> Pushed:
        """Raises ``PushError`` and its kin, ``VerificationError`` for a broken release, ``OSError`` for the folder.

        Until every graph was read back from its staging graph and found right, what the server publishes is untouched.
        """
        graphs = split(self._release, self._manifest, self._folder)
        register = statements.register_entries(reader.register(self._register))
        plan = self._plan(graphs, register, reader)
        if self._options.full:
            plan = self._doubted(plan, reader)
        version = self._manifest.version
        if self._options.dry_run:
            return Pushed("push-dry-run", version, plan, {})
        if not plan.changes and not plan.strays:
            return Pushed("push-unchanged", version, plan, {})
        way = Way(self._options.protocol, writer, self._register, self._options.chunk)
        return self._changed(plan, register, reader, way)

    def _plan(self, graphs: Sequence[LocalGraph], register: Sequence[Entry], reader: Reader) -> Plan:
        base, version = self._manifest.base_iri, self._manifest.version
        begun = {entry.graph for entry in register}
        asked = [graph.iri for graph in graphs]
        asked += [name for graph in graphs if (name := graph.staging(base, version)) in begun]
        return planning.plan(graphs, base, version, register, {name: reader.count(name) for name in asked})

    def _doubted(self, plan: Plan, reader: Reader) -> Plan:
        """Graphs that the server says it has are read back; one that differs is loaded anew."""
        steps = []
        for step in plan.steps:
            if step.action is Action.SAME and len(step.graph.lines):
                try:
                    self._read(step.graph, step.graph.iri, reader)
                except PushDiffersError:
                    step = dataclasses.replace(step, action=Action.LOAD)
            steps.append(step)
        return dataclasses.replace(plan, steps=tuple(steps))

    def _changed(self, plan: Plan, register: Sequence[Entry], reader: Reader, way: Way) -> Pushed:
        version = self._manifest.version
        # What lies in a staging graph that is not noted is nobody's: it goes, too.
        fresh = [step.staging for step in plan.changes if step.action is Action.LOAD]
        way.drop(sorted({*plan.strays, *fresh}))
        begun = planning.loading(register, plan, version)
        way.note(begun)
        readings = {step.graph.name: self._loaded(step, reader, way) for step in plan.changes if _has_lines(step)}
        if plan.changes:
            self._still_there(plan, readings, reader)
            self._tell("switch", "", 0, 0)
            way.switch(plan.changes, planning.switched(begun, plan, version, readings, cleaned=False))
            self._arrived(plan, readings, reader)
        way.drop([step.staging for step in plan.changes if _has_lines(step)])
        way.note(planning.switched(begun, plan, version, readings, cleaned=True))
        return Pushed("pushed" if plan.changes else "push-cleaned", version, plan, readings)

    def _loaded(self, step: Step, reader: Reader, way: Way) -> Reading:
        """A graph loaded into its staging graph and read back; one that was gone on with gets a second chance."""
        self._load(step, way)
        try:
            return self._read(step.graph, step.staging, reader)
        except PushDiffersError:
            if step.action is not Action.RESUME:
                raise
        way.drop([step.staging])
        self._load(dataclasses.replace(step, action=Action.LOAD, there=0), way)
        return self._read(step.graph, step.staging, reader)

    def _load(self, step: Step, way: Way) -> None:
        lines = iter(step.graph.lines)
        done = _skip(lines, planning.first_line(step, way.size))
        while chunk := list(islice(lines, way.size)):
            way.add(step.staging, chunk)
            done += len(chunk)
            self._tell("load", step.graph.name, done, len(step.graph.lines))

    def _read(self, graph: LocalGraph, held: str, reader: Reader) -> Reading:
        """A graph of the server compared with the release, line by line. Raises ``PushDiffersError``."""
        theirs, rows, rewritten, done = hashlib.sha256(), 0, 0, 0
        for batch in batches(graph.lines, _READ_AT_ONCE):
            given = reader.lines(held, _subjects(batch))
            difference, written = compare(batch, given)
            if difference:
                raise _differs(graph, held, difference.missing, difference.unexpected)
            for line in given:
                theirs.update(line + b"\n")
            rows += len(given)
            rewritten += written
            done += len(batch)
            self._tell("read", graph.name, done, len(graph.lines))
        count = reader.count(held)
        if count != rows:
            raise PushDiffersError(
                f"{graph.name}: the server counts {count} triples in <{held}>, the release has {rows} there",
                advice="something else writes into this graph, or the server is broken; nothing was switched",
            )
        if not rewritten and theirs.hexdigest() != graph.sha256:
            raise PushDiffersError(f"{graph.name}: the hash of what was read back from <{held}> is not the release's")
        return Reading(count, rewritten, theirs.hexdigest())

    def _still_there(self, plan: Plan, readings: dict[str, Reading], reader: Reader) -> None:
        """Servers copy a graph that is not there as an empty one: look just before."""
        for step in filter(_has_lines, plan.changes):
            if (found := reader.count(step.staging)) != readings[step.graph.name].triples:
                raise PushDiffersError(
                    f"{step.graph.name}: <{step.staging}> was changed by somebody else ({found} triples)",
                    advice="is another push at work? Nothing was switched",
                )

    def _arrived(self, plan: Plan, readings: dict[str, Reading], reader: Reader) -> None:
        for step in plan.changes:
            wanted = readings[step.graph.name].triples if _has_lines(step) else 0
            if (found := reader.count(step.graph.iri)) != wanted:
                raise PushDiffersError(
                    f"{step.graph.name}: after the switch the server counts {found} triples, not {wanted}",
                    advice="push again; if it stays so, the server is broken",
                )


def _has_lines(step: Step) -> bool:
    return step.action is not Action.EMPTY


def _skip(lines: Iterator[bytes], number: int) -> int:
    for _line in islice(lines, number):
        pass
    return number


def _subjects(batch: Sequence[bytes]) -> list[str]:
    return list(dict.fromkeys(line.split(b" ", 1)[0].decode() for line in batch))


def _differs(graph: LocalGraph, held: str, missing: Sequence[bytes], unexpected: Sequence[bytes]) -> PushDiffersError:
    example = (missing or unexpected)[0].decode("utf-8", errors="replace")
    return PushDiffersError(
        f"{graph.name}: in <{held}> {len(missing)} triples are missing and {len(unexpected)} are not the release's, "
        f"the first: {example[:300]}",
        advice="the server loses or changes triples; what it published before is untouched. Its log may say why",
    )
