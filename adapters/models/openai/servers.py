"""Which server a configuration means, and what it is called: known without loading the SDK, which
takes most of a second."""

import re
from urllib.parse import urlsplit

from adapters.models.config import ProviderConfig

GPT = re.compile(r"(?:chat)?gpt-image-(\d+(?:\.\d+)?|latest)")
LABELS = {"openai": "OpenAI", "openrouter": "OpenRouter"}
OFFICIAL = "https://api.openai.com/v1"


def base_url(config: ProviderConfig) -> str:
    return (config.base_url or OFFICIAL).rstrip("/")


def is_official(config: ProviderConfig) -> bool:
    """OpenAI itself, not a server that only speaks like it."""
    return urlsplit(base_url(config)).hostname == urlsplit(OFFICIAL).hostname


def label_of(provider: str) -> str:
    """A provider's name in the configuration, as a sentence begins with it."""
    return LABELS.get(provider, f"The server {provider}")
