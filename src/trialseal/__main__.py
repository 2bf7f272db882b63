"""`python -m trialseal` is the command."""

import sys

from trialseal.cli import main

sys.exit(main())
