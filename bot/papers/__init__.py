"""The pages of the documentation that are made of the code: `make papers` writes them, a test holds
them to it."""
