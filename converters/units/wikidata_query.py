"""Asking Wikidata's SPARQL endpoint for the items that have TERC codes, politely: few, slowly, and saying who asks."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import time
import urllib.error
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from SPARQLWrapper import JSON, POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, SPARQLWrapperException

from converters.units.wikidata_fit import ItemRow
from model.errors import EnrichError
from model.retry_after import seconds_asked

ENDPOINT = "https://query.wikidata.org/sparql"
_ENTITY = "http://www.wikidata.org/entity/"
_LARGEST_ANSWER = 20_000_000
_PAUSES = (2.0, 4.0, 8.0, 16.0)  # seconds before a new attempt, where the server does not say
_LONGEST_PAUSE = 60.0
_AGAIN = (429, 500, 502, 503, 504)
_QUERY = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
SELECT ?item ?code ?label ?kind ?point WHERE {{
  VALUES ?code {{ {codes} }}
  ?item wdt:P1653 ?code .
  OPTIONAL {{ ?item rdfs:label ?label . FILTER(LANG(?label) = "pl") }}
  OPTIONAL {{ ?item wdt:P31 ?class . ?class rdfs:label ?kind . FILTER(LANG(?kind) = "pl") }}
  OPTIONAL {{ ?item wdt:P625 ?point }}
}}"""


@dataclass(frozen=True)
class Asker:
    """Where to ask, as whom, how long one answer may take (seconds), and how to wait between attempts."""

    endpoint: str
    agent: str
    timeout: int = 60
    wait: Callable[[float], None] = time.sleep

    def items(self, codes: Sequence[str]) -> tuple[ItemRow, ...]:
        """The items with these codes. Tries again only after 429, 5xx and time-outs.

        Raises ``EnrichError`` where the endpoint does not answer, or answers something else.
        """
        for pause in (*_PAUSES, None):
            try:
                return _rows(self._answer(codes))
            except _TryAgain as error:
                if pause is None:
                    raise EnrichError(
                        f"{self.endpoint}: {error} after {len(_PAUSES) + 1} attempts",
                        advice="run the command again later; what was answered is kept",
                    ) from error
                self.wait(pause if error.pause is None else min(error.pause, _LONGEST_PAUSE))
        raise AssertionError("the last attempt returns or raises")

    def _answer(self, codes: Sequence[str]) -> bytes:
        wrapper = SPARQLWrapper(self.endpoint, agent=self.agent)
        wrapper.setMethod(POST)
        wrapper.setReturnFormat(JSON)
        wrapper.setTimeout(self.timeout)
        wrapper.setQuery(_QUERY.format(codes=" ".join(f'"{code}"' for code in codes)))
        try:
            data = wrapper.query().response.read(_LARGEST_ANSWER + 1)
        except EndPointInternalError as error:
            raise _TryAgain("HTTP 500") from error
        except urllib.error.HTTPError as error:
            if error.code in _AGAIN:
                raise _TryAgain(
                    f"HTTP {error.code}", seconds_asked(error.headers.get("Retry-After"), dt.datetime.now(dt.UTC))
                ) from error
            raise self._failed(f"HTTP {error.code}") from error
        except TimeoutError as error:
            raise _TryAgain("no answer in time") from error
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise _TryAgain("no answer in time") from error
            raise self._failed(str(error.reason)) from error
        except (SPARQLWrapperException, http.client.HTTPException, OSError) as error:
            raise self._failed(type(error).__name__) from error
        if len(data) > _LARGEST_ANSWER:
            raise self._failed("an answer without end")
        return bytes(data)

    def _failed(self, what: str) -> EnrichError:
        return EnrichError(
            f"{self.endpoint}: {what}", advice="check the address; run the command again, what was answered is kept"
        )


class _TryAgain(Exception):  # noqa: N818 - a signal to the loop above, never seen outside
    def __init__(self, what: str, pause: float | None = None) -> None:
        super().__init__(what)
        self.pause = pause


def _rows(data: bytes) -> tuple[ItemRow, ...]:
    try:
        bindings = json.loads(data)["results"]["bindings"]
        return tuple(
            ItemRow(
                row["item"]["value"].removeprefix(_ENTITY),
                row["code"]["value"],
                *(row.get(name, {}).get("value", "") for name in ("label", "kind", "point")),
            )
            for row in bindings
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EnrichError(
            "the endpoint answered something that is no SPARQL result (SPARQL 1.1 Query Results JSON)",
            advice="check the address in a browser; run the command again, what was answered is kept",
        ) from error
