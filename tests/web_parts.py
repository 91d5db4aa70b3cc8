"""What is built or installed with npm, and may be absent from a user's clone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EDITOR = ROOT / "endpoint" / "static" / "editor.js"
CLIENTS = ROOT / "tests" / "clients" / "node_modules"
AXE = CLIENTS / "axe-core" / "axe.min.js"


def demand(part: Path, how: str) -> None:
    """Skip the test where a part is not there; in CI its absence is a failure."""
    if part.exists():
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have {part.name} ({how})")
    pytest.skip(f"{part.name} is not there ({how})")
