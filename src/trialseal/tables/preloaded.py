"""What worker processes need, imported once for all of them; see `workers`."""

import pyarrow
import pyarrow.compute

from trialseal.tables import block_hashing, columns

__all__ = ["block_hashing", "columns", "pyarrow"]
