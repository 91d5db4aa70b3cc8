"""The sources of pages: every module of ``converters.sources`` that has a ``SOURCE``.

A new module is a source by being there (docs/new-source.md); nothing else names it.
"""

from __future__ import annotations

import importlib
import pkgutil

from converters import sources
from converters.contract import Source


def registered() -> tuple[Source, ...]:
    """The sources in the order of their modules' names."""
    names = sorted(info.name for info in pkgutil.iter_modules(sources.__path__))
    modules = (importlib.import_module(f"{sources.__name__}.{name}") for name in names)
    found = (getattr(module, "SOURCE", None) for module in modules)
    return tuple(source for source in found if isinstance(source, Source))
