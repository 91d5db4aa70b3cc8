"""The input into parsed pages: read file by file, parsed in several processes where there are many files."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice

from converters.accepted import without_collecting
from converters.convert import ParsedPage
from converters.files import parse_file
from converters.inputs import InputFile, Inputs
from converters.smup.names import Schemes
from converters.sources import terc
from converters.watch.labels import shared
from model.errors import InputError
from model.findings import Finding
from model.records import ParsedRecord
from shapes.processes import ProcessEndedError, spread

# Starting a process costs about as much as parsing this many pages.
_WORTH_A_PROCESS = 400
_BATCH = 20  # files that go to a process at once
_COLLECTED = 1000  # pages after which the collector of cycles has a look at what came of them


def _as_it_is(record: ParsedRecord) -> ParsedRecord:
    return record


@dataclass
class Parsed:
    """Pages in the order of the files; ``registers`` are files of TERYT, ``findings`` tell what could not be read."""

    pages: list[ParsedPage] = field(default_factory=list)
    registers: list[InputFile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def parse_inputs(
    inputs: Inputs, schemes: Schemes, workers: int, keep: Callable[[ParsedRecord], ParsedRecord] = _as_it_is
) -> Parsed:
    """Parses every file; not more than ``workers`` processes do it. Raises ``InputError`` where one of them ended.

    ``keep`` may lay a record aside as soon as it is there (``converters.record_shelf``).
    """
    parsed = Parsed()
    files = _pages(inputs, parsed)
    # Files are read when their turn comes: only so many are looked at as tell how many processes are worth it.
    first = list(islice(files, workers * _WORTH_A_PROCESS)) if workers > 1 else []
    count = min(workers, len(first) // _WORTH_A_PROCESS)
    every = chain(first, files)
    if count <= 1:
        pages: Iterator[ParsedPage] = (page for file in every for page in parse_file(file, schemes))
    else:
        pages = _in_processes(every, schemes, count)
    with _collecting_once() as collect:
        for number, page in enumerate(pages, start=1):
            record = keep(page.record) if page.record else None
            parsed.pages.append(page if record is page.record else replace(page, record=record))
            if number % _COLLECTED == 0:
                collect()
    return parsed


@contextmanager
def _collecting_once() -> Iterator[Callable[[], None]]:
    """Lets the collector of cycles see each page once: what came of a page stays, so it would go through all of it
    again and again. Gives what has it look at the new ones.
    """
    enabled = gc.isenabled()

    def collect() -> None:
        gc.collect()
        gc.freeze()

    gc.disable()
    gc.freeze()
    try:
        yield collect
        collect()
    finally:
        if enabled:
            gc.enable()


def _pages(inputs: Inputs, parsed: Parsed) -> Iterator[InputFile]:
    for file in inputs.read():
        if isinstance(file, Finding):
            parsed.findings.append(file)
        elif terc.recognise(file.data):
            parsed.registers.append(file)
        else:
            yield file


def _in_processes(files: Iterable[InputFile], schemes: Schemes, count: int) -> Iterator[ParsedPage]:
    done: dict[int, list[ParsedPage]] = {}
    due = 0  # the batch whose pages come next
    try:
        for number, pages in spread(_batches(iter(files)), partial(_parse, schemes=schemes), count):
            done[number] = pages
            while due in done:
                # What comes from another process is a copy: most pages of a source have the same labels.
                yield from (replace(page, labels=shared(page.labels)) for page in done.pop(due))
                due += 1
    except ProcessEndedError as error:
        advice = "it may have run out of memory: set gate.workers = 1, or give the machine more"
        raise InputError(f"a parsing process ended {error}", advice=advice) from error


def _batches(files: Iterator[InputFile]) -> Iterator[list[InputFile]]:
    while batch := list(islice(files, _BATCH)):
        yield batch


def _parse(files: list[InputFile], schemes: Schemes) -> list[ParsedPage]:
    with without_collecting():
        return [page for file in files for page in parse_file(file, schemes)]
