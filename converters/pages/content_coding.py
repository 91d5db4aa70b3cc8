"""HTTP content codings undone with a cap: a bomb of a few kB stops at the cap (RFC 9110, section 8.4.1)."""

from __future__ import annotations

import zlib

_GZIP = zlib.MAX_WBITS + 16
_MOST_CODINGS = 2  # nobody needs more; a chain is a bomb


class CodingError(Exception):
    """The bytes are not what Content-Encoding says, or are more than the cap. The text is the reason."""


def undone(data: bytes, codings: str | None, cap: int) -> bytes:
    """The body without its content codings, at most ``cap`` bytes; raises ``CodingError``."""
    names = [name.strip().lower() for name in (codings or "").split(",") if name.strip()]
    if len(names) > _MOST_CODINGS:
        raise CodingError("too many content codings")
    for name in reversed(names):
        if name in ("gzip", "x-gzip"):
            data = _inflated(data, _GZIP, cap)
        elif name == "deflate":
            # RFC 9110 means zlib; some servers send the bare stream.
            bare = len(data) < 2 or data[0] & 0x0F != 8 or (data[0] << 8 | data[1]) % 31 != 0
            data = _inflated(data, -zlib.MAX_WBITS if bare else zlib.MAX_WBITS, cap)
        elif name != "identity":
            raise CodingError(f"content coding {name[:20]!r}")
    if len(data) > cap:
        raise CodingError(f"more than {cap} bytes")
    return data


def _inflated(data: bytes, form: int, cap: int) -> bytes:
    """All members of a gzip stream, or the one zlib stream."""
    found = bytearray()
    while data:
        engine = zlib.decompressobj(form)
        try:
            found += engine.decompress(data, cap + 1 - len(found))
        except zlib.error as error:
            if found and form == _GZIP and not data.startswith(b"\x1f\x8b"):
                break  # padding behind the last member
            raise CodingError(f"broken content coding ({error})") from error
        if len(found) > cap:
            raise CodingError(f"more than {cap} bytes")
        if not engine.eof:
            raise CodingError("content coding cut off")
        data = engine.unused_data if form == _GZIP else b""
    return bytes(found)
