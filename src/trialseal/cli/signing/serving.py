"""`sign --serve`: a page of this computer on which a person reads acts and signs them.

It listens on 127.0.0.1 alone, at a path that nobody can guess, answers no other host's name and no other page's
forms, and ends with the answer. Who can read this computer's memory or the account's screen can do more than that.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, NamedTuple
from urllib.parse import parse_qs

from trialseal.errors import TrialsealError, UsageError
from trialseal.ledger.accounts import WrongPassword
from trialseal.report.signing.page import Asked, ended_page, signing_page

WAITS: Final = 30 * 60.0
"""Seconds after which the page ends without an answer."""
_TRIES: Final = 5
_LONGEST_FORM: Final = 1 << 16
_MOST_FIELDS: Final = 4096
_SLOWEST: Final = 20.0
_HOST: Final = "127.0.0.1"
_HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Signed(NamedTuple):
    """What came of an answer."""

    file: str
    number: int
    """Of acts that were signed."""


Signs = Callable[[Sequence[int], str], Signed]
"""Signs the acts of these numbers (from 0) with a password, and writes the file. After a WrongPassword it is asked
again; any other error ends the page."""


class SigningPage:
    """One page and its answer. `asked` gives what it asks as of now, since acts can become too late."""

    def __init__(self, asked: Callable[[], Asked], signs: Signs) -> None:
        self.token = secrets.token_urlsafe(32)
        self._asked, self._signs = asked, signs
        self._one_answers = threading.Lock()
        self._tries = _TRIES
        self._ended = threading.Event()
        self._came: Signed | TrialsealError | None = None

    def show(self) -> str:
        """The page as it is before an answer."""
        with self._one_answers:
            return self._over() or signing_page(self._asked())

    def answer(self, form: dict[str, list[str]]) -> str:
        """The page after an answer."""
        with self._one_answers:
            return self._over() or self._answered(form)

    def shown(self) -> None:
        """The page after an answer has been sent: if the answer was the last, whoever waits goes on."""
        if self._came is not None:
            self._ended.set()

    def wait(self, seconds: float) -> Signed:
        """What came of it; the error that ended it; UsageError if nobody answers in time."""
        if not self._ended.wait(seconds):
            with self._one_answers:
                self._came = self._came or UsageError("nobody answered in time: nothing was signed")
        if isinstance(self._came, Signed):
            return self._came
        raise self._came or UsageError("nothing was signed")

    def _over(self) -> str:
        if self._came is None:
            return ""
        return ended_page("This page has ended", ["It was answered, or waited too long. You can close it."])

    def _answered(self, form: dict[str, list[str]]) -> str:
        if form.get("answer") == ["refuse"]:
            return self._end(UsageError("answered no: nothing was signed"))
        asked = self._asked()
        numbers = _numbers(form.get("act", []), len(asked.acts))
        if form.get("answer") != ["sign"] or numbers is None:
            return signing_page(asked, "That answer cannot be read: try again.")
        if not numbers:
            return signing_page(asked, "Nothing is ticked: tick each act that you mean to sign.")
        if late := [number for number in numbers if asked.acts[number].late]:
            return signing_page(asked, f"Act {late[0] + 1} can no longer be recorded: leave it out.")
        try:
            return self._end(self._signs(numbers, form.get("password", [""])[0]))
        except WrongPassword as error:
            self._tries -= 1
            if not self._tries:
                return self._end(UsageError(f"the password was wrong {_TRIES} times: nothing was signed"))
            return signing_page(asked, f"{error}.", numbers)
        except TrialsealError as error:
            return self._end(error)

    def _end(self, came: Signed | TrialsealError) -> str:
        self._came = came
        if isinstance(came, Signed):
            what = "One act is signed" if came.number == 1 else f"{came.number} acts are signed"
            return ended_page(what, [f"They are in {came.file}." if came.number > 1 else f"It is in {came.file}.",
                                     "Send that file back to whoever asked you. You can close this page."])  # fmt: skip
        return ended_page("Nothing was signed", [f"{came}.", "You can close this page."])


@contextmanager
def serving(page: SigningPage) -> Iterator[str]:
    """The page's address, as long as it is served."""
    server = ThreadingHTTPServer((_HOST, 0), _handler(page))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield f"http://{_HOST}:{server.server_address[1]}/{page.token}/"
    finally:
        server.shutdown()
        server.server_close()


def _numbers(texts: Sequence[str], count: int) -> list[int] | None:
    """The numbers of acts that a form names; None if it names others."""
    known = {str(number): number for number in range(count)}
    return sorted({known[one] for one in texts}) if all(one in known for one in texts) else None


def _fields(body: bytes) -> dict[str, list[str]]:
    """The fields of a form; none of one with too many."""
    try:
        return parse_qs(body.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}


def _handler(page: SigningPage) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _SLOWEST
        server_version, sys_version = "trialseal", ""

        def do_GET(self) -> None:
            if self._is_ours(("same-origin", "none")):
                self._say(200, page.show())

        def do_POST(self) -> None:
            if not self._is_ours(("same-origin",)):
                return
            length = self.headers.get("Content-Length", "")
            kind = self.headers.get("Content-Type", "").partition(";")[0].strip()
            if kind != "application/x-www-form-urlencoded" or not length.isascii() or not length.isdigit():
                self._say(415, _refusal("Only this page's own form is taken."))
            elif int(length) > _LONGEST_FORM:
                self._say(413, _refusal("That is too long."))
            else:
                try:
                    self._say(200, page.answer(_fields(self.rfile.read(int(length)))))
                finally:
                    page.shown()

        def _is_ours(self, sites: tuple[str, ...]) -> bool:
            """Whether the path, the host and the page that asks are this one's; else the answer is given."""
            host, port = self.connection.getsockname()[:2]
            here = f"{host}:{port}"
            if self.headers.get("Host") != here:
                self._say(421, _refusal("This page answers to no other name."))
            elif self.headers.get("Origin") not in (None, f"http://{here}") or (
                self.headers.get("Sec-Fetch-Site", sites[0]) not in sites
            ):
                self._say(403, _refusal("Another page asks: open the address yourself."))
            elif not secrets.compare_digest(self.path.encode(), f"/{page.token}/".encode()):
                self._say(404, _refusal("Nothing is here: open the whole address."))
            else:
                return True
            return False

        def _say(self, status: int, body: str) -> None:
            data = body.encode()
            self.close_connection = True
            self.send_response(status)
            for name, value in _HEADERS.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Requests leave no trace: their path holds the token."""

    return Handler


def _refusal(sentence: str) -> str:
    return ended_page("Not this way", [sentence])
