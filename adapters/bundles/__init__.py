"""A session as files that stand alone: session.json, an offline page, a book, one archive."""
