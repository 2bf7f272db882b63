"""The command about a trial's summary page."""
