"""How a trial stands, for its own office: on one page."""
