"""What the relayer says by HTTP: acts are posted, asked about by their ids, and its health is shown.

POST /acts        a file of signed acts, as application/json, of at most 1 MiB
GET  /acts/0x…    what became of an act
GET  /health      how the service is: a page, or JSON where that is asked for
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from aiohttp import web

from trialseal.acts.relayer import Answer, Carrier, Counter
from trialseal.acts.relaying import merged
from trialseal.acts.signed import SignedAct, signed_from
from trialseal.documents.canonical import parse_json
from trialseal.errors import TrialsealError, UndeterminedError
from trialseal.ledger.chain import Chain
from trialseal.ledger.fees import ether
from trialseal.ledger.handed_in import Fate, HandedIn, Queue
from trialseal.ledger.moments import iso_time
from trialseal.report.page import html_page
from trialseal.report.trial.chart_scale import text

MOST_BYTES: Final = 1 << 20
"""Of one request's body."""
MOST_IN_HAND: Final = 256
"""Requests whose acts are being checked; others are told to come back."""
_SLOWEST_BODY: Final = 20.0
_READ_ON, _READ_ON_SECONDS = 4 * MOST_BYTES, 1.0
_COME_BACK: Final = {"Retry-After": "5"}
# Of what waits to be checked so many acts are checked together: one request to the node, one write to the disk.
_TOGETHER: Final = 200
_HEALTH_SECONDS: Final = 2.0

Waiting = tuple[list[SignedAct], "asyncio.Future[list[Answer]]"]


class Service:
    """One relayer. Requests that come together are checked together."""

    def __init__(self, counter: Counter, queue: Queue, carrier: Carrier, chain: Chain, payer: str) -> None:
        self._counter = counter
        self._queue = queue
        self._carrier = carrier
        self._chain = chain
        self._payer = payer
        self._in_hand = 0
        self._came: asyncio.Queue[Waiting] = asyncio.Queue()
        # One thread each: a connection to a node is one thread's.
        self._checking = ThreadPoolExecutor(1)
        self._reading = ThreadPoolExecutor(1)
        self._looking = ThreadPoolExecutor(1)
        self._one_looks = asyncio.Lock()
        self._health: tuple[float, dict[str, Any]] | None = None

    async def check(self) -> None:
        """Checks what comes, for ever."""
        while True:
            came = [await self._came.get()]
            while not self._came.empty() and sum(len(acts) for acts, _ in came) < _TOGETHER:
                came.append(self._came.get_nowait())
            acts = [one for some, _ in came for one in some]
            try:
                answers = await _in(self._checking, self._counter.hand_in, acts)
            except Exception as error:
                for _, future in came:
                    if not future.done():
                        future.set_exception(error)
                continue
            start = 0
            for some, future in came:
                if not future.done():  # whose client went away
                    future.set_result(answers[start : start + len(some)])
                start += len(some)

    async def post(self, request: web.Request) -> web.Response:
        """Takes signed acts: 202 once at least one of them is on disk."""
        if request.content_type != "application/json":
            return _refusal(415, "send a file of signed acts as application/json")
        if (request.content_length or 0) > MOST_BYTES:
            return await _too_large(request)
        if self._in_hand >= MOST_IN_HAND:
            return _refusal(503, "too many requests at once: try again in a few seconds", _COME_BACK)
        self._in_hand += 1
        try:
            body = await asyncio.wait_for(request.read(), _SLOWEST_BODY)
            file = await _in(self._reading, _acts, body)
            future: asyncio.Future[list[Answer]] = asyncio.get_running_loop().create_future()
            self._came.put_nowait((file, future))
            return _answered(await future)
        except web.HTTPRequestEntityTooLarge:
            return await _too_large(request)
        except TimeoutError:
            return _refusal(408, "the request came too slowly: send it again")
        finally:
            self._in_hand -= 1

    async def get(self, request: web.Request) -> web.Response:
        """What became of an act."""
        id = request.match_info["id"].lower()
        kept = (await _in(self._reading, self._queue.known, [id])).get(id)
        if kept is None:
            return _refusal(404, "no such act was handed in here, or it was long ago: hand it in, or look at the chain")
        return web.json_response(_state(kept))

    async def health(self, request: web.Request) -> web.Response:
        """How the service is: 200 if it can send, 503 if it cannot."""
        async with self._one_looks:
            if self._health is None or time.monotonic() - self._health[0] > _HEALTH_SECONDS:
                self._health = time.monotonic(), await _in(self._looking, self._looked)
            found = self._health[1]
        status = 503 if found["trouble"] else 200
        if "text/html" in request.headers.get("Accept", ""):
            return web.Response(text=_page(found), content_type="text/html", status=status)
        return web.json_response(found, status=status)

    def _looked(self) -> dict[str, Any]:
        counts = {str(fate): number for fate, number in self._queue.counts().items()}
        found: dict[str, Any] = {"chain_id": None, "block": None, "balance": None, "acts": counts}
        try:
            rpc = self._chain.rpc
            newest, balance = rpc.batch(
                [("eth_getBlockByNumber", ["latest", False]), ("eth_getBalance", [self._payer, "latest"])]
            )
            found |= {
                "chain_id": self._chain.chain_id(),
                "block": int(newest["number"], 16),
                "block_time": iso_time(int(newest["timestamp"], 16)),
                "balance": ether(int(balance, 16)),
            }
            trouble = self._carrier.trouble or ("" if int(balance, 16) else "the account that pays has no ether")
        except TrialsealError as error:
            trouble = str(error)
        return {"sends": not trouble, "trouble": trouble, **found}


async def _too_large(request: web.Request) -> web.Response:
    """Reads on a little, unkept, since who is cut off while sending may never see the answer."""
    with suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(_READ_ON_SECONDS):
            read = 0
            while read < _READ_ON and (piece := await request.content.readany()):
                read += len(piece)
    return _refusal(413, f"at most {MOST_BYTES >> 20} MiB at once: send fewer acts")


@asynccontextmanager
async def serve(service: Service, host: str, port: int) -> AsyncIterator[int]:
    """The service at an address, and the port that it has there."""
    app = web.Application(client_max_size=MOST_BYTES, middlewares=[_in_sentences])
    app.add_routes(
        [web.post("/acts", service.post), web.get("/acts/{id}", service.get), web.get("/health", service.health)]
    )
    # Requests leave no trace: no log of addresses, nor of what a broken request held.
    silent = logging.Logger("relayer", logging.CRITICAL + 1)
    # What is too large is not read to its end, as it would be with a time to linger.
    runner = web.AppRunner(app, access_log=None, logger=silent, lingering_time=0, keepalive_timeout=30)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    checking = asyncio.create_task(service.check())
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
        checking.cancel()


@web.middleware
async def _in_sentences(request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
    """Every error is a sentence in JSON, and none tells of this computer."""
    try:
        response: web.StreamResponse = await handler(request)
    except _Bad as error:
        response = _refusal(400, str(error))
    except web.HTTPException as error:
        response = _refusal(error.status, f"{error.reason}: POST /acts, GET /acts/ID or GET /health")
    except UndeterminedError:
        response = _refusal(503, "the chain cannot be asked now: nothing was taken, try again later", _COME_BACK)
    except TrialsealError:
        response = _refusal(503, "nothing can be kept now: nothing was taken, try again later", _COME_BACK)
    except Exception:  # what it is may hold what is private, and stays untold
        response = _refusal(500, "a fault of this program: nothing was taken")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def _acts(body: bytes) -> list[SignedAct]:
    try:
        acts = merged(signed_from(parse_json(body, "the request"), "the request").acts)
        for one in acts:
            one.relayed  # noqa: B018 - whatever nobody has signed is told before the node is asked
    except TrialsealError as error:
        raise _Bad(str(error)) from None
    return acts


class _Bad(ValueError):
    """What was sent is no file of signed acts; the text says why."""


def _answered(answers: Sequence[Answer]) -> web.Response:
    acts = [
        _state(one.kept) if one.kept else {"id": one.id, "state": str(Fate.REFUSED), "refused": one.refused}
        for one in answers
    ]
    if any(one.kept and one.kept.fate is Fate.WAITING for one in answers):
        status = 202
    elif any(one.kept for one in answers):
        status = 200
    else:
        status = 429 if all(one.is_quota for one in answers) else 422
    return web.json_response({"acts": acts}, status=status)


def _state(one: HandedIn) -> dict[str, Any]:
    found: dict[str, Any] = {"id": one.id, "state": str(one.fate)}
    if one.why:
        found["refused" if one.fate is Fate.REFUSED else "waits"] = one.why
    if one.fate is Fate.RECORDED:
        found |= {
            "transaction": one.transaction,
            "block": one.block,
            "time": iso_time(one.time) if one.time else None,
        }
    return found


def _refusal(status: int, sentence: str, headers: dict[str, str] | None = None) -> web.Response:
    response = web.json_response({"error": sentence}, status=status, headers=headers)
    if status in (408, 413, 503):
        response.force_close()
    return response


def _page(found: dict[str, Any]) -> str:
    rows = {
        "sends": "yes" if found["sends"] else f"no: {found['trouble']}",
        "chain": found["chain_id"],
        "newest block": found["block"],
        "of": found.get("block_time"),
        "has to pay with": found["balance"],
        **{f"acts {fate}": f"{number:,}" for fate, number in found["acts"].items()},
    }
    lines = "".join(f"<dt>{text(name)}</dt><dd>{text(str(value))}</dd>" for name, value in rows.items())
    return html_page("trialseal relayer", [f"<h1>trialseal relayer</h1>\n<dl>{lines}</dl>\n"])


async def _in(pool: ThreadPoolExecutor, call: Callable[..., Any], *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(pool, call, *arguments)
