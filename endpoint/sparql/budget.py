"""What one client may ask for: time of workers, refilled as time goes by, and some queries at a time.

There is one web process (``endpoint.server``), so what is counted here is counted for all. Every query counts,
also a cheap, refused or failed one: many of those are an attack as well (Wikidata's endpoint fell to one in 2017).
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from endpoint.sparql.engine import Habit
from endpoint.sparql.errors import ClientBudgetError, ClientQueriesError
from endpoint.sparql.lanes import LONG
from model.errors import SettingsError

PERIOD = 60.0  # seconds in which an empty account is full again
# What any query costs the web process, whether or not a worker sees it.
LEAST = 0.002
# A client is known to ask for little after so many short queries, unless long ones have lately held workers for more
# than so many seconds; what was, counts half after each half-life.
_KNOWN = 10
_MUCH = 1.0
_HALF_LIFE = 20.0
_ACCOUNTS = 50_000


@dataclass(frozen=True)
class ClientLimits:
    """``seconds`` of workers' time a minute and ``queries`` at a time for one client; 0 is no limit.

    Raises ``SettingsError`` for what is below.
    """

    seconds: float = 60.0
    queries: int = 5

    def __post_init__(self) -> None:
        if self.seconds < 0 or self.queries < 0:
            raise SettingsError("the limits of a client must not be negative", advice="0 switches one off")


@dataclass
class _Account:
    balance: float
    at: float
    running: int = 0
    short: int = 0
    long: float = 0.0


class Budget:
    """The accounts of all clients. Those that nobody used for longest make room; a full one says nothing."""

    def __init__(self, limits: ClientLimits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._accounts: OrderedDict[str, _Account] = OrderedDict()

    def __len__(self) -> int:
        """How many accounts there are."""
        with self._lock:
            return len(self._accounts)

    def begin(self, client: str) -> None:
        """Count one more query. Raises ``ClientQueriesError`` or ``ClientBudgetError``; it is not counted then."""
        with self._lock:
            account = self._account(client)
            if self._limits.queries and account.running >= self._limits.queries:
                raise ClientQueriesError("Too many queries of one client at a time.", limit=self._limits.queries)
            if self._limits.seconds and account.balance <= 0:
                raise ClientBudgetError(
                    "The client has used up its time.",
                    retry_after=self._seconds_until_positive(account.balance),
                    limit=self._limits.seconds,
                )
            account.running += 1
            account.balance -= LEAST

    def charge(self, client: str, seconds: float) -> None:
        """Take what a query used; an account may be overdrawn, and is empty for longer then."""
        with self._lock:
            account = self._account(client)
            account.balance -= seconds
            if seconds < LONG:
                account.short += 1
            else:
                account.long += seconds

    def habit(self, client: str) -> Habit:
        """What the client has lately asked for."""
        with self._lock:
            account = self._account(client)
            if account.long > _MUCH:
                return Habit.MUCH
            return Habit.LITTLE if account.short >= _KNOWN else Habit.UNKNOWN

    def end(self, client: str) -> None:
        """A query of the client is over."""
        with self._lock:
            self._account(client).running -= 1

    def _seconds_until_positive(self, balance: float) -> int:
        return math.ceil(max(1.0, -balance * PERIOD / self._limits.seconds))

    def _account(self, client: str) -> _Account:
        """The account as it stands now."""
        now = self._clock()
        account = self._accounts.get(client)
        if account is None:
            self._make_room()
            account = self._accounts[client] = _Account(self._limits.seconds, now)
        self._accounts.move_to_end(client)
        refilled = account.balance + (now - account.at) * self._limits.seconds / PERIOD
        account.long *= 0.5 ** ((now - account.at) / _HALF_LIFE)
        account.balance, account.at = min(self._limits.seconds, refilled), now
        return account

    def _make_room(self) -> None:
        if len(self._accounts) >= _ACCOUNTS:
            idle = next((key for key, account in self._accounts.items() if not account.running), None)
            if idle is not None:
                del self._accounts[idle]
