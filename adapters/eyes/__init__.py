"""Measured eyes: what can be read off a picture without asking a model for its opinion."""
