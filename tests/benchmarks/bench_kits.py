"""Ten thousand kits at a hundred sites: every event read and verified, and judged; and a tenth of them."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bench_commands import registered_trial
from running import TRIALSEAL, Row, Run, compare, row, run

KITS = int(os.environ.get("BENCH_KITS", "10000"))
SITES = 100
RUNS = 3
FIRST = date(2026, 1, 5)
STREAMS = ("maker", "depot", "sites")


def measure(place: Path) -> list[Row]:
    """The audit of products beside that of the same streams, which reads and hashes all; then beside a tenth of it."""
    few = audited(place / "few", KITS // 10)
    (place / "many").mkdir()
    with registered_trial(place / "many") as trial:
        listed = filled(trial, place / "many", KITS)
        beside = compare(
            f"`trialseal kits audit` of {KITS:,} kits and {events_of(KITS):,} events of {SITES} sites",
            lambda: run([*TRIALSEAL, "kits", "audit", trial, "--list", listed], memory=True),
            "`trialseal events audit` of the same, which reads and verifies them",
            lambda: run([*TRIALSEAL, "events", "audit", trial], memory=True),
            RUNS,
        )
    return [beside, row("the same", beside.ours, f"{KITS // 10:,} kits", few)]


def audited(place: Path, kits: int) -> Run:
    place.mkdir()
    with registered_trial(place) as trial:
        listed = filled(trial, place, kits)
        return run([*TRIALSEAL, "kits", "audit", trial, "--list", listed], memory=True)


def filled(trial: Path, place: Path, kits: int) -> Path:
    """Opens, fills and anchors the streams; the list of kits."""
    files = {name: (place / f"{name}.csv").open("w", encoding="utf-8") for name in STREAMS}
    for file in files.values():
        file.write("id,type,at,action,place,kit,lot,destination,site,subject\n")
    for number, (stream, cells) in enumerate(events(kits)):
        files[stream].write(f"E-{number},{cells}\n")
    for name, file in files.items():
        file.close()
        run([*TRIALSEAL, "events", "open", trial, name])
        run([*TRIALSEAL, "events", "append", trial, name, place / f"{name}.csv", "--before-registration"])
        run([*TRIALSEAL, "events", "anchor", trial, name])
    listed = place / "kits.csv"
    listed.write_text("kit,lot,expires\n" + "".join(f"K-{kit:06},L1,2028-12\n" for kit in range(kits)))
    return listed


def events_of(kits: int) -> int:
    return sum(1 for _ in events(kits))


def events(kits: int) -> Iterator[tuple[str, str]]:
    """Seven events of every kit and an eighth of some; of which stream, and its cells after the id."""
    chance = random.Random(1)

    def at(day: int) -> str:
        clock = f"{chance.randrange(6, 20):02}:{chance.randrange(60):02}"
        return f"{FIRST + timedelta(days=day)}T{clock}+01:00"

    yield "maker", f"custody,{at(1)},quality-released,maker,,L1,,,"
    yield "maker", f"custody,{at(2)},sponsor-released,sponsor,,L1,,,"
    for number in range(kits):
        kit, site, who = f"K-{number:06}", f"S-{number % SITES:03}", f"D-{number % (kits // 4):05}"
        yield "maker", f"custody,{at(0)},made,maker,{kit},L1,,,"
        yield "maker", f"custody,{at(5)},shipped,maker,{kit},,depot,,"
        yield "depot", f"custody,{at(8)},received,depot,{kit},,,,"
        yield "depot", f"custody,{at(20)},shipped,depot,{kit},,{site},,"
        yield "sites", f"custody,{at(22)},received,{site},{kit},,,,"
        yield "sites", f"dispensing,{at(30 + number % 90)},,,{kit},,,{site},{who}"
        yield "sites", f"custody,{at(125)},returned,{site},{kit},,,,{who}"
        if number % 20 < 3:
            yield "sites", f"custody,{at(130)},counted,{site},{kit},,,,"
