"""The maps that come with the program, by name."""

from __future__ import annotations

from importlib import resources

from trialseal.streams.maps.event_map import EventMap, parse_map


def names() -> tuple[str, ...]:
    """The names, in their order."""
    found = (one.name for one in resources.files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def text(name: str) -> str:
    """The text of a map."""
    return resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")


def read(name: str) -> EventMap:
    """The map of a name."""
    return parse_map(text(name).encode(), name)
