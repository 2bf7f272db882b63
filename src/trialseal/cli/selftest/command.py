"""`selftest`: what holds on this installation, in seconds; it changes nothing and asks nobody."""

from __future__ import annotations

from collections.abc import Iterator

from trialseal import extras
from trialseal.cli.selftest import bundles, installation
from trialseal.cli.selftest.published import checked
from trialseal.cli.session import Session
from trialseal.cli.signs import Health, Sign, told

_BUNDLE = {"bundle": bundles.whole, "changed bits": bundles.flipped, "changed document": bundles.altered}


def selftest(session: Session) -> int:
    """Looks at everything; 1 if something fails, else 0."""
    return told(session.out, _signs(session))


def _signs(session: Session) -> Iterator[Sign]:
    yield from installation.versions()
    yield from installation.files()
    for name, wrong, words in checked():
        yield Sign(name, Health.FAILS if wrong else Health.WORKS, f"{wrong}: {_CURE}" if wrong else words)
    for name, check in _BUNDLE.items():
        try:
            with extras.named():
                yield Sign(name, Health.WORKS, check())
        except Exception as error:  # whatever a broken installation raises is an answer here
            yield Sign(name, Health.FAILS, f"{str(error) or type(error).__name__}: {_CURE}")
    yield from installation.clock()
    yield from installation.rights(session.home)


_CURE = "do not rely on this installation; install trialseal anew"
