"""What an office owes, for all its trials: as rows, as a page, as a calendar."""
