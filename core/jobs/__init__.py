"""All jobs there are, by name and in the order they are shown: a new one is a file in this folder and
a name here. The registry loads them; a list of names alone loads none."""

TYPED = (
    "refine",
    "evolve",
    "describe",
    "ask",
    "diagram",
    "imagine",
    "compose",
    "journey",
    "edit",
    "erase",
    "replace",
    "vary",
    "outpaint",
    "crop",
    "upscale",
    "restyle",
    "styles",
    "blend",
    "compare",
    "comic",
    "tree",
    "again",
    "continue",
)
"""What people type."""

PRESSED = (
    "pick",
    "paint_again",
    "put_back",
    "edit_prompt",
)
"""What is a button beside a picture."""
