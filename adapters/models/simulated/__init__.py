"""A painter and a critic with known error rates: for trials in which the right answer is known."""
