"""What `darkroom doctor` says of Slack: whether the token works, and which scopes are missing."""

from dataclasses import dataclass
from typing import Any

from adapters.slack import scopes
from adapters.slack.api import SlackApi
from adapters.slack.config import SlackConfig
from core.domain.errors import PlatformError


@dataclass(frozen=True, slots=True)
class Checkup:
    """`ok` None: Slack could not be asked."""

    ok: bool | None
    text: str


async def examine(config: SlackConfig) -> Checkup:
    """Asks Slack who the token belongs to; spends nothing and posts nothing."""
    api = SlackApi(config)
    granted = ""

    async def auth_test() -> Any:
        nonlocal granted
        answer = await api.web.auth_test()
        granted = str(answer.headers.get("x-oauth-scopes") or "")
        return answer

    _ = api.session
    try:
        me = await api.call(auth_test)
    except PlatformError as exc:
        if api.refused:
            return Checkup(False, f"Slack refuses the bot token ({api.refused})")
        return Checkup(None, f"token set; {exc.sentence}")
    finally:
        await api.close()
    return _judged(str(me.get("team") or me.get("team_id") or ""), granted)


def _judged(team: str, granted: str) -> Checkup:
    lacking = scopes.missing(granted) if granted else ()
    if lacking:
        return Checkup(
            False,
            f"in {team}, but the installed app lacks {', '.join(lacking)}: "
            "paste manifest.yaml again and reinstall the app",
        )
    return Checkup(True, f"in {team}, all scopes of manifest.yaml granted")
