"""The four contracts in plain Python: what each act needs, writes and logs, from docs and interfaces alone.

`World` holds all state. An act either changes it and gives its logs, or raises `Refused` with the contract's own
error and arguments and changes nothing. Nothing here looks at the Solidity, its compiler or its ABI.
"""

from .ledger import Log, Refused, fold_of, rolled, step
from .world import World

__all__ = ["Log", "Refused", "World", "fold_of", "rolled", "step"]
