"""What is done for several trials at once: keeping their receipts, where forcing files to disk is mostly waiting."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

# Disks put together what many threads force at a time.
_THREADS: Final = 16
_T = TypeVar("_T")
_Doing = list[tuple["Future[_T]", Callable[[], _T]]]


def together(doing: Sequence[tuple[Hashable, Callable[[], _T]]]) -> list[Future[_T]]:
    """Does everything, and ends when all is done; what has the same key is done in its order, one after the other.

    A future for each, in the order given: what it gave, or what it raised, which keeps nothing else from being done.
    """
    futures: list[Future[_T]] = []
    by_key: dict[Hashable, _Doing[_T]] = {}
    for key, one in doing:
        futures.append(Future())
        by_key.setdefault(key, []).append((futures[-1], one))
    with ThreadPoolExecutor(_THREADS) as threads:
        for some in by_key.values():
            threads.submit(_in_order, some)
    return futures


def _in_order(some: _Doing[_T]) -> None:
    for future, one in some:
        try:
            future.set_result(one())
        except Exception as error:  # told to whoever asks for the result
            future.set_exception(error)
