"""A manuscript's text by page and line, and what it states of its trial: read here, kept nowhere, never anchored.

`read_manuscript` gives the text, `read_paper` what is stated in it. Nothing leaves this computer.
"""

from __future__ import annotations

from trialseal.manuscripts.model import Line, Manuscript
from trialseal.manuscripts.paper import Paper, read_paper
from trialseal.manuscripts.reader import read_manuscript

__all__ = ["Line", "Manuscript", "Paper", "read_manuscript", "read_paper"]
