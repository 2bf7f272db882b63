"""The commands by what they are for, as the help of the whole command lists them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Final

HEADINGS: Final = {
    "check files, bundles and trials": ("verify", "history", "trials", "bundle", "summary", "timestamp"),
    "check papers and registry records": ("check", "portfolio", "due", "replay", "watch", "snapshot"),
    "prepare and seal a trial": (
        "example", "init", "import", "validate", "register", "add-id", "withdraw-id", "seal", "amend", "milestone",
        "results", "correct", "batch", "status",
    ),
    "keep its data, products and shares": ("dataset", "events", "consent", "kits", "share"),
    "say who may act, vouch for others": (
        "party", "role", "appoint", "transfer", "vouch", "accredit", "approve", "attest", "withdraw",
        "checkpoint",
    ),
    "sign here, send elsewhere": ("sign", "relay", "relayer", "outbox"),
    "look after keys and networks": ("doctor", "selftest", "account", "backup", "restore", "devnet", "deploy"),
}  # fmt: skip


class GroupedHelp(argparse.RawDescriptionHelpFormatter):
    """Lists commands under their headings."""

    def _format_action(self, action: argparse.Action) -> str:
        if not isinstance(action, argparse._SubParsersAction):
            return super()._format_action(action)
        known = {one.dest: one for one in action._get_subactions()}
        self._action_max_length = self._current_indent + self._indent_increment + max(map(len, known), default=0)
        return "".join(self._under_headings(known)).removeprefix("\n")

    def _under_headings(self, known: dict[str, argparse.Action]) -> Iterator[str]:
        for heading, names in HEADINGS.items():
            yield f"\n{' ' * self._current_indent}{heading}:\n"
            self._indent()
            yield from (self._format_action(known[name]) for name in names if name in known)
            self._dedent()
