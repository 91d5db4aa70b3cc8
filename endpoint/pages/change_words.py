"""What a release changed, in one sentence of the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from dumps.manifest import Manifest
from endpoint.language import Messages


def told(manifest: Manifest, t: Messages) -> str:
    """How many practices came, changed and went, or why there are no such figures."""
    changes = manifest.changes
    if changes is None:
        key = "changes.unknown" if manifest.previous else "changes.first"
        return t(key, practices=t.count("count.practices", manifest.counts.practices))
    if not changes.added and not changes.deleted:
        return t("changes.unchanged")
    return t("changes.practices", **{name: t.count(f"changes.{name}", n) for name, n in figures(manifest).items()})


def figures(manifest: Manifest) -> Mapping[str, int]:
    """Practices that were created, changed and removed; nothing where they were not counted."""
    return vars(manifest.changes.of("practice")) if manifest.changes else {}
