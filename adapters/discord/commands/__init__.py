"""Slash and message commands. A new one is a declaration in one of these files, and a test."""
