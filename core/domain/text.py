"""People's sentences, cleaned."""

import re

# What is not closed goes on to the end: looking for its end from every beginning would take hours.
EXTRA_ARGS = re.compile(
    r"<sd_cpp_extra_args>.*?(</sd_cpp_extra_args>|\Z)|<(lora|lyco|hypernet):[^>]*(>|\Z)",
    re.S | re.I,
)


def clean(text: str) -> str:
    """A person's sentence without control characters and without a server's private syntax."""
    text = EXTRA_ARGS.sub(" ", text)
    text = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return re.sub(r"[ \t]+", " ", text).strip()
