"""Releases that tests read or damage."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dumps.durable import remove_tree
from tests.dumps.sample import publish_next


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_next(tmp_path_factory.mktemp("releases"))


@pytest.fixture
def copy(published: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy that may be damaged."""
    path = tmp_path / published.name
    shutil.copytree(published, path)
    for parent, _folders, files in os.walk(path):
        Path(parent).chmod(0o755)
        for name in files:
            Path(parent, name).chmod(0o644)
    yield path
    remove_tree(path)
