"""What holds on this very installation."""
