"""Every sentence the bot says on Discord, in one catalogue, ready for translation.

People's own text is only ever an argument, never a template.
"""

from contextvars import ContextVar

from discord import Locale
from discord.app_commands import TranslationContextTypes, Translator, locale_str

from adapters.discord.texts_de import TEXTS_DE
from adapters.texts.catalogue import ENGLISH, catalogue, language_of, text

TEXTS: dict[str, str] = {
    **catalogue("en"),
    # buttons and forms
    "pick": "Continue from this",
    "again": "Paint again",
    "prompt": "Edit prompt…",
    "details": "Details",
    "page": "Session page",
    "stop": "Stop",
    "review_on": "Review each round",
    "review_off": "Stop reviewing",
    "confirm": "Start",
    "decline": "Leave it",
    "revise": "Edit critique…",
    "go_on": "Go on as it is",
    "repost": "Repost",
    "choose": "Continue from an image…",
    "resume": "Go on with a session…",
    "form.prompt": "The prompt of the next image",
    "form.critique": "What the next round shall mend",
    "form.goal": "What do you want? (may stay empty)",
    "form.iterations": "Rounds (may stay empty)",
    "form.styles": "Styles (may stay empty)",
    # settings
    "settings.head": "### Settings of this server\nThey hold for new runs, at once. People who manage the server may always start runs.",
    "settings.channels": "**Channels** I work in",
    "settings.everywhere": "All channels",
    "settings.roles": "**Roles** that may start and continue runs",
    "settings.everyone": "Everyone",
    "settings.people": "**People** who may, besides the roles",
    "settings.nobody": "Nobody in particular",
    "settings.painter": "**Painter**",
    "settings.configured": "The bot's own ({painter})",
    "settings.embedded": "The embedded engine ({painter}): by formula, free",
    "settings.gone": "{painter}: not there any more",
    "settings.quality": "**Quality** where nobody names one",
    "settings.size": "**Size** where nobody names one",
    "settings.default": "the bot's default",
    "settings.review": "**Review** of each critique before it is used",
    "settings.review_on": "Every run stops for it",
    "settings.review_off": "Only where it is asked for",
    "settings.nsfw": "**Age-restricted channels**",
    "settings.nsfw_strict": "Strict moderation, as everywhere",
    "settings.nsfw_age_restricted": "Milder moderation, pictures behind a spoiler",
    "settings.numbers": "**Rounds** {iterations} · **images a round** {candidates}\n**Everybody together, a day:** images {images} · dollars {usd}",
    "settings.unlimited": "no limit",
    "settings.change_numbers": "Rounds and images, limits…",
    "settings.back": "Back to defaults",
    "settings.undo": "Undo",
    "settings.saved": "Saved.",
    "settings.nothing_to_undo": "There is nothing to undo any more.",
    "settings.not_admin": "Only people who manage this server can change its settings.",
    "settings.no_number": "{name} must be a whole number.",
    "settings.form": "Defaults of this server",
    "settings.form.iterations": "Rounds (empty: the bot's default)",
    "settings.form.candidates": "Images a round (empty: the bot's default)",
    "settings.form.images_per_day": "Images a day, all together (0: no limit)",
    "settings.form.usd_per_day": "Dollars a day, all together (0: no limit)",
    # answers
    "taken": "On it: what comes of it is posted in the session's thread.",
    "posted": "Here: {link}",
    "known": "That is already on its way.",
    "picked_before": "You already continue from this image.",
    "stopping": "Stopping after the step that is running. What is painted stays.",
    "noted": "Noted.",
    "example": "Give me a picture, a sentence, or both: `/refine goal: a red fox in the snow at sunset`.",
    "example_mention": "Send me a picture with a sentence, or just a sentence: “a red fox in the snow at sunset”.",
    "show_help": "Help",
    "paint": "Paint this",
    "unclear": "Shall I paint that? I ask before it costs anything.",
    "welcome": "You are welcome.",
    "for_you_alone": "Only you will see it:",
    "show.help": "Show me how this works",
    "show.quota": "Show my day",
    "show.sessions": "Show my sessions",
    "role_mention": "You mentioned my role, so Discord does not show me your words. Mention me by my name, or use `/refine`.",
    "no_image": "There is no picture in that message that I can see.",
    "no_session": "There is no session in this thread. `/sessions` shows yours.",
    "no_sessions": "You have no sessions yet. Start one with `/refine`.",
    "not_there": "That is not there any more.",
    "number": "Rounds must be a whole number from 1 to 20.",
    "missing": "I can't work here: the permission “{permission}” is missing. A server admin can grant it.",
    "user_installed": "Here I can keep a single reply for a quarter of an hour: at most {rounds} rounds. Add me to the server for longer runs.",
    "trouble": "Something went wrong on my side and nothing was started. Please try again.",
    # posts
    "embedded": "Painted by formula: no neural network is connected.",
    "status.by": "for {name}",
    "rounds.1": "1 round",
    "rounds.n": "{n} rounds",
    "images.1": "1 image",
    "images.n": "{n} images",
    "quote": "{rounds}, {images}, at most {at_most}",
    "quote.free": "{rounds}, {images}, free",
    "quote.likely": ", likely {likely}",
    "quote.minutes": ", about {minutes} min",
    "quote.seconds": ", about {seconds} s",
    "quote.models": "with {models}",
    "price_unknown": "of unknown price",
    "confirm.ask": "This waits for a yes: {reason}",
    "spent": "spent {spent}",
    "round": "### Round {round} of {rounds}",
    "score": "{score} of 100",
    "score.pixels": "{score} of 100 by pixels",
    "score.likeness": "{score} of 100 by likeness",
    "score.checklist": "{score} of 100 by checklist",
    "checks": "{passed} of {all} checks",
    "drift": "{drift} of 100 like the original",
    "best": "new best",
    "seconds": "{seconds} s",
    "review.ask": "### Review of round {round}\nThe next round will follow this. Change it, or let it go on{until}.",
    "review.until": " (by itself {until})",
    "review.closed": "### Review of round {round}",
    "review.edited": "{by} edited it {at}; the next round follows this:",
    "review.went_on": "{by} let it go on as it is, {at}.",
    "review.time_up": "Nobody answered in time: it went on by itself {at}.",
    "review.stopped": "{by} stopped the run {at}.",
    "review.over": "The run is over.",
    "paused": "### Paused after round {round}\n{reason}",
    "finished": "### Done after {rounds}",
    "finished.cost": "{images}, {spent} (at most {at_most} was promised)",
    "finished.free": "{images}, free",
    "finished.released": "{released} given back",
    "finished.unknown": "{count} calls without an answer are counted at their highest price",
    "alt.reference": "The reference",
    "alt.base": "The image this branch grows from",
    "alt.rounds": "All rounds side by side",
    "alt.animation": "The rounds one after the other",
    "alt.plot": "Score and cost by round",
    "failed": "### This run broke off\n{sentence}",
    "refused.free": "Free again {when}.",
    "star": "{emoji} this image, or press the button, to continue from it.",
    "flat": "The thread is closed; the rounds go on here.",
    "full_size": "From {link}",
    "quota.text": "### Your day\n{bar} {images} of {images_limit} images\n{usd_bar} {usd} of {usd_limit}\nRuns going: {open_runs} of {open_runs_limit} · at most {usd_per_run} a run\nFree again {free_at}.",
    "quota.server_images": "This server: {used} of {limit} images",
    "quota.server_usd": "This server: {used} of {limit}",
    "quota.frozen": "All runs are stopped by the operator for now.",
    "help.text": "### Darkroom\nI develop an image round by round: a model looks, paints, compares and mends.\n{jobs}\n• Right-click any message: Apps → Refine this image, Evolve this image.\n• Mention me with a picture and a sentence; in a session's thread, mention me with what shall change.\n• {emoji} or “Continue from this” starts a branch, ❌ takes an image down, ✉️ sends it to you.\n• `/sessions`, `/quota`.\nPainter: {painter} · critic: {critic}",
    "details.text": "### Round {round}\n**Prompt** {prompt}",
    "details.because": "**Because** {because}",
    "details.style": "**Style** {style}",
    "details.made": "{model} · {width}×{height} · seed {seed} · {cost} · {seconds} s",
    "details.revised": "**The painter's own words** {revised}",
}


CATALOGUES = {"en": TEXTS, "de": TEXTS_DE}
_language: ContextVar[str] = ContextVar("discord_language", default="en")


def speak(locale: str) -> None:
    """From here on this task answers in the language of a Discord locale, such as `de` or `en-GB`."""
    _language.set(language_of(locale))


def spoken() -> str:
    """The language that this task answers in."""
    return _language.get()


def say(key: str, **values: object) -> str:
    """The sentence of that key, filled in; in English where the language does not have it."""
    return CATALOGUES.get(_language.get(), TEXTS).get(key, TEXTS[key]).format(**values)


def counted(key: str, n: int) -> str:
    """`1 round`, `2 rounds`."""
    return say(f"{key}.1") if n == 1 else say(f"{key}.n", n=n)


def described(key: str) -> locale_str:
    """A command's or option's description, or a menu's name, for Discord's own localisation."""
    return locale_str(text(key), key=key)


class Catalogue(Translator):
    """Gives Discord every description in every language there is."""

    async def translate(
        self, string: locale_str, locale: Locale, context: TranslationContextTypes
    ) -> str | None:
        language = language_of(locale.value)
        if language == ENGLISH or "key" not in string.extras:
            return None
        key: str = string.extras["key"]
        return CATALOGUES.get(language, {}).get(key) or catalogue(language).get(key)
