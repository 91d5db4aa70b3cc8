"""Which version of this software converts: part of the provenance of what it reads."""

from __future__ import annotations

from importlib import metadata

NAME = "praktyki-lod"
VERSION = metadata.version(NAME)
