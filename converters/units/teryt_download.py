"""What GUS sends when it is asked for the register: a zip with TERC as CSV, before anything in it is believed."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field

from model.errors import InputError, RegisterError

# Bytes of an answer. The official zip has 84 kB, and a third more as base64 in the SOAP answer.
LARGEST = 16_000_000
_NAME = re.compile(r"^[\w.-]{1,80}$", re.ASCII)
_ADVICE = "look at the page in a browser, save the zip and import it: praktyki units import FILE"


class DownloadError(InputError):
    """GUS cannot be asked for the register, refuses, or does not answer as it did before."""

    code = "teryt-download"


@dataclass(frozen=True)
class Download:
    """An answer of GUS: the zip, its name (with the day of the download in it) and where it came from."""

    file: str
    data: bytes = field(repr=False)
    address: str


def checked(data: bytes, name: str, address: str) -> Download:
    """The answer as a download; raises ``RegisterError`` unless it is a zip with a CSV in it."""
    file = name if _NAME.match(name) else "TERC.zip"
    if not data.startswith(b"PK"):
        what = "a web page (HTML)" if re.search(rb"<(?:!doctype\s+html|html)\b", data[:4096], re.IGNORECASE) else "data"
        raise RegisterError(f"{address}: {what} instead of the zip with the register", advice=_ADVICE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member.filename for member in archive.infolist()]
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise RegisterError(f"{address}: a broken zip", advice="try again later") from error
    if not any(member.lower().endswith(".csv") for member in members):
        raise RegisterError(f"{address}: {file} has no CSV in it", advice=_ADVICE)
    return Download(file, data, address)
