"""The App Home: what is left of the day, and the person's sessions to look at and to continue."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from adapters.slack import texts
from adapters.slack.api import Json, SlackApi
from adapters.slack.kit import actions, button, context, divider, header, section, thumbnail
from core.domain.records import OPEN
from core.domain.settings import ServerSettings
from core.ports.api import ModelsView, QuotaView, SessionSummary

Link = Callable[[SessionSummary], str]
SESSIONS = 20
BAR = 12


def link_of(api: SlackApi) -> Link:
    """Where a session's thread is."""

    def link(summary: SessionSummary) -> str:
        session = summary.session
        return api.permalink(session.place.channel, session.thread or session.place.thread)

    return link


def bar(used: float, limit: float) -> str:
    """Twelve squares; a limit of nothing is full."""
    share = 1.0 if limit <= 0 else min(1.0, used / limit)
    full = round(share * BAR)
    return "█" * full + "░" * (BAR - full)


def quota_text(quota: QuotaView) -> str:
    lines = [
        f"`{bar(quota.images, quota.images_limit)}` {quota.images} of {quota.images_limit} images today",
        f"`{bar(float(quota.usd), float(quota.usd_limit))}` "
        f"{texts.money(quota.usd)} of {texts.money(quota.usd_limit)} today"
        f" · at most {texts.money(quota.usd_per_run)} a run",
        f"{quota.open_runs} of {quota.open_runs_limit} runs going",
        f"Free again: {texts.when(quota.free_at)}",
    ]
    if quota.server_images_limit:
        lines.append(f"This workspace: {quota.server_images} of {quota.server_images_limit} images")
    if quota.server_usd_limit:
        used, limit = texts.money(quota.server_usd), texts.money(quota.server_usd_limit)
        lines.append(f"This workspace: {used} of {limit}")
    if quota.frozen:
        lines.append(":snowflake: The operator has stopped all runs for now.")
    return "\n".join(lines)


def session_line(summary: SessionSummary, link: str = "") -> str:
    """Mode, goal, state and best score of a session, in a line; `link` leads to its thread."""
    session, run = summary.session, summary.run
    what = texts.safe(session.goal, 200) or texts.A_PICTURE
    parts = [f"*{session.mode.capitalize()}* – {what}", texts.many(summary.iterations, "image")]
    if summary.best is not None and summary.best.score is not None:
        parts.append(f"best {summary.best.score.value:.1f}")
    if run is not None:
        parts.append(run.status.value)
    if session.place.platform == "slack" and not session.place.is_dm:
        parts.append(f"<#{session.place.channel}>")
    parts.append(texts.when(session.created))
    if link:
        parts.append(f"<{texts.escape(link)}|{texts.OPEN_THREAD}>")
    return " · ".join(parts)


def view(
    quota: QuotaView,
    sessions: Sequence[SessionSummary],
    thumbs: Mapping[str, str],
    models: ModelsView,
    holds: str = "",
    link: Link = lambda summary: "",
) -> Json:
    """At most 100 blocks: a head, and three for each of at most 20 sessions. `holds` tells an admin
    what holds in the workspace ("" for everybody else)."""
    blocks: list[Json] = [header(texts.YOUR_DAY), section(quota_text(quota))]
    if models.embedded:
        blocks.append(context(texts.EMBEDDED))
    if holds:
        blocks += [header(texts.SETTINGS_TITLE), section(holds), actions([settings_button()])]
    going = [each for each in sessions if each.run is not None and each.run.status in OPEN]
    past = [each for each in sessions if each not in going]
    for title, group in ((texts.RUNNING, going), (texts.SESSIONS_TITLE, past)):
        if group:
            blocks += [divider(), header(title)]
        for each in group:
            blocks += session(each, thumbs, link(each))
    if not sessions:
        blocks.append(section(texts.NO_SESSIONS))
    return {"type": "home", "blocks": blocks[:100]}


def settings_button() -> Json:
    return button(texts.SETTINGS, "settings", "home")


def session(summary: SessionSummary, thumbs: Mapping[str, str], link: str = "") -> list[Json]:
    """A session with its best image, and the buttons to go on with it."""
    best = summary.best
    file = thumbs.get(best.image, "") if best else ""
    image = thumbnail(file, best.alt or texts.BEST) if best and file else None
    blocks = [section(session_line(summary, link), image)]
    buttons: list[Json] = []
    if summary.run is not None and summary.run.status in OPEN:
        value = f"{summary.session.id} {summary.run.id}"
        buttons.append(button(texts.STOP, "stop", value, "danger"))
    if best is not None:
        buttons.append(button(texts.GO_ON_SESSION, "home_continue", summary.session.id))
        buttons.append(button(texts.DETAILS, "details", best.id))
    if buttons:
        blocks.append(actions(buttons))
    return blocks


def rules(settings: ServerSettings) -> str:
    """What holds now, in a few lines; what is not set is the default and not listed."""
    if settings == replace(ServerSettings(), nsfw=settings.nsfw):
        return texts.SETTINGS_NONE
    lines: list[str] = []
    if settings.channels:
        lines.append("• *Channels:* " + ", ".join(f"<#{each}>" for each in settings.channels[:50]))
    if settings.people:
        lines.append("• *People:* " + ", ".join(f"<@{each}>" for each in settings.people[:50]))
    rest = {
        texts.PAINTER: settings.painter,
        texts.ITERATIONS: str(settings.iterations or ""),
        texts.CANDIDATES_SHORT: str(settings.candidates or ""),
        texts.QUALITY: settings.quality,
        texts.SIZE: settings.size,
        texts.REVIEW: "each round" if settings.review else "",
        texts.IMAGES_SHORT: str(settings.images_per_day or ""),
        texts.USD_A_DAY: texts.money(settings.usd_per_day) if settings.usd_per_day else "",
    }
    lines += [f"• *{name}:* {texts.safe(value, 200)}" for name, value in rest.items() if value]
    return "\n".join(lines)
