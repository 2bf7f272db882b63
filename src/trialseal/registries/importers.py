"""Importing a file of another format, whichever it is."""

from __future__ import annotations

import os

from trialseal.documents.canonical import read_json
from trialseal.documents.usdm.protocol import import_usdm
from trialseal.errors import UsageError
from trialseal.registries.ctgov import import_ctgov
from trialseal.registries.import_source import Imported

__all__ = ["Imported", "import_file", "import_value"]


def import_file(path: str | os.PathLike[str]) -> Imported:
    """The document in a ClinicalTrials.gov API v2 study or a CDISC USDM 4 definition; else UsageError."""
    return import_value(read_json(path), str(path))


def import_value(value: object, name: str) -> Imported:
    """As `import_file`, of a parsed JSON value; `name` is for messages."""
    if isinstance(value, list) and len(value) == 1:  # as the site's own download has it
        return import_value(value[0], name)
    if isinstance(value, dict):
        if "protocolSection" in value:
            return import_ctgov(value, name)
        if "study" in value and "usdmVersion" in value:
            return import_usdm(value, name)
        studies = value.get("studies")
        if isinstance(studies, list) and len(studies) == 1:
            return import_value(studies[0], name)
        if isinstance(studies, list):
            raise UsageError(f"{name} holds {len(value['studies'])} studies: save each as a file of its own")
        if "kind" in value and "format" in value:
            raise UsageError(f"{name} is a document of trialseal already: it needs no import")
    raise UsageError(f"{name} is neither a ClinicalTrials.gov API v2 study nor a CDISC USDM 4 definition")
