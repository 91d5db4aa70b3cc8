"""``praktyki publish`` with its folders as arguments, for harnesses that start many publishers."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from praktyki.cli import main

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    os.environ["PRAKTYKI_STATE_DIR"] = str(folder / "state")
    os.environ["PRAKTYKI_RELEASES_DIR"] = str(folder / "releases")
    sys.argv = ["praktyki", "publish", *sys.argv[2:]]
    main()
