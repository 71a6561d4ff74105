"""The browser playground: a chat page, signed session pages, signed pictures."""
