"""Two releases of the examples with a publisher who has an address, a kind and a mailbox; made once for all tests."""

from __future__ import annotations

import atexit
import datetime as dt
import shutil
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

from dumps.durable import remove_tree
from dumps.publication import Publication
from praktyki import pipeline
from tests.praktyki.workplace import EXAMPLES, Workplace

ADDRESS = "https://praktyki.example.org/"
PUBLICATION = Publication(
    address=ADDRESS,
    publisher="Gmina Przykładowa",
    publisher_iri="https://gmina.example.org/#urzad",
    publisher_type="LocalAuthority",
    contact="kontakt@example.org",
)


def publish(folder: Path, publication: Publication = PUBLICATION, pages: int | None = None, day: int = 31) -> Path:
    """Publishes the examples (the first ``pages`` of them) on a day of January 2026; returns the release served."""
    given = folder / f"input-{day}-{pages}"
    given.mkdir(exist_ok=True)
    wanted = sorted(file for file in (EXAMPLES / "pages").iterdir() if file.is_file())[:pages]
    for file in (*wanted, *EXAMPLES.glob("TERC_*")):
        shutil.copy(file, given)
    work = Workplace(folder, now=dt.datetime(2026, 1, day, 12, tzinfo=dt.UTC))
    pipeline.publish([given], replace(work.plan(), publication=publication))
    return work.current()


@lru_cache(maxsize=1)
def releases() -> tuple[Path, Path]:
    """The first release, with some of the pages, and the second. Treat both as read-only: they are shared."""
    folder = Path(mkdtemp(prefix="praktyki-catalogued-"))
    atexit.register(remove_tree, folder)
    return publish(folder, pages=5, day=30), publish(folder, day=31)


def release() -> Path:
    return releases()[1]
