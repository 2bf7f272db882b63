"""Second clocks on the command line."""
