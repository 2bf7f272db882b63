"""Simulates the participant-level data of the example trials: no row comes from a real person.

`python scripts/simulate_data.py [TRIALS]` writes data/simulated-*.csv of each example below the folder TRIALS
(default: trials). The same bytes come out every time: the seed is fixed, and of Python's random numbers only
`random()` is used, whose sequence for a seed is the same in every version.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import NormalDist

import pandas as pd

SEED = "trialseal examples, 2020"


class Draw:
    """Random draws from one named stream, so that a change to one table leaves the others as they are."""

    def __init__(self, name: str) -> None:
        self._random = random.Random(f"{SEED}: {name}")

    def among(self, choices: Sequence[str], weights: Sequence[float]) -> str:
        """One of the choices, as likely as its weight, which sum to 1."""
        left = self._random.random()
        for choice, weight in zip(choices, weights, strict=True):
            left -= weight
            if left < 0:
                return choice
        return choices[-1]

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included, all equally likely."""
        return low + int(self._random.random() * (high - low + 1))

    def normal(self, mean: float, deviation: float) -> float:
        """A number from the normal distribution."""
        return NormalDist(mean, deviation).inv_cdf(min(max(self._random.random(), 1e-9), 1 - 1e-9))

    def shuffled(self, items: Sequence[str]) -> list[str]:
        """The items in another order."""
        return sorted(items, key=lambda _: self._random.random())


def vaccine_cases() -> pd.DataFrame:
    """170 cases, 8 of them vaccinated: the published counts. All else about a case is made up."""
    draw = Draw("nct04368728-reenactment")
    rows = []
    for number, arm in enumerate(draw.shuffled(["BNT162b2"] * 8 + ["Placebo"] * 162), 1):
        second_dose = date(2020, 8, 17) + timedelta(days=draw.whole(0, 60))
        latest = (date(2020, 11, 14) - second_dose).days
        after = draw.whole(7, latest)
        rows.append(
            {
                "simulated_case": f"SIM-{number:03}",
                "arm": arm,
                "age_group": draw.among(("16-55", "56 and over"), (0.66, 0.34)),
                "sex": draw.among(("female", "male"), (0.5, 0.5)),
                "simulated_second_dose": second_dose.isoformat(),
                "simulated_onset_days_after_second_dose": after,
                "simulated_onset": (second_dose + timedelta(days=after)).isoformat(),
            }
        )
    return pd.DataFrame(rows)


def vaccine_arms(cases: pd.DataFrame) -> pd.DataFrame:
    """The published denominators and surveillance times of both arms beside the cases of the table above."""
    counted = cases["arm"].value_counts()
    return pd.DataFrame(
        [
            {
                "arm": arm,
                "simulated_cases": int(counted[arm]),
                "published_participants": participants,
                "published_surveillance_1000_person_years": surveillance,
            }
            for arm, participants, surveillance in (
                ("BNT162b2", 18_198, "2.214"),
                ("Placebo", 18_325, "2.222"),
            )
        ]
    )


def walking_programme() -> pd.DataFrame:
    """240 participants of the fictitious trial whose paper reports other outcomes than its protocol."""
    draw = Draw("fictitious-outcome-switch")
    rows = []
    arms = draw.shuffled(["Walking programme"] * 120 + ["Usual care"] * 120)
    for number, arm in enumerate(arms, 1):
        gain, quality = (22.0, 3.5) if arm == "Walking programme" else (4.0, 1.5)
        walked = round(draw.normal(338, 62))
        score = round(min(max(draw.normal(58, 15), 5), 95), 1)
        event = draw.whole(1, 1_400)
        rows.append(
            {
                "simulated_participant": f"SIM-{number:03}",
                "arm": arm,
                "age": draw.whole(48, 84),
                "walk_m_baseline": walked,
                "walk_m_week_24": walked + round(draw.normal(gain, 34)),
                "kccq_baseline": score,
                "kccq_week_24": round(min(max(score + draw.normal(quality, 11), 0), 100), 1),
                "first_event_day": event if event <= 364 else None,
            }
        )
    return pd.DataFrame(rows).astype({"first_event_day": "Int64"})


def knee_block() -> pd.DataFrame:
    """120 participants of the fictitious trial that was registered after its first participant."""
    draw = Draw("fictitious-late-registration")
    rows = []
    for number, arm in enumerate(draw.shuffled(["Nerve block"] * 60 + ["Sham block"] * 60), 1):
        pain, morphine = (3.6, 21.0) if arm == "Nerve block" else (4.9, 30.0)
        rows.append(
            {
                "simulated_participant": f"SIM-{number:03}",
                "arm": arm,
                "enrolled_day": draw.whole(0, 150),
                "pain_24_h": round(min(max(draw.normal(pain, 1.9), 0), 10)),
                "morphine_mg_48_h": round(max(draw.normal(morphine, 11), 0), 1),
            }
        )
    return pd.DataFrame(rows)


def tables() -> dict[str, pd.DataFrame]:
    """Every table by its path below the folder of examples."""
    cases = vaccine_cases()
    return {
        "nct04368728-reenactment/data/simulated-cases.csv": cases,
        "nct04368728-reenactment/data/simulated-arm-counts.csv": vaccine_arms(cases),
        "fictitious-outcome-switch/data/simulated-participants.csv": walking_programme(),
        "fictitious-late-registration/data/simulated-participants.csv": knee_block(),
    }


def csv_bytes(table: pd.DataFrame) -> bytes:
    """A table as CSV: UTF-8, comma, LF, no index."""
    return table.to_csv(index=False, lineterminator="\n").encode()


def main(arguments: Sequence[str]) -> int:
    """Writes every table; exit code 0, or 3 if the folder is none."""
    trials = Path(arguments[0] if arguments else "trials")
    if len(arguments) > 1 or not trials.is_dir():
        print(f"{trials} is not a folder: name the folder of the example trials", file=sys.stderr)
        return 3
    for name, table in tables().items():
        path = trials / name
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.new")
        unfinished.write_bytes(csv_bytes(table))
        os.replace(unfinished, path)
        print(f"{path}: {len(table)} simulated rows")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
