"""Taking in many rows with every core of the machine, but where most are like earlier ones: rows go out in pieces and
come back in their order."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import Any

from trialseal.errors import FailedError
from trialseal.streams.batch import Row
from trialseal.streams.intake import Intake, Settings
from trialseal.streams.sources import Refused, SourceRow

# Below this the processes' start would take longer than the rows.
FEW = 30_000
# Of so many first rows it is seen how many are like earlier ones: if nine of ten, sending rows and events between
# processes takes longer than it saves.
_TRIED = 2000
# Rows that are sent at a time.
_PIECE = 2000
# Objects between two looks for cycles of garbage, of which rows leave none.
_SELDOM = 100_000
# Pieces under way for each process: one that it works on, one that waits.
_AHEAD = 2

_intake: Intake


def rows(settings: Settings, source: Iterator[SourceRow]) -> Iterator[Row]:
    """The events of a source, in order; FailedError with the line at the first row that cannot be taken."""
    for one in taken(settings, source):
        if isinstance(one, Row):
            yield one
        elif one.why:
            raise FailedError(one.why)


def taken(settings: Settings, source: Iterator[SourceRow]) -> Iterator[Row | Refused]:
    """The events of a source, in order, and the rows that cannot be taken; FailedError where the source ends in one."""
    first: list[SourceRow] = []
    intake = Intake(settings)
    fault = _fill(first, source, FEW)
    workers = os.cpu_count() or 1
    for row in first[:_TRIED]:
        yield from intake.taken(row)
    if fault or len(first) < FEW or workers == 1 or intake.alike >= _TRIED * 9 // 10:
        for row in first[_TRIED:]:
            yield from intake.taken(row)
        if fault:
            raise fault
        for row in source:
            yield from intake.taken(row)
        return
    yield from _spread(settings, chain(first[_TRIED:], source), workers)


def _spread(settings: Settings, source: Iterator[SourceRow], workers: int) -> Iterator[Row | Refused]:
    # Arrow may have threads, which a forked process would lack: workers start anew.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(settings,))
    under_way: deque[Future[list[tuple[Any, ...]]]] = deque()
    fault: FailedError | None = None
    try:
        while True:
            while fault is None and len(under_way) < workers * _AHEAD:
                piece: list[SourceRow] = []
                fault = _fill(piece, source, _PIECE)
                if not piece:
                    break
                under_way.append(pool.submit(_take, piece))
            if not under_way:
                break
            for one in under_way.popleft().result():
                yield Refused._make(one) if len(one) == len(Refused._fields) else Row._make(one)
        if fault:
            raise fault
    except BrokenProcessPool:
        raise FailedError("a process that read events was ended from outside, or had no memory: try again") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _fill(piece: list[SourceRow], source: Iterator[SourceRow], count: int) -> FailedError | None:
    """Takes so many rows, or those before a fault, which is returned: what is wrong in earlier lines comes first."""
    try:
        piece.extend(islice(source, count))
    except FailedError as error:
        return error
    return None


def _start(settings: Settings) -> None:
    global _intake
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one ends it
    gc.set_threshold(_SELDOM)
    _intake = Intake(settings)


def _take(piece: list[SourceRow]) -> list[tuple[Any, ...]]:
    return [tuple(one) for row in piece for one in _intake.taken(row)]
