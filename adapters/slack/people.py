"""Who acts and where: ids from the payloads, as core's Actor and Place."""

from collections import OrderedDict
from dataclasses import replace

from adapters.slack.api import Json
from core.domain.commands import Actor, Place

PLATFORM = "slack"
KEPT = 2000


def team_of(body: Json, own_team: str) -> str:
    """`team_id` may be null (an app installed for a whole organisation)."""
    team: Json = body.get("team") or {}
    enterprise: Json = body.get("enterprise") or {}
    found = body.get("team_id") or team.get("id") or enterprise.get("id")
    return str(found or body.get("enterprise_id") or own_team)


def user_of(body: Json) -> str:
    """Who typed, pressed or wrote, "" where nobody is named."""
    user: Json = body.get("user") or {}
    event: Json = body.get("event") or {}
    return str(body.get("user_id") or user.get("id") or event.get("user") or "")


class SlackPeople:
    """Events name people by id alone: names are kept from the payloads that carry them."""

    def __init__(self) -> None:
        self._names: OrderedDict[tuple[str, str], str] = OrderedDict()

    def actor(self, team: str, user: str, name: str = "") -> Actor:
        """Without a known name the id as a mention, which the sender lets through in sentences."""
        if name:
            self._names[(team, user)] = name
            while len(self._names) > KEPT:
                self._names.popitem(last=False)
        known = self._names.get((team, user), f"<@{user}>")
        return Actor(platform=PLATFORM, tenant=team, id=user, name=known)


def asked_at(body: Json, team: str) -> Place:
    """Where a command or a click came from, with its reply address; a Home tab has no channel."""
    channel: Json = body.get("channel") or {}
    found = str(body.get("channel_id") or channel.get("id") or "")
    return replace(place(team, found), hint=str(body.get("response_url") or ""))


def place(team: str, channel: str, thread: str = "", message: str = "") -> Place:
    return Place(
        platform=PLATFORM,
        tenant=team,
        channel=channel,
        thread=thread,
        message=message,
        is_dm=channel.startswith("D"),
        upload_limit=0,
    )
