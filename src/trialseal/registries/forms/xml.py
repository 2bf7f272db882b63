"""Registries' XML: read without entities, elements found by their names whatever their namespace and case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trialseal.errors import UsageError


def parsed(data: bytes, name: str) -> Any:
    """The root element; UsageError for XML that is damaged or defines entities."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(data)
    except DefusedXmlException:
        raise UsageError(f"{name} defines XML entities and was not read: download the record again") from None
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise UsageError(f"{name} is damaged XML: {error}; download the record again") from None


def local(element: Any) -> str:
    """An element's name in small letters, without its namespace; '' for what is none."""
    return element.tag.rpartition("}")[2].casefold() if isinstance(element.tag, str) else ""


def below(element: Any, *names: str) -> Iterator[Any]:
    """The elements of these names anywhere below one, in the order of the file."""
    wanted = {one.casefold() for one in names}
    return (one for one in element.iter() if one is not element and local(one) in wanted)


def text(element: Any, *names: str) -> str | None:
    """The text of the first element of the first of these names that has any."""
    for name in names:
        for one in below(element, name):
            if whole := "".join(one.itertext()).strip():
                return whole
    return None


def texts(element: Any, *names: str) -> list[str]:
    """The texts of all elements of these names."""
    return [whole for one in below(element, *names) if (whole := "".join(one.itertext()).strip())]
