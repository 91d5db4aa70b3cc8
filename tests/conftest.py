"""Fixtures that more than one room uses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from endpoint.pages import operations

ROOT = Path(__file__).resolve().parent.parent

# How long an example takes tells of the machine: one that stands still for a second is no defect of ours.
settings.register_profile("patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def patient_readiness() -> Iterator[None]:
    """A machine that stands still is not ready for a second, and right to say so; here it is not what is asked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "READY_SECONDS", 30.0)
        yield


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The material beside the project (``SHARED_DIR``, default ``../shared``); a user's clone skips."""
    path = Path(os.environ.get("SHARED_DIR", ROOT.parent / "shared"))
    if not path.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must have the shared material, and it is not at {path}")
        pytest.skip("the material beside the project is absent (set SHARED_DIR)")
    return path
