"""What makes all threads of the web process wait for one, and how that is kept short."""

from __future__ import annotations

import gc
import sys

# Seconds for which a thread that computes keeps the interpreter while others want it: a request gives it up, and has
# to get it back, a dozen times. Python's 5 ms would add up beside one hostile query that is being read.
_TURN = 0.0005


def take_turns() -> None:
    """Let threads that compute give way sooner."""
    sys.setswitchinterval(_TURN)


def settle() -> None:
    """Have no later collection of garbage look through what stays: the modules, and the release that is open.

    That took 90 ms of 140,000 objects each time, in which no other thread ran. To be called for each new release: what
    was left of the one before is collected now.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
