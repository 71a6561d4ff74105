"""`darkroom trial`: does the loop help, at which price, on which models."""
