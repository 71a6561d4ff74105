"""The scopes and events this app lives on; manifest.yaml names exactly these."""

SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "im:history",
    "reactions:read",
    "reactions:write",
    "users:read",
)
PLEASANT = frozenset({"assistant:write"})  # an app of before works without
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.im",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
)


def missing(granted: str) -> tuple[str, ...]:
    """Scopes that the installation lacks; `granted` is Slack's x-oauth-scopes header."""
    have = {scope.strip() for scope in granted.split(",")}
    return tuple(scope for scope in SCOPES if scope not in have | PLEASANT)
