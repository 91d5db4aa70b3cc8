"""What makes all threads of the web process wait for one is kept short."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import gc, sys, weakref
from endpoint import pauses

class Old:
    pass

before = sys.getswitchinterval()
pauses.take_turns()
print(sys.getswitchinterval() < before)

old = Old()
old.itself = old
gone = weakref.ref(old)
pauses.settle()
print(gone() is old, gc.get_freeze_count() > 0, len(gc.get_objects()) < gc.get_freeze_count())
del old
pauses.settle()
print(gone())
"""


def test_what_stays_is_looked_through_once_and_what_it_left_behind_goes_with_the_next_release() -> None:
    told = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout
    assert told.split("\n") == ["True", "True True True", "None", ""]
