"""A dry run makes no lasting secret."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from trialseal.cli.events.stores import site_key
from trialseal.cli.session import Session


@pytest.mark.parametrize("dry_run", [True, False])
def test_only_what_is_kept_makes_the_key_of_the_sites_pseudonyms(tmp_path: Path, *, dry_run: bool) -> None:
    said: list[str] = []
    args = Namespace(site_key=None, dry_run=dry_run)
    given: Any = SimpleNamespace(args=args, home=tmp_path, out=SimpleNamespace(say=said.append))
    assert len(site_key(cast(Session, given), make=True)) == 32
    assert (tmp_path / "site-key").exists() is not dry_run
    assert ("would be made" in said[0]) is dry_run
