"""One function a rule: what is checked, by whose standard, when it applies, and what was found."""
