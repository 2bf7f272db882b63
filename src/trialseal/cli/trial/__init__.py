"""The commands about one trial: its acts, its verdict, its timeline."""
