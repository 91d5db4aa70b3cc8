"""Debian's chromium, driven over a pipe by the Chrome DevTools Protocol: no port, no driver, no further package.

https://chromedevtools.github.io/devtools-protocol/ ; messages on the pipe are JSON, each ended by a zero byte.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_CHROMIUM = shutil.which("chromium")
# Descriptors 3 and 4 are where --remote-debugging-pipe reads and writes; only bash moves those above 9 there.
_LAUNCH = 'exec "$0" "$@" 3<&{reading} 4>&{writing}'
_FLAGS = (
    "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--force-color-profile=srgb", "--font-render-hinting=none",
)  # fmt: skip
_PATIENCE = 120.0  # seconds; a browser that hangs must not hang the tests


class Page:
    """One tab. ``requests`` are the addresses it asked for, ``complaints`` what its console and policy said."""

    def __init__(self, sink: int, source: int) -> None:
        self._sink, self._source = sink, source
        self._buffer = b""
        self._number = 0
        self._session = ""
        self._events: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.complaints: list[str] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime", "Audits"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: object) -> dict[str, Any]:
        """Call a method and wait for its result; what happens meanwhile is noted."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._sink, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)

    def open(self, address: str) -> None:
        """Go to an address and wait until it is loaded, with its scripts."""
        self._events.clear()
        self.send("Page.navigate", url=address)
        self.loaded()

    def loaded(self) -> None:
        """Wait for the next load that has not been waited for."""
        while not any(event["method"] == "Page.loadEventFired" for event in self._events):
            self._note(self._receive())
        self._events.clear()

    def run(self, script: str) -> Any:
        """The value of an expression, awaited."""
        answer = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait(self, condition: str) -> None:
        """Until an expression is true; the test's own time limit is the browser's."""
        self.run(
            "new Promise((done, failed) => { const until = Date.now() + 60000; const look = () => "
            f"({condition}) ? done(true) : Date.now() > until ? failed(Error('never')) : setTimeout(look, 25);"
            "look() })"
        )

    def press(self, key: str, code: str, *, modifiers: int = 0, text: str = "") -> None:
        """A key as a person presses it; 2 is the Control key, 8 Shift."""
        virtual = {"Enter": 13, "Tab": 9, "Space": 32, "ArrowDown": 40}.get(code, 0)
        common = {"key": key, "code": code, "modifiers": modifiers, "windowsVirtualKeyCode": virtual}
        self.send("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self.send("Input.dispatchKeyEvent", type="keyUp", **common)

    def write(self, text: str) -> None:
        self.send("Input.insertText", text=text)

    def resize(self, width: int, height: int = 900) -> None:
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip

    def picture(self, file: Path) -> None:
        """The whole page as PNG, for people to look at."""
        answer = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(answer["data"]))

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            assert select.select([self._source], [], [], _PATIENCE)[0], "chromium says nothing any more"
            read = os.read(self._source, 65536)
            assert read, "chromium ended"
            self._buffer += read
        first, _, self._buffer = self._buffer.partition(b"\0")
        answer: dict[str, Any] = json.loads(first)
        return answer

    def _note(self, event: dict[str, Any]) -> None:
        self._events.append(event)
        params = event.get("params", {})
        if event["method"] == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif event["method"] == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.complaints.append(params["entry"]["text"])
        elif event["method"] == "Runtime.exceptionThrown":
            self.complaints.append(str(params["exceptionDetails"]))
        elif event["method"] == "Audits.issueAdded" and params["issue"]["code"] == "ContentSecurityPolicyIssue":
            self.complaints.append(str(params["issue"]["details"]))


@contextmanager
def browser(home: Path) -> Iterator[Page]:
    """A browser with an empty profile in ``home``; it ends with the block. Skips where there is none."""
    if _CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have chromium")
        pytest.skip("chromium is not installed (apt-get install chromium)")
    reading, sink = os.pipe()
    source, writing = os.pipe()
    flags = [*_FLAGS, f"--user-data-dir={home}"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # chromium's sandbox refuses to run as root, as CI does
    process = subprocess.Popen(
        ["/bin/bash", "-c", _LAUNCH.format(reading=reading, writing=writing), _CHROMIUM, *flags, "about:blank"],
        pass_fds=(reading, writing),
        env={**os.environ, "HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(reading)
    os.close(writing)
    try:
        yield Page(sink, source)
    finally:
        os.close(sink)
        os.close(source)
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
