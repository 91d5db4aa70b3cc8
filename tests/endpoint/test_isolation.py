"""The engine dials out for SERVICE. Each way to take its network away is tested with it, against a real listener."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.endpoint.sparql_service import Listener

# The engine as a worker has it, without any policy before it.
_DIAL = """
import sys
from endpoint.sparql import isolation
from pyoxigraph import Store
way, port = sys.argv[1], int(sys.argv[2])
if way == "namespace" and not isolation.enter_namespace():
    sys.exit("no namespace here")
if way == "filter" and not isolation.deny_sockets():
    sys.exit("no filter here")
if way == "cut" and isolation.cut_network() == "none":
    sys.exit("neither")
print("reaches" if isolation.reaches(port) else "does not reach", flush=True)
for scheme in ("http", "https"):
    try:
        list(Store().query(f"SELECT * {{ SERVICE <{scheme}://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"))
    except (OSError, RuntimeError) as error:
        print("failed", flush=True)
"""
_LOCAL_ONLY = """
import socket
from endpoint.sparql import isolation
assert isolation.deny_sockets()
socket.socketpair()[0].close()
socket.socket(socket.AF_UNIX).close()
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK):
    try:
        socket.socket(family)
    except PermissionError:
        print("denied")
"""


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


def python(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_with_a_network_the_engine_and_the_self_test_reach_the_listener(listener: Listener) -> None:
    run = python(_DIAL, "none", str(listener.port))
    assert run.stdout.split("\n")[0] == "reaches", run.stderr
    assert listener.hits >= 2, "the listener must count, or the other tests show nothing"


@pytest.mark.parametrize("way", ["namespace", "filter", "cut"])
def test_without_network_neither_the_engine_nor_the_self_test_reaches_it(listener: Listener, way: str) -> None:
    run = python(_DIAL, way, str(listener.port))
    if run.stderr.strip() == "no namespace here":
        pytest.skip("this kernel or container allows no network namespace; the filter stands in")
    assert (run.stdout.splitlines(), run.returncode) == (["does not reach", "failed", "failed"], 0), run.stderr
    assert listener.hits == 0


def test_the_filter_leaves_only_local_sockets() -> None:
    run = python(_LOCAL_ONLY)
    assert (run.stdout.split(), run.returncode) == (["denied"] * 3, 0), run.stderr
