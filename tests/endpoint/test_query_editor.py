"""The query page in a real browser: the editor under the strict policy, by keyboard, in both languages and widths."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.endpoint.browser import Page, browser
from tests.endpoint.served import served
from tests.web_parts import AXE, EDITOR, demand

CONTROL = 2
TITLES = """\
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX gp: <https://w3id.org/dobre-praktyki/ns#>
SELECT ?practice ?title ?count WHERE {
  ?practice a gp:Practice ; dct:title ?title .
  OPTIONAL { ?practice gp:participantCount ?count }
}"""
BROKEN = "SELECT * WHERE {\n  ?s gp:unit ?o }"


@dataclass(frozen=True)
class Seen:
    """A browser before a served release."""

    page: Page
    host: str

    def open(self, query: str = "", *, language: str = "en", width: int = 1280, scripts: bool = True) -> None:
        self.page.resize(width)
        self.page.send("Emulation.setScriptExecutionDisabled", value=not scripts)
        asked = {"query": query, "run": "1"} if query else {}
        self.page.open(f"http://{self.host}/query?{urlencode({**asked, 'lang': language})}")
        if scripts:
            self.page.wait("document.querySelector('.CodeMirror')")

    def text(self) -> str:
        value: str = self.page.run("document.querySelector('.CodeMirror').CodeMirror.getValue()")
        return value

    def begin(self, text: str) -> None:
        """The editor with this text, the cursor at its end."""
        self.page.run(
            "(() => { const editor = document.querySelector('.CodeMirror').CodeMirror;"
            f"editor.setValue({json.dumps(text)}); editor.focus(); editor.setCursor(editor.lineCount(), 0); }})()"
        )

    def hints(self) -> list[str]:
        self.page.wait("document.querySelector('.CodeMirror-hint')")
        found: list[str] = self.page.run(
            "[...document.querySelectorAll('.CodeMirror-hint')].map(one => one.textContent)"
        )
        return found


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    demand(EDITOR, "make web")
    with (
        served(tmp_path_factory.mktemp("releases")) as site,
        browser(tmp_path_factory.mktemp("browser")) as page,
    ):
        page.send("Log.clear")
        yield Seen(page, f"127.0.0.1:{site.port}")


def test_nothing_is_asked_of_other_hosts_and_the_policy_is_kept(seen: Seen) -> None:
    seen.page.requests.clear()
    seen.page.complaints.clear()
    for query in ("", TITLES):
        seen.open(query)
        seen.begin("PREFIX gp: <https://w3id.org/dobre-praktyki/ns#>\nSELECT * WHERE {\n  ?practice a gp:Pra")
        seen.page.press(" ", "Space", modifiers=CONTROL)
        seen.hints()
        seen.begin("ASK { ?s ?p )")
        seen.page.run("document.querySelector('.parseErrorIcon').dispatchEvent(new MouseEvent('mouseover'))")
        seen.page.run("new Promise(done => setTimeout(done, 200))")
    assert {urlsplit(address).netloc for address in seen.page.requests} == {seen.host}
    assert any(address.endswith("/query/terms.json?lang=en") for address in seen.page.requests)
    assert seen.page.complaints == []
    assert seen.page.run("localStorage.length + sessionStorage.length + document.cookie.length") == 0


def test_the_policy_is_in_force(seen: Seen) -> None:
    """Otherwise the test before this one would prove nothing."""
    seen.open()
    seen.page.complaints.clear()
    seen.page.run(
        "document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\"><img src=\"http://192.0.2.1/x\">')"
    )
    assert seen.page.run("fetch('http://192.0.2.1/').then(() => 'asked', () => 'refused')") == "refused"
    # What scripts evaluate by the debugger is not subject to the policy; what the page evaluates is.
    seen.page.run(
        "(() => { const script = document.createElement('script'); script.textContent = 'window.broken = 1';"
        "document.head.append(script) })()"
    )
    assert seen.page.run("window.broken === undefined")
    assert len(seen.page.complaints) >= 3


def test_a_query_is_written_completed_and_run_by_keyboard_alone(seen: Seen) -> None:
    seen.open()
    seen.begin("PREFIX gp: <https://w3id.org/dobre-praktyki/ns#>\nSELECT * WHERE {\n  ?practice a gp:Pra")
    seen.page.press(" ", "Space", modifiers=CONTROL)
    assert seen.hints()[0] == "gp:Practice"
    seen.page.press("Enter", "Enter", text="\r")
    seen.page.write(" ; gp:part")
    seen.page.press(" ", "Space", modifiers=CONTROL)
    assert "gp:participantCount" in seen.hints()
    seen.page.press("Enter", "Enter", text="\r")
    seen.page.write(" ?count }")
    assert seen.text().endswith("?practice a gp:Practice ; gp:participantCount ?count }")
    seen.page.press("Enter", "Enter", modifiers=CONTROL)
    seen.page.loaded()
    seen.page.wait("document.querySelector('table.answer') && document.querySelector('.CodeMirror')")
    assert "1 row" in seen.page.run("document.getElementById('answer').innerText")
    assert "gp:participantCount ?count }" in seen.text()


def test_a_name_is_found_by_its_label_in_the_reader_s_language(seen: Seen) -> None:
    seen.open(language="pl")
    seen.begin("SELECT * WHERE {\n  ?practice uczestni")
    seen.page.press(" ", "Space", modifiers=CONTROL)
    assert "<https://w3id.org/dobre-praktyki/ns#participantCount>" in seen.hints()


def test_a_known_prefix_is_declared_when_it_is_used(seen: Seen) -> None:
    seen.open()
    seen.begin("SELECT * WHERE {\n  ?practice ")
    seen.page.write("gp:")
    seen.page.wait("document.querySelector('.CodeMirror').CodeMirror.getValue().startsWith('PREFIX gp:')")
    assert seen.text().startswith("PREFIX gp: <https://w3id.org/dobre-praktyki/ns#>")


def test_the_keyboard_can_leave_the_editor(seen: Seen) -> None:
    seen.open()
    seen.begin("ASK {}")
    seen.page.press("Tab", "Tab")
    assert seen.page.run("document.activeElement.textContent.trim()") == "Run"
    assert seen.text() == "ASK {}"


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_page_fits_its_width(seen: Seen, width: int, language: str) -> None:
    for scripts in (True, False):
        for query in ("", TITLES, BROKEN):
            seen.open(query, language=language, width=width, scripts=scripts)
            # Scripts that the page may not run the debugger may not either: layout is asked of the browser.
            size = seen.page.send("Page.getLayoutMetrics")["cssContentSize"]
            assert size["width"] <= width, (query, scripts)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_axe_finds_nothing_to_mend(seen: Seen, language: str) -> None:
    demand(AXE, "npm ci in tests/clients")
    for scheme in ("light", "dark"):
        seen.page.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        for query in ("", TITLES, BROKEN):
            seen.open(query, language=language)
            assert violations(seen.page, AXE) == [], (scheme, query)
    seen.page.send("Emulation.setEmulatedMedia", features=[])


def violations(page: Page, axe: Path) -> list[Any]:
    page.run(axe.read_text(encoding="utf-8") + ";0")
    found: list[Any] = page.run(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']}).then(found =>"
        "found.violations.map(one => [one.id, one.nodes.map(node => node.html.slice(0, 200))]))"
    )
    return found
