"""What a map may say, and which are shipped, as the page docs/maps.md."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from trialseal.streams.maps import shipped

PAGE = Path(__file__).parents[4] / "docs" / "maps.md"
_WORDS = """# Maps

<!-- Made by python -m trialseal.streams.maps.describing: change that or the maps, not this page. -->

A map is a small file of TOML that says how the rows of an export become [events](events.md). `trialseal events map
FILE` drafts one by looking at a file, and marks with `?` what a person must decide; `trialseal events append …
--map NAME` takes a file, or the name of a map that is shipped. What the map says of the file, an option such as
`--zone` may say instead.

```toml
format = "trialseal-event-map/1"
title = "visits of our EDC"

[file]                          # all may be left out
encoding = "windows-1252"       # of text [utf-8; UTF-16 is known by its first bytes]
delimiter = ";"
names_row = 1                   # the line that holds the names
decimal = ","
missing = ["NA", "."]           # words for nothing
dates = "dmy"                   # or mdy, ymd, unix, unix-ms
zone = "Europe/Berlin"          # of times that do not say their offset from UTC
repeated_hour = "first"         # which is meant of the hour that clocks show twice
cumulative = true               # each export holds all rows that there ever were: what is gone is told

[[events]]                      # a row gives one event for each of these whose conditions hold
type = "visit"
prefix = "vis"                  # what its ids begin with
key = ["Patient", "Visit No"]   # together they name the row; the event's id is made of them, with the site's key
where = { Status = ["done"] }   # cells that columns must have; "*" is any that is not empty

[events.members]
subject = "Patient"             # a column, or more:
at = { column = "Date", time = "Time" }
visit = { columns = ["Visit", "Visit No"] }            # the first that holds anything
site = { constant = "DE01" }
treatment = { column = "Treated", values = { ja = true, nein = false }, optional = true }

[correction]                    # what the export itself says of who changed a row, when and why
by = "Changed by"
at = "Changed at"
reason = "Reason"
```

A member may also have `match` (a regular expression that the whole cell is like; its group is what counts),
`otherwise` (what any other cell means, beside `values`), `flags` (columns that say yes or no, each with the word
that a yes adds to a list), `yes` (the words for yes) and `dates`. Columns of JSON are paths, such as
`code.coding[0].display`; a list without a number gives what its first item that has anything gives. `[members]`
holds what all events of a map share; `running_ids = true` says that ids count rows, so that a participant's number
in one is chance.

An event's id is made of its row's key: `prefix` (the type, where none is given), a hyphen, and the first 10 bytes, in
hexadecimal, of HMAC-SHA-256(the site's key, `event id` and the JSON array of prefix and cells, without blanks, in
UTF-8; last in it the participant's number that `--set subject` states, where no column tells it). Files that go into
one stream need prefixes of their own, so that what is gone from one is not looked for in another. `id` among the
members, instead of `key`, takes a column's cell as it is.

Times are read as they are written and keep their precision, up to six digits of a second; names of months are
English. A local time that its zone's clocks skipped is refused,
one that they showed twice until it is stated which is meant; 24:00 is the midnight at a day's end. Dates may have
unknown parts (UN-MAY-2020).

An export is held against what the stream holds. The same row as before is counted and skipped. A row whose event
differs becomes a correction, with the reason that the export gives, or `--corrected-by CODE --correction-reason
TEXT`, or the answer at the terminal; until then it waits, and the exit code is 2. A row that is gone from a
cumulative export is named, and stated as entered in error with `--withdraw-gone`. A row that cannot be taken is
listed; `--skip-refused` takes the others.

## Shipped

| name | for | tried on |
|---|---|---|
"""
_EXAMPLE = re.compile("Example map, not tried on a real file: ")


def page() -> str:
    """docs/maps.md."""
    return _WORDS + "".join(map(_row, shipped.names()))


def _row(name: str) -> str:
    value = tomllib.loads(shipped.text(name))
    about = " ".join(str(value.get("about", "")).split())
    title = _EXAMPLE.sub("", str(value["title"]))
    tried = value.get("tried", "example map, not tried on a real file")
    return f"| `{name}` | {title}. {about} | {tried} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
