"""The summary page of a trial: what was sealed, when, by whom, as of which block."""
