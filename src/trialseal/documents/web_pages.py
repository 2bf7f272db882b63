"""Web pages that were saved where a file of another kind is wanted."""

from __future__ import annotations

import re

# Comments are taken whole, and never in another way: of many, there would be more ways than time.
_WEB_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml[^>]*>|<!--(?:(?!-->).)*-->|\s)*+<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)


def is_web_page(head: bytes) -> bool:
    """Whether a file that begins so is HTML."""
    return _WEB_PAGE.match(head) is not None
