"""The commands about kits and other products."""
