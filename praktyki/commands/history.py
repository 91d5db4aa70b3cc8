"""``releases diff|apply|rollback|prune``: what changed between releases, and which are served and kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from dumps import gone, history, lock, switch, verify, versions
from dumps.change_counts import KINDS
from dumps.changes import Difference, Side
from dumps.changes_page import kind_name
from dumps.difference import Change
from dumps.digest import Digest
from dumps.durable import disk_errors
from dumps.feed.catch_up import catch_up
from dumps.field_names import field_name
from dumps.patch import apply_patch
from dumps.serialise import write_gzip
from model.errors import InputError, UsageError
from praktyki.roof import Roof, now

_WORDS = {Change.CREATED: "nowa / new", Change.CHANGED: "zmieniona / changed", Change.REMOVED: "usunięta / removed"}


@click.command("diff")
@click.argument("old")
@click.argument("new", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(("summary", "patch", "json", "html")),
    default="summary",
    show_default=True,
    help="For people, as RDF Patch, as JSON, as a page.",
)
@click.option("--output", type=click.File("wb", lazy=True), default="-", help="A file; stdout where not given.")
@click.pass_obj
def diff(roof: Roof, old: str, new: str | None, form: str, output: BinaryIO) -> None:
    """What changed from release OLD to release NEW (the current one)."""
    found = _difference(roof, old, new)
    if form == "patch":
        found.write_patch(output)
    elif form == "json":
        found.write_json(output)
    elif form == "html":
        output.write(found.html(found.digest()))
    else:
        _summary(roof, found.digest())


@click.command("apply")
@click.argument("patch", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("quads", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("result", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def apply(roof: Roof, patch: Path, quads: Path, result: Path) -> None:
    """Make RESULT, a later release's all.nq.gz, from PATCH (changes.nq.patch) and QUADS, the earlier all.nq.gz."""
    if result.exists():
        raise UsageError(f"{result} exists already", advice="name a file that does not exist yet")
    made = apply_patch(_lines(patch), verify.stored_quads(quads.parent, quads.name))
    done = False
    try:
        with disk_errors(f"writing {result}"), result.open("xb") as file:
            write_gzip(made, file)
        done = True
    finally:
        # Half a release, or another than was promised, must not be taken for one.
        if not done:
            result.unlink(missing_ok=True)
    roof.talk.done("applied", patch=patch.name, result=str(result), bytes=result.stat().st_size)


@click.command("rollback")
@click.argument("version", required=False)
@click.pass_obj
def rollback(roof: Roof, version: str | None) -> None:
    """Serve an earlier release again: VERSION, or the one that the current release replaced.

    Every byte of it is checked before. Running servers follow by themselves; nothing is removed.
    """
    folder = roof.settings.path("releases_dir")
    with lock.publisher_lock(folder, now()):
        done = history.rollback(folder, version)
        # After the switch: who follows the feed may wait, who asks the server need not.
        catch_up(folder, now)
    if done.before == done.after:
        roof.talk.done("unchanged", current=done.after)
    else:
        roof.talk.done("rolled-back", current=done.after, before=done.before)


@click.command("prune")
@click.option("--keep", type=click.IntRange(min=1), required=True, help="How many of the newest releases stay.")
@click.option("--older-than", type=click.IntRange(min=0), metavar="DAYS", help="Remove only what is older than that.")
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@click.pass_obj
def prune(roof: Roof, keep: int, older_than: int | None, dry_run: bool) -> None:
    """Remove old releases for good; the current one always stays.

    Their addresses answer 410 from then on, and their versions are never given again (releases/gone.json).
    """
    folder = roof.settings.path("releases_dir")
    if dry_run:
        _pruned(roof, "dry-run", folder, history.to_prune(folder, keep, older_than, now()))
        return
    with lock.publisher_lock(folder, now()):
        switch.remove_strays(folder)
        going = history.to_prune(folder, keep, older_than, now())
        history.prune(folder, [path.name for path in going], now())
    _pruned(roof, "pruned", folder, going)


COMMANDS = (diff, apply, rollback, prune)


def _pruned(roof: Roof, event: str, folder: Path, going: tuple[Path, ...]) -> None:
    names, known = [path.name for path in going], gone.read_gone(folder)
    kept = [path.name for path in versions.list_releases(folder) if path.name not in {*names, *known}]
    roof.talk.done(event, removed=names, kept=kept)


def _difference(roof: Roof, old: str, new: str | None) -> Difference:
    folder = roof.settings.path("releases_dir")
    sides, bases = [], set()
    for version in (old, new):
        path = folder / version if version else versions.current(folder)
        if path is None or (version and versions.order(version) is None) or not path.is_dir():
            raise UsageError(f"no such release: {version or 'current'}", advice="praktyki releases list")
        manifest = verify.read_release(path)
        sides.append(Side.of(path, manifest))
        bases.add(manifest.base_iri)
    if len(bases) > 1:
        raise UsageError(f"the releases name things differently: {' and '.join(sorted(bases))}")
    base = bases.pop()
    return Difference(sides[0], sides[1], base, roof.settings.publication().address or base)


def _summary(roof: Roof, digest: Digest) -> None:
    """Figures of every kind, then the practices one by one with the fields that changed."""
    counts = digest.counts
    if not counts.things:
        roof.talk.done("unchanged", added=0, deleted=0)
        return
    rows = []
    for kind in KINDS:
        if kind in counts.things:
            name, of = kind_name(kind), counts.of(kind)
            rows.append((f"{name.pl} / {name.en}", str(of.created), str(of.changed), str(of.removed)))
    roof.talk.table(("", "nowe / new", "zmienione / changed", "usunięte / removed"), rows)
    practices = list(_practices(digest))
    if practices:
        roof.talk.table(("", "praktyka / practice", "pola / fields"), practices)
    rest = sum(vars(counts.of("practice")).values()) - len(practices)
    if rest:
        roof.talk.table(("",), [(f"i jeszcze / and {rest} more: --format json",)])


def _practices(digest: Digest) -> Iterator[tuple[str, str, str]]:
    for change, word in _WORDS.items():
        for one in digest.listed.get(("practice", change), ()):
            fields = dict.fromkeys(field_name(field.path).pl for field in one.fields)
            title = one.titles.get("pl") or next(iter(one.titles.values()), one.iri)
            yield word, title, ", ".join(fields)


def _lines(patch: Path) -> Iterator[bytes]:
    try:
        with patch.open("rb") as file:
            for line in file:
                yield line.removesuffix(b"\n")
    except OSError as error:
        raise InputError(f"{patch}: {error.strerror}") from error
