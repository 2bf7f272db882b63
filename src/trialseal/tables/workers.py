"""Where blocks of rows are hashed: in this process, and for a large file in a thread or a worker process a core."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from trialseal.core.library import core
from trialseal.errors import UndeterminedError
from trialseal.files import is_file
from trialseal.tables.block_hashing import BlockDone, BlockWork, hash_block
from trialseal.tables.core_blocks import CoreWork, hash_in_core

if TYPE_CHECKING:
    from ctypes import CDLL

    from trialseal.tables.table import Table

Work = TypeVar("Work")
# Below this a second process takes longer to start than it saves.
_WORTH_WORKERS = 24 << 20
# Below this Python is done before the C core has been tried.
_WORTH_CORE = 1 << 20


def here(work: Iterator[BlockWork]) -> Iterator[BlockDone]:
    """Hashes in this process."""
    return map(hash_block, work)


def core_for(path: Path) -> CDLL | None:
    """The C core, where there is one and the file is worth its trial."""
    return core() if _size(path) >= _WORTH_CORE else None


@contextmanager
def core_tried(path: Path) -> Iterator[None]:
    """Has the core tried by another process while this one does something else: loading Arrow takes as long."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(core_for, path)
        yield


def in_threads(work: Iterator[CoreWork]) -> Iterator[BlockDone]:
    """Hashes with the C core in a thread for each core of the machine: it lets go of Python's lock."""
    at_once = os.cpu_count() or 1
    with ThreadPoolExecutor(at_once) as pool:
        yield from _in_order(pool, hash_in_core, work, at_once + 1)


@contextmanager
def hashing(table: Table) -> Iterator[Callable[[Iterator[BlockWork]], Iterator[BlockDone]]]:
    """How blocks are hashed: in this process, or for a large file in one worker a core."""
    workers = os.cpu_count() or 1
    if _size(table.path) < _WORTH_WORKERS or workers < 2:
        yield here
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Arrow has threads of its own, which a forked process would lack: workers come from a server that has imported it
    # and never used it.
    context = multiprocessing.get_context("forkserver" if hasattr(os, "fork") else "spawn")
    if hasattr(os, "fork"):
        context.set_forkserver_preload(["trialseal.tables.preloaded"])
    # Ctrl-C is for this process, which then ends the others.
    pool = ProcessPoolExecutor(workers, context, signal.signal, (signal.SIGINT, signal.SIG_IGN))
    try:
        yield lambda work: _in_order(pool, hash_block, work, workers + 1)
    finally:
        pool.shutdown(cancel_futures=True)


def _size(path: Path) -> int:
    return path.stat().st_size if is_file(path) else 0


def _in_order(
    pool: Executor, hashed: Callable[[Work], BlockDone], work: Iterator[Work], at_once: int
) -> Iterator[BlockDone]:
    """Answers in the order of the work; no more blocks in memory than `at_once`."""
    under_way: deque[Future[BlockDone]] = deque()
    try:
        for one in work:
            under_way.append(pool.submit(hashed, one))
            if len(under_way) >= at_once:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    except BrokenExecutor:
        raise UndeterminedError(
            "a process that hashes rows was ended from outside, perhaps for want of memory: nothing was written; free "
            "some and run the same command again"
        ) from None
