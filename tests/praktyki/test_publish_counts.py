"""The counts of a release are what its store answers when it is asked; SPARQL 1.1, section 9.3, on property paths."""

from __future__ import annotations

from collections import defaultdict

from dumps.practice_counts import COUNTS, from_json
from dumps.verify import verify
from tests.older_release import take_out
from tests.praktyki.workplace import EXAMPLES, Workplace

COUNT = "SELECT ?thing (COUNT(DISTINCT ?practice) AS ?count) WHERE {{ ?practice {} ?thing . ?practice a gp:Practice }}"
UNITS = COUNT.format("gp:unit/dct:isPartOf*")
BODIES = COUNT.format("gp:implementedBy")
CONCEPTS = COUNT.format("(dct:subject|gp:concernsService|gp:measuredBy)/skos:broader*")
SCHEMES = """SELECT ?thing ?concept (COUNT(DISTINCT ?practice) AS ?count) WHERE {
  ?concept skos:inScheme ?thing .
  ?practice dct:subject|gp:concernsService|gp:measuredBy ?concept .
} GROUP BY ?thing ?concept"""


def test_the_file_says_what_the_engine_would_count(work: Workplace) -> None:
    outcome = work.publish(EXAMPLES)
    found = from_json((work.current() / COUNTS).read_bytes())
    for numbers, query in ((found.units, UNITS), (found.organisations, BODIES), (found.concepts, CONCEPTS)):
        counted = {thing: int(count or 0) for thing, count in work.select(f"{query} GROUP BY ?thing")}
        assert len(counted) > 3
        assert numbers == counted
    schemes: dict[str | None, dict[str | None, int]] = defaultdict(dict)
    for scheme, concept, count in work.select(SCHEMES):
        schemes[scheme][concept] = int(count or 0)
    assert len(schemes) > 1
    assert found.schemes == schemes
    assert max(found.units.values()) <= outcome.counts.practices


def test_a_release_of_before_they_were_counted_is_followed_by_one_that_has_them(work: Workplace) -> None:
    work.publish(EXAMPLES)
    assert work.publish(EXAMPLES).status == "unchanged"
    take_out(work.current(), COUNTS)
    assert COUNTS not in verify(work.current()).files
    assert work.publish(EXAMPLES).status == "published"
    assert COUNTS in verify(work.current()).files
