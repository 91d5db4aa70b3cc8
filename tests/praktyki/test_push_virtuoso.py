"""A release goes into Debian's Virtuoso 7.2; the example queries then say the same everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal, InvalidOperation
from pathlib import Path
from threading import Event
from typing import cast

import pytest
from pyoxigraph import QuerySolutions, Store

from dumps.push.addresses import Login
from dumps.push.contract import PushDiffersError, PushRefusedError
from dumps.push.reading import Reader
from dumps.push.writing import Manners, Writer
from model.iris import CONTENT_GRAPHS, DEFAULT_BASE
from tests.conftest import ROOT
from tests.dumps.sample import publish_next
from tests.praktyki.pushing import PASSWORD, USER, pushed
from tests.praktyki.sparql_servers import Server, oxigraph, virtuoso
from tests.praktyki.workplace import EXAMPLES, Workplace

LOGIN = (USER, PASSWORD)
GRAPHS = tuple(f"{DEFAULT_BASE}graph/{name}" for name in CONTENT_GRAPHS)
# Tables only: what ASK and CONSTRUCT say of the same data, tests/endpoint/test_sparql_results.py compares.
EXAMPLE_QUERIES = sorted(
    file
    for file in (ROOT / "endpoint" / "pages" / "queries").glob("example-*.rq")
    if "\nSELECT " in file.read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as found:
        yield found


@pytest.fixture
def server(running: Server) -> Server:
    """Without our graphs, for each test."""
    update(running, " ; ".join(f"DROP SILENT GRAPH <{DEFAULT_BASE}graph/{name}>" for name in running.graphs()))
    return running


def update(server: Server, statement: str) -> None:
    writer = Writer(f"{server.root}/sparql-auth", "", Login(USER, PASSWORD), Manners("tests"))
    if statement:
        writer.update(statement.encode())
    writer.close()


def to(server: Server) -> tuple[str, ...]:
    return ("--kind", "virtuoso", "--to", server.root)


@pytest.mark.parametrize("protocol", ["auto", "update", "gsp"])
def test_a_release_is_loaded_read_back_and_then_only_what_changed(
    server: Server, tmp_path: Path, protocol: str
) -> None:
    publish_next(tmp_path, 1)
    said = pushed(tmp_path, *to(server), "--protocol", protocol, login=LOGIN)
    # Virtuoso keeps values: a budget of 15707281.20 comes back as 15707281.2.
    assert (said.status, said.last["rewritten_by_the_server"]) == ("pushed", 1)
    graphs = server.graphs()
    assert said.last["triples"] == sum(graphs.values()) - graphs["push"]
    assert pushed(tmp_path, *to(server), "--protocol", protocol, login=LOGIN).status == "push-unchanged"
    publish_next(tmp_path, 3)
    said = pushed(tmp_path, *to(server), "--protocol", protocol, "--full", login=LOGIN, chunk="5")
    assert (said.status, said.last["graphs"]) == ("pushed", ["dataset", "practices"])
    held = {name: count for name, count in server.graphs().items() if name not in {"dataset", "push"}}
    assert held == {"practices": 24, "units": 1, "organisations": 1, "concepts": 1, "vocabulary": 1}


def test_readers_see_the_old_graph_or_the_new_one(server: Server, tmp_path: Path) -> None:
    publish_next(tmp_path, 100)
    pushed(tmp_path, *to(server), login=LOGIN)
    publish_next(tmp_path, 700)
    reader = Reader(server.query, None, "", Manners("tests"))
    done = Event()

    def watch() -> list[int]:
        seen = []
        while not done.is_set():
            seen.append(reader.count(GRAPHS[CONTENT_GRAPHS.index("practices")]))
        return seen

    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(watch)
        try:
            pushed(tmp_path, *to(server), login=LOGIN)
        finally:
            done.set()
        seen = watching.result()
    assert seen[0] == 800
    assert set(seen) <= {800, 5_600}


def test_a_wrong_login_is_refused_and_nothing_is_written(server: Server, tmp_path: Path) -> None:
    publish_next(tmp_path, 1)
    for login in ((USER, "wrong"), None):
        with pytest.raises(PushRefusedError) as failed:
            pushed(tmp_path, *to(server), login=login)
        assert "wrong" not in str(vars(failed.value)).replace("missing or wrong", "")
    with pytest.raises(PushRefusedError, match="permission"):
        # The address for everybody, which may only read.
        pushed(tmp_path, *to(server), "--protocol", "update", "--update", f"{server.root}/sparql", login=LOGIN)
    assert server.graphs() == {}


def test_queries_log_in_where_the_server_wants_it(server: Server, tmp_path: Path) -> None:
    publish_next(tmp_path, 1)
    guarded = f"{server.root}/sparql-auth"
    said = pushed(tmp_path, "--to", guarded, "--update", guarded, login=LOGIN)
    assert (said.status, said.last["to"]) == ("pushed", guarded)
    assert server.graphs()["practices"] == 8
    with pytest.raises(PushRefusedError):
        pushed(tmp_path, "--to", guarded, "--update", guarded, login=(USER, "wrong"))


def test_an_answer_that_virtuoso_cuts_is_no_answer(server: Server) -> None:
    lines = "\n".join(f"<urn:s> <urn:p> {number} ." for number in range(1_000))
    for part in range(11):
        shifted = lines.replace("<urn:p>", f"<urn:p{part}>")
        update(server, f"INSERT DATA {{ GRAPH <{DEFAULT_BASE}graph/large> {{ {shifted} }} }}")
    reader = Reader(server.query, None, "", Manners("tests"))
    assert reader.count(f"{DEFAULT_BASE}graph/large") == 11_000
    with pytest.raises(PushDiffersError, match="cut by the server"):
        reader.lines(f"{DEFAULT_BASE}graph/large", ["<urn:s>"])


def test_the_example_queries_give_the_same_rows_here_in_oxigraph_and_in_virtuoso(
    server: Server, tmp_path: Path
) -> None:
    work = Workplace(tmp_path / "work")
    work.publish(EXAMPLES)
    store = Store.read_only(str(work.current() / "store"))
    assert pushed(work.releases, *to(server), login=LOGIN).status == "pushed"
    other = tmp_path / "other"
    other.mkdir()
    assert len(EXAMPLE_QUERIES) == 13
    with oxigraph(other) as engine:
        assert pushed(work.releases, "--kind", "oxigraph", "--to", engine.root).status == "pushed"
        for file in EXAMPLE_QUERIES:
            query = file.read_text(encoding="utf-8")
            ours = rows_of(store, query)
            assert ours, file.name
            assert comparable(engine.select(query, GRAPHS)) == ours, file.name
            assert comparable(server.select(query, GRAPHS)) == ours, file.name


def rows_of(store: Store, query: str) -> list[tuple[tuple[str, str], ...]]:
    found = cast(QuerySolutions, store.query(query))
    names = [variable.value for variable in found.variables]
    rows = [{name: term.value for name in names if (term := row[name]) is not None} for row in found]
    return comparable(rows)


def comparable(rows: list[dict[str, str]]) -> list[tuple[tuple[str, str], ...]]:
    """Rows in an order of their own: rows that ``ORDER BY`` does not tell apart come as the engine likes."""
    return sorted(tuple(sorted((name, _value(value)) for name, value in row.items())) for row in rows)


def _value(text: str) -> str:
    try:
        # Engines divide with more or fewer digits: 9.33 and 9.330000000000000000.
        return str(round(Decimal(text), 6).normalize())
    except InvalidOperation:
        return text
