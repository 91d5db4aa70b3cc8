"""Which file an address becomes. Pure.

A page is ``{path}.pl.html`` and ``{path}.en.html``, data have their suffix already, so an address that is the beginning
of another one (``ns`` and ``ns/Practice``) is never a file and a folder of one name.
"""

from __future__ import annotations

from urllib.parse import unquote

from praktyki.static_site.contract import ExportError

# The longest name of a file on the file systems in use (ext4, NTFS, APFS), in bytes.
_LONGEST = 255
GONE = "gone"
LINKSET = ".linkset"


def page_file(path: str, language: str) -> str:
    """``""`` becomes ``index.pl.html``, ``dumps/`` ``dumps/index.pl.html``, ``ns`` ``ns.pl.html``."""
    stem = f"{path}index" if path == "" or path.endswith("/") else path
    return checked(f"{stem}.{language}.html")


def data_file(path: str) -> str:
    """The address is the name; a link set has no suffix of its own and gets one."""
    return checked(f"{path}{LINKSET}" if path.startswith("linkset/") else path)


def own_path(address: str, public: str) -> str | None:
    """The path below the public address, without query and fragment; None for what is elsewhere."""
    if not address.startswith(public):
        return None
    path = unquote(address.removeprefix(public).partition("#")[0].partition("?")[0])
    stem = path.removesuffix(".html")
    # ``x.html`` is the page of ``x`` in the reader's language; files of releases are as they are.
    return stem if stem != path and not path.startswith("dumps/") else path


def checked(name: str) -> str:
    """The name, where every file system can have it. Raises ``ExportError``."""
    parts = name.split("/")
    if any(part in ("", ".", "..") or len(part.encode()) > _LONGEST or "\x00" in part for part in parts):
        raise ExportError(f"no file can be named {name!r}", advice="report this with the address")
    return name


def alike(names: list[str]) -> list[tuple[str, str]]:
    """Names that differ by case only: on the disks of Windows and macOS the one would replace the other."""
    seen: dict[str, str] = {}
    found = []
    for name in sorted(names):
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            found.append((other, name))
    return found
