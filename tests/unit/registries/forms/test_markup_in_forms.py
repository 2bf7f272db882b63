"""Markup in any field of any registry's form is text in every page, and breaks no page."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from downloaded_forms import ANZCTR, CTHIST, CTIS, DRKS, EUCTR, ISRCTN, LEGACY, SITE, STUDY, ictrp

from trialseal.errors import TrialsealError
from trialseal.outcomes.model import Outcome
from trialseal.registries.history import RegistryHistory
from trialseal.registries.reading import read_histories
from trialseal.report.check.markdown import check_markdown
from trialseal.report.check.page import check_html
from trialseal.report.check.report import Brought, check_view
from trialseal.report.portfolio.page import portfolio_html
from trialseal.report.portfolio.table import portfolio_rows
from trialseal.rules.trial_case import Report, TrialCase
from trialseal.rules.trial_catalogue import judge_trial

SCRIPT = "<script>alert('1')</script><img src=x onerror=\"alert(2)\">"
_LIVE = re.compile(r"(?<!\\)<(?:script>alert|img src=x)")
"""Markup that a browser would obey; Markdown has a stroke before the sign."""
_MANY = 50
"""From so many fields on markup stands behind what a field says, not also in place of it, to save time."""
AS_OF = date(2026, 1, 1)
FORMS: dict[str, tuple[str, object]] = {
    "WHO ICTRP, XML": ("a.xml", ictrp()),
    "WHO ICTRP, CSV": ("a.csv", "TrialID,Public_title,Date_registration,Primary_outcome\nISRCTN12345678,A,2020,Pain\n"),
    "ISRCTN, XML": ("a.xml", ISRCTN),
    "ANZCTR, XML": ("a.xml", ANZCTR),
    "ClinicalTrials.gov, former XML": ("a.xml", LEGACY),
    "EUCTR, text": ("a.txt", EUCTR),
    "CTIS, JSON": ("a.json", CTIS),
    "DRKS, JSON": ("a.json", DRKS),
    "cthist, CSV": ("a.csv", CTHIST),
    "the site's CSV": ("a.csv", SITE),
    "ClinicalTrials.gov, JSON": ("a.json", STUDY),
}


def spoilt(name: str, content: object) -> Iterator[str]:
    """The download with markup in one string field, and so for each field: in place of it, and behind it."""
    if not isinstance(content, str):
        # Of a list, the first item that has the field.
        fields = {tuple(key for key in path if isinstance(key, str)): path for path in reversed([*_strings(content)])}
        for path in fields.values():
            for behind in (False, True) if len(fields) < _MANY else (True,):
                value = deepcopy(content)
                holder: Any = value
                for key in path[:-1]:
                    holder = holder[key]
                holder[path[-1]] = f"{holder[path[-1]]} {SCRIPT}" if behind else SCRIPT
                yield json.dumps(value)
    elif name.endswith(".xml"):
        count = sum(1 for _ in _texts(ElementTree.fromstring(content)))
        for place in range(count):
            for behind in (False, True):
                root = ElementTree.fromstring(content)
                element, key = list(_texts(root))[place]
                was = (element.text if key is None else element.get(key)) or ""
                now = f"{was} {SCRIPT}" if behind else SCRIPT
                if key is None:
                    element.text = now
                else:
                    element.set(key, now)
                yield ElementTree.tostring(root, encoding="unicode", xml_declaration=True)
    elif name.endswith(".csv"):
        rows = list(csv.reader(io.StringIO(content)))
        for line in range(1, len(rows)):
            for column in range(len(rows[0])):
                for cell in _cells(rows[line][column]):
                    changed = deepcopy(rows)
                    changed[line][column] = cell
                    out = io.StringIO()
                    csv.writer(out).writerows(changed)
                    yield out.getvalue()
    else:
        lines = content.splitlines()
        for place, line in enumerate(lines):
            label, colon, _ = line.partition(": ")
            if line.strip():
                spoilt_line = f"{label}{colon}{SCRIPT}" if colon else SCRIPT
                for one in (spoilt_line, f"{line} {SCRIPT}"):
                    yield "\n".join([*lines[:place], one, *lines[place + 1 :]])


def _cells(was: str) -> Iterator[str]:
    yield from (SCRIPT, f"{was} {SCRIPT}")
    if was.startswith("["):  # JSON within a cell
        yield from spoilt("cell", json.loads(was))


def _strings(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in pairs:
        if isinstance(one, str):
            yield (*path, key)
        else:
            yield from _strings(one, (*path, key))


def _texts(root: ElementTree.Element) -> Iterator[tuple[ElementTree.Element, str | None]]:
    for element in root.iter():
        if element.text and element.text.strip():
            yield element, None
        for key in element.attrib:
            yield element, key


def pages(history: RegistryHistory) -> Iterator[str]:
    """Every page and text with markup that a record gets into."""
    outcome = Outcome("primary", "Pain", "", "12 weeks", source="page 1")
    case = TrialCase(as_of=AS_OF, registry=history, reported=Report("paper.txt", (outcome,)))
    view = check_view(case, judge_trial(case), Brought())
    yield check_html(view)
    yield check_markdown(view)


@pytest.mark.parametrize("form", FORMS)
def test_markup_in_any_field_is_text_in_every_page(tmp_path: Path, form: str) -> None:
    name, content = FORMS[form]
    every: list[RegistryHistory] = []
    shown = 0
    for number, text in enumerate(spoilt(name, content)):
        path = tmp_path / f"{number}{Path(name).suffix}"
        path.write_text(text, encoding="utf-8")
        try:
            histories = list(read_histories(path))
        except TrialsealError as error:
            assert "\n" not in str(error)
            continue
        every += histories
        for history in histories:
            for page in pages(history):
                assert not _LIVE.search(page)
                shown += "alert(" in page
    assert shown, "no field of this form is shown anywhere"
    listed = portfolio_html(portfolio_rows(every, AS_OF), AS_OF)
    assert not _LIVE.search(listed)
