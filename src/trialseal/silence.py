"""An end to each silence and to the whole of what another computer sends."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket
    from http.client import HTTPResponse


class TooSlow(TimeoutError):
    """An answer goes on, but not fast enough."""


class _Watched(io.RawIOBase):
    """What comes from a socket, with an end to each silence and to the whole."""

    def __init__(self, source: io.RawIOBase, sock: socket.socket, silence: float, deadline: float) -> None:
        self._source, self._sock, self._silence, self._deadline = source, sock, silence, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TooSlow
        self._sock.settimeout(min(left, self._silence))
        try:
            return self._source.readinto(buffer)
        except TimeoutError:
            raise (TimeoutError if self._silence <= left else TooSlow) from None

    def close(self) -> None:
        self._source.close()
        super().close()


def watched_response(silence: float, deadline: float) -> type[HTTPResponse]:
    """A class of answers: TimeoutError after `silence` seconds without a byte, TooSlow at `deadline` (monotonic)."""
    from http.client import HTTPResponse

    class Response(HTTPResponse):
        def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
            super().__init__(sock, *args, **kwargs)
            self.fp = io.BufferedReader(_Watched(self.fp.detach(), sock, silence, deadline))

    return Response
