"""Whether 42 CFR 11 covers a trial, as far as its record tells."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from trialseal.evidence.wording import listed
from trialseal.registries.number_forms import CTGOV
from trialseal.registries.numbers import read
from trialseal.rules.finding import Fact
from trialseal.rules.registration import none_enrolled, other_registrations, other_study, study_type
from trialseal.rules.trial_case import TrialCase, stated

_PHASE_1 = {"PHASE1", "EARLY_PHASE1"}
_UNITED_STATES = {
    "united states", "puerto rico", "guam", "american samoa", "virgin islands (u.s.)", "u.s. virgin islands",
    "northern mariana islands",
}  # fmt: skip
# Trials that had ended by then, ninety days after the act, were never covered.
_COVERED_FROM = date(2007, 12, 26)
APPLIES = "to applicable clinical trials of 42 CFR 11.10: FDA-regulated product, not phase 1, with a US nexus"


class Coverage(NamedTuple):
    """Whether a trial is an applicable clinical trial: True, False, or None where that cannot be told."""

    covered: bool | None
    reason: str
    facts: tuple[Fact, ...] = ()


def coverage(case: TrialCase) -> Coverage:
    """Whether 42 CFR 11 covers the trial, as far as its record tells."""
    history = case.registry
    assert history is not None
    kind, kind_facts = study_type(case)
    if other := other_study(kind):
        return Coverage(False, other, (*kind_facts,))
    version = next((one for one in reversed(history.versions) if one.record), None)
    completed = history.last.primary_completion
    if nobody := none_enrolled(history):
        return Coverage(False, nobody, (*kind_facts,))
    if completed and completed.last < _COVERED_FROM:
        return Coverage(False, f"its primary completion, {completed.text}, lies before 26 December 2007")
    if history.registry != CTGOV and history.last.partial and not version:
        american = next((one for one in other_registrations(history) if read(one).registry == CTGOV), None)
        if american is None:
            return Coverage(
                False, f"{history.registry} does not say what the FDA regulates, and the record names no NCT number"
            )
        return Coverage(None, f"what decides it (product, phase, sites) is in the record of {american}", (*kind_facts,))
    if version is None or version.record is None:
        return Coverage(None, "what decides it (product, phase, sites) is not in this history", (*kind_facts,))
    oversight = version.record.oversight
    drug = oversight.fda_regulated_drug if oversight else None
    device = oversight.fda_regulated_device if oversight else None
    phases = set(version.phases or ())
    purpose = (version.record.design.purpose or "") if version.record.design else ""
    sites = [one for one in version.countries or () if one.casefold() in _UNITED_STATES]
    export = oversight.us_export if oversight else None
    facts = tuple(
        stated(history, version, text)
        for text in (
            f"drug regulated by the FDA: {_said(drug)}",
            f"device regulated by the FDA: {_said(device)}",
            f"phase: {', '.join(sorted(phases)) or 'not stated'}",
            f"sites in the United States: {'yes' if sites else 'none listed'}",
            f"product exported from the United States: {_said(export)}",
        )
    )
    if drug is False and device is False:
        return Coverage(False, "its record says that it studies no product regulated by the FDA", facts)
    if not drug and not device:
        return Coverage(None, "its record does not say whether it studies a product regulated by the FDA", facts)
    excluded = []
    if drug and phases and phases <= _PHASE_1:
        excluded.append("phase 1 of a drug")
    if device and purpose.upper() == "DEVICE_FEASIBILITY":
        excluded.append("a feasibility study of a device")
    if len(excluded) == bool(drug) + bool(device):
        return Coverage(False, f"it is {listed(excluded)}", facts)
    if excluded:
        return Coverage(None, f"it is {excluded[0]}, and another product's trial too", facts)
    if sites or export:
        return Coverage(True, "applicable by the product, phase and sites that its record gives", facts)
    return Coverage(
        None, "no site in the United States is listed; the record names no IND or IDE: ask the sponsor", facts
    )


def or_not(cover: Coverage) -> str:
    return "" if cover.covered else "; whether the rule covers it or not"


def _said(value: bool | None) -> str:
    return "not stated" if value is None else "yes" if value else "no"
