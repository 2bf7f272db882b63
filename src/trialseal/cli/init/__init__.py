"""The commands that begin a trial's folder, and lay out the examples."""
