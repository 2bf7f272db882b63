"""What worker processes need, imported once for all of them; see `content`."""

import pyarrow
import pyarrow.compute

from trialseal.tables import columns, content

__all__ = ["columns", "content", "pyarrow"]
