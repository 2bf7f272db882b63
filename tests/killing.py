"""A process that dies by SIGKILL from within, at a line of some files: what the kernel had is then in the files."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def killed_at(line: int, act: Callable[[], object], room: tuple[str, ...]) -> bool:
    """Carries out `act` in a process that is killed at its `line`-th line in a room; False if it ended before.

    The room is files, and folders, by their beginnings.
    """
    child = os.fork()
    if not child:
        count = 0

        def trace(frame: FrameType, kind: str, _: Any) -> Any:
            nonlocal count
            if not frame.f_code.co_filename.startswith(room):
                return None
            if kind == "line":
                count += 1
                if count == line:
                    os.kill(os.getpid(), signal.SIGKILL)
            return trace

        code = 1
        try:
            sys.settrace(trace)
            act()
            sys.settrace(None)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the act failed by itself"
    return os.WIFSIGNALED(status)
