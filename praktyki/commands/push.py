"""``push``: a release into somebody else's SPARQL server."""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
from collections.abc import Iterator
from importlib.metadata import version as version_of
from pathlib import Path

import click

from dumps import verify, versions
from dumps.durable import disk_errors
from dumps.lock import publisher_lock
from dumps.push import planning, statements
from dumps.push.addresses import KINDS, Login, addresses
from dumps.push.contract import Protocol, PushRefusedError
from dumps.push.reading import Reader
from dumps.push.run import Options, Push
from dumps.push.writing import Manners, Writer
from model.errors import UsageError
from praktyki.push_talk import outcome, progress
from praktyki.roof import Roof

_FOLDER = ".push"


@click.command()
@click.option("--to", metavar="URL", help="Address for queries; with --kind the server's root. Default: push.to.")
@click.option("--kind", type=click.Choice(sorted(KINDS)), help="Kind of server, for the other addresses: push.kind.")
@click.option("--update", "update", metavar="URL", help="Address of updates. Default: push.update.")
@click.option("--store", metavar="URL", help="Address of the graph store. Default: push.store.")
@click.option(
    "--protocol",
    type=click.Choice([protocol.value for protocol in Protocol]),
    default=Protocol.AUTO.value,
    help="auto loads by graph store and switches by update, where both addresses are known.",
)
@click.option("--release", "version", help="Version; the current release where not given.")
@click.option("--full", is_flag=True, help="Read back also the graphs that the server says it has.")
@click.option("--dry-run", is_flag=True, help="Ask the server what it has and show what would be done.")
@click.pass_obj
def push(
    roof: Roof,
    to: str | None,
    kind: str | None,
    update: str | None,
    store: str | None,
    protocol: str,
    version: str | None,
    full: bool,
    dry_run: bool,
) -> None:
    """Load a release into a SPARQL server (Virtuoso, GraphDB, oxigraph, …), check it there, then switch.

    Every graph that changed is loaded beside the published one, read back and compared; only when all are right they
    take their places. A push that died is gone on with by the next one. The login comes from the environment:
    PRAKTYKI_PUSH_USER and PRAKTYKI_PUSH_PASSWORD. docs/push.md says what each server can promise.
    """
    settings = roof.settings
    target = to or settings.text("push.to")
    if not target:
        raise UsageError("no server to push to", advice="give --to URL, or set push.to")
    user = settings.text("push.user")
    login = Login(user, settings.text("push.password")) if user else None
    found = addresses(
        target,
        kind or settings.text("push.kind"),
        update or settings.text("push.update"),
        store or settings.text("push.store"),
        login,
    )
    options = Options(found.protocol(Protocol(protocol)), settings.number("push.chunk"), full, dry_run)
    release = _release(roof, version)
    manifest = verify.read_release(release)
    manners = Manners(f"praktyki-lod/{version_of('praktyki-lod')}", timeout=settings.seconds("push.timeout"))
    with (
        _room(settings.path("releases_dir"), dry_run=dry_run) as folder,
        contextlib.closing(Writer(found.update, found.store, login, manners)) as writer,
        progress(roof.talk) as tell,
    ):
        question = statements.everything(planning.register_of(manifest.base_iri))
        scheme = writer.scheme(found.query, question)
        if scheme and login is None:
            raise PushRefusedError(
                f"{found.query}: wants a login", advice="set PRAKTYKI_PUSH_USER and PRAKTYKI_PUSH_PASSWORD"
            )
        with disk_errors("laying the graphs aside"):
            pushed = Push(release, manifest, folder, options, tell).run(
                Reader(found.query, login, scheme, manners), writer
            )
    outcome(roof.talk, pushed, found.query)


def _release(roof: Roof, version: str | None) -> Path:
    folder = roof.settings.path("releases_dir")
    path = folder / version if version else versions.current(folder)
    if path is None or not path.is_dir():
        raise UsageError(f"no such release: {version or 'current'}", advice="praktyki releases list")
    return path


@contextlib.contextmanager
def _room(releases_dir: Path, *, dry_run: bool) -> Iterator[Path]:
    """A folder for the graphs' lines. One push at a time: two would clear away each other's staging graphs."""
    if dry_run:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
        return
    place = releases_dir / _FOLDER
    with publisher_lock(place, dt.datetime.now(dt.UTC)):
        for stray in place.glob("*.nt"):
            stray.unlink()
        yield place
        for made in place.glob("*.nt"):
            made.unlink()
