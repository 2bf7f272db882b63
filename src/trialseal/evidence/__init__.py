"""What is known of a file: its digests, the acts that carry them, what lies around it, and why it may differ."""
