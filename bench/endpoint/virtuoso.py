"""Virtuoso's configuration file: an empty database in the current folder, on 127.0.0.1."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
CheckpointInterval = 0
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
DirsAllowed = {folders}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = {threads}
[SPARQL]
ResultSetMaxRows = {rows}
"""


@dataclass(frozen=True)
class Size:
    """Buffers are pages of 8 kB; ``rows`` is where Virtuoso cuts its answers."""

    buffers: int
    threads: int
    rows: int


SMALL = Size(10_000, 8, 10_000)
LARGE = Size(170_000, 64, 2_000_000)  # about 2 GB


def configuration(http: int, sql: int, size: Size, *folders: Path) -> str:
    """The text of ``virtuoso.ini``. The bulk loader may read from ``folders``."""
    return _INI.format(
        http=http,
        sql=sql,
        buffers=size.buffers,
        dirty=size.buffers * 3 // 4,
        threads=size.threads,
        rows=size.rows,
        folders=", ".join([".", *map(str, folders)]),
    )
