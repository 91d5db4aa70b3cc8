"""What tests of real pools of workers need."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.endpoint.sparql_service import make_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An engine folder, one for all tests of a module."""
    return make_store(tmp_path_factory.mktemp("pool") / "store")


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Two clients at a time."""
    with ThreadPoolExecutor(2) as threads:
        yield threads
