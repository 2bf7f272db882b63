"""`due`: what each trial owes, and by when."""
