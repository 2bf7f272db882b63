"""What registries say: one reader a form, one model of a record and its history."""
