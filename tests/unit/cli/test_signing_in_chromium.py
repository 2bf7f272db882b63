"""`sign --serve` in a real browser: read, ticked, refused for a wrong password, signed, and no word of a fault."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.cli.test_signing_page import file_of
from websockets.sync.client import connect

from trialseal.acts.signed import read_signed
from trialseal.ledger import accounts

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")
_LONG = 30.0


class Tab:
    """A tab of a browser without a window, driven by the DevTools protocol as a person would: by mouse and keyboard."""

    def __init__(self, address: str) -> None:
        self._socket = connect(address, max_size=1 << 24)
        self._number = 0
        self.complaints: list[str] = []
        """What the browser's console says of the page."""
        for domain in ("Page", "Log", "Runtime"):
            self(f"{domain}.enable")

    def __call__(self, method: str, **words: Any) -> dict[str, Any]:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": words}))
        while True:
            answer = json.loads(self._socket.recv(timeout=_LONG))
            if answer.get("method") == "Log.entryAdded":
                self.complaints.append(answer["params"]["entry"]["text"])
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return dict(answer["result"])

    def value(self, expression: str) -> Any:
        return self("Runtime.evaluate", expression=expression)["result"].get("value")

    def shows(self, words: str) -> bool:
        """Waits until the page shows words."""
        return waits(lambda: words in str(self.value("document.readyState == 'complete' && document.body.innerText")))

    def click(self, selector: str) -> None:
        place = f"document.querySelector({json.dumps(selector)})"
        self.value(f"{place}.scrollIntoView({{block: 'center'}})")
        box = json.loads(self.value(f"JSON.stringify({place}.getBoundingClientRect())"))
        where = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2, "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self("Input.dispatchMouseEvent", type=kind, **where)

    def types(self, selector: str, text: str) -> None:
        self.click(selector)
        self("Input.insertText", text=text)


def waits(until: Callable[[], bool]) -> bool:
    end = time.monotonic() + _LONG
    while time.monotonic() < end:
        if until():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[Tab]:
    profile = tmp_path / "profile"
    words = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0",
             "--disable-breakpad", "--disable-crash-reporter"]  # fmt: skip
    browser = subprocess.Popen(
        [CHROMIUM, *words, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        env=os.environ | {"HOME": str(tmp_path)},
    )  # fmt: skip
    try:
        told = profile / "DevToolsActivePort"
        assert waits(lambda: told.exists() and len(told.read_text().split()) == 2)
        port = told.read_text().split()[0]
        with connect(f"ws://127.0.0.1:{port}{told.read_text().split()[1]}") as socket:
            socket.send(json.dumps({"id": 1, "method": "Target.getTargets"}))
            targets = json.loads(socket.recv(timeout=_LONG))["result"]["targetInfos"]
        page = next(one["targetId"] for one in targets if one["type"] == "page")
        yield Tab(f"ws://127.0.0.1:{port}/devtools/page/{page}")
    finally:
        os.killpg(browser.pid, signal.SIGTERM)
        browser.wait(_LONG)


def signs_in(tab: Tab, process: subprocess.Popen[str], signed: Path) -> None:
    assert process.stdout
    found = re.search("http://[^ \n]+", process.stdout.readline())
    assert found
    tab("Page.navigate", url=found[0])
    assert tab.shows("approval, approved") and tab.shows("time points was 12 weeks, is 26 weeks")
    assert tab.shows("Walking <b>again</b>")  # as text
    # The page's policy lets its own styles in.
    assert tab.value("getComputedStyle(document.querySelector('.act')).borderTopStyle") != "none"
    tab.click("input[name=act][value='0']")
    tab.types("input[name=password]", "wrong")
    tab.click("button[value=sign]")
    assert tab.shows("try again") and not signed.exists()
    assert tab.value("document.querySelector('input[name=act]').checked") is True
    tab.types("input[name=password]", "right")
    tab.click("button[value=sign]")
    assert tab.shows("One act is signed")
    assert process.wait(_LONG) == 0


def test_a_person_reads_ticks_and_signs_in_chromium(tab: Tab, tmp_path: Path) -> None:
    home, signed = tmp_path / "home", tmp_path / "signed.json"
    key = accounts.new(home, "chair", "right", light=True)
    path = file_of(tmp_path / "acts.json", key)
    command = [sys.executable, "-m", "trialseal", "sign", str(path), "--account", "chair", "-o", str(signed), "--serve"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRIALSEAL")}
    environment["TRIALSEAL_HOME"] = str(home)
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            signs_in(tab, process, signed)
        finally:
            process.kill()  # it would wait for an answer
    assert [[one.key for one in act.signatures] for act in read_signed(signed).acts] == [[key]]
    assert [one for one in tab.complaints if "favicon" not in one] == []
