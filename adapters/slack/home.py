"""The App Home: what is left of the day, and the person's sessions to look at and to continue."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from adapters.slack import texts
from adapters.slack.api import Json, SlackApi
from adapters.slack.kit import actions, button, context, divider, header, section, thumbnail
from adapters.texts.catalogue import t
from adapters.texts.catalogue import title as job_title
from adapters.texts.figures import images, money, number
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
    usd = t(
        "quota.usd",
        usd=money(quota.usd),
        limit=money(quota.usd_limit),
        per_run=money(quota.usd_per_run),
    )
    lines = [
        f"`{bar(quota.images, quota.images_limit)}` "
        + t("quota.images", images=quota.images, limit=quota.images_limit),
        f"`{bar(float(quota.usd), float(quota.usd_limit))}` {usd}",
        t("quota.runs", runs=quota.open_runs, limit=quota.open_runs_limit),
        t("quota.free", when=texts.when(quota.free_at)),
    ]
    if limit := quota.server_images_limit:
        lines.append(t("quota.server_images", used=quota.server_images, limit=limit))
    if usd_limit := quota.server_usd_limit:
        used = money(quota.server_usd)
        lines.append(t("quota.server_usd", used=used, limit=money(usd_limit)))
    if quota.frozen:
        lines.append(f":snowflake: {t('quota.frozen')}")
    return "\n".join(lines)


def session_line(summary: SessionSummary, link: str = "") -> str:
    """Mode, goal, state and best score of a session, in a line; `link` leads to its thread."""
    session, run = summary.session, summary.run
    what = texts.safe(session.known_as, 200) or t("post.a_picture")
    parts = [f"*{job_title(session.mode)}* – {what}", images(summary.iterations)]
    if summary.best is not None and summary.best.score is not None:
        parts.append(t("home.best", score=number(summary.best.score.value)))
    if run is not None:
        parts.append(run.status.value)
    if session.place.platform == "slack" and not session.place.is_dm:
        parts.append(f"<#{session.place.channel}>")
    parts.append(texts.when(session.created))
    if link:
        parts.append(f"<{texts.escape(link)}|{t('post.open')}>")
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
    blocks: list[Json] = [header(t("quota.title")), section(quota_text(quota))]
    if models.embedded:
        blocks.append(context(t("post.embedded")))
    blocks.append(actions([button(t("button.preferences"), "preferences", "home")]))
    if holds:
        blocks += [header(t("settings.title")), section(holds), actions([settings_button()])]
    going = [each for each in sessions if each.run is not None and each.run.status in OPEN]
    past = [each for each in sessions if each not in going]
    for title, group in ((t("home.running"), going), (t("home.sessions"), past)):
        if group:
            blocks += [divider(), header(title)]
        for each in group:
            blocks += session(each, thumbs, link(each))
    if not sessions:
        blocks.append(section(t("say.no_sessions")))
    return {"type": "home", "blocks": blocks[:100]}


def settings_button() -> Json:
    return button(t("button.settings"), "settings", "home")


def session(summary: SessionSummary, thumbs: Mapping[str, str], link: str = "") -> list[Json]:
    """A session with its best image, and the buttons to go on with it."""
    best = summary.best
    file = thumbs.get(best.image, "") if best else ""
    image = thumbnail(file, best.alt or t("alt.best")) if best and file else None
    blocks = [section(session_line(summary, link), image)]
    buttons: list[Json] = []
    if summary.run is not None and summary.run.status in OPEN:
        value = f"{summary.session.id} {summary.run.id}"
        buttons.append(button(t("button.stop"), "stop", value, "danger"))
    if best is not None:
        buttons.append(button(t("button.continue"), "home_continue", summary.session.id))
        buttons.append(button(t("button.details"), "details", best.id))
    if buttons:
        blocks.append(actions(buttons))
    return blocks


def rules(settings: ServerSettings) -> str:
    """What holds now, in a few lines; what is not set is the default and not listed."""
    if settings == replace(ServerSettings(), nsfw=settings.nsfw):
        return t("workspace.none")
    lines: list[str] = []
    if settings.channels:
        lines.append("• *Channels:* " + ", ".join(f"<#{each}>" for each in settings.channels[:50]))
    if settings.people:
        lines.append("• *People:* " + ", ".join(f"<@{each}>" for each in settings.people[:50]))
    rest = {
        t("workspace.painter"): settings.painter,
        t("workspace.iterations"): str(settings.iterations or ""),
        t("label.candidates"): str(settings.candidates or ""),
        t("label.quality"): settings.quality,
        t("workspace.language"): t(f"language.{settings.language}") if settings.language else "",
        t("label.size"): settings.size,
        t("label.review"): t("workspace.review.on") if settings.review else "",
        t("workspace.images_a_day"): str(settings.images_per_day or ""),
        t("workspace.usd_a_day"): money(settings.usd_per_day) if settings.usd_per_day else "",
    }
    lines += [f"• *{name}:* {texts.safe(value, 200)}" for name, value in rest.items() if value]
    return "\n".join(lines)
