"""Every sentence the Slack adapter says, in one catalogue, and how text becomes safe on Slack."""

import re
from datetime import datetime
from decimal import Decimal

CONTINUE = "Continue from this"
AGAIN = "Paint again"
EDIT = "Edit prompt…"
DETAILS = "Details"
STOP = "Stop"
REVIEW_ON = "Review each round"
REVIEW_OFF = "Stop reviewing"
GO_ON = "Go on as it is"
REVIEW_ENDS = {
    "edited": "{by} edited it at {at}; the next round follows this:",
    "went_on": "{by} let it go on as it is, at {at}.",
    "time_up": "Nobody answered in time: it went on by itself at {at}.",
    "stopped": "{by} stopped the run at {at}.",
    "over": "The run is over.",
}
EDIT_CRITIQUE = "Edit critique…"
REPOST = "Repost"
START = "Start"
CANCEL = "Cancel"
CHOOSE = "Continue from a round…"
TAKEN = "Taken: what comes of it follows in the thread."
CHANGED = "Changed:"
MEASURES = {
    "": "score",
    "pixels": "score by pixels",
    "likeness": "score by likeness",
    "checklist": "score by checklist",
}
EMBEDDED = "embedded engine: a painter by formula, no neural network"

# dialogs and the Home tab
CLOSE = "Close"
WHERE = "Where to post"
PICTURE = "Picture"
CHOSEN_PICTURE = "The picture is the one you chose."
ITERATIONS = "Iterations"
QUALITY = "Quality"
SIZE = "Size"
CANDIDATES = "Candidates per round"
REVIEW = "Review"
PROMPT = "Prompt"
EDIT_TITLE = "Edit prompt"
PAINT = "Paint this"
CRITIQUE = "Critique"
CRITIQUE_EXAMPLE = "What shall change"
REVISE_TITLE = "Edit critique"
GOING_ON = "Go on"
BECAUSE = "Because"
UNDERSTOOD = "As the painter understood it"
SETTINGS_TITLE = "Settings"
SAVE = "Save"
CHANNELS = "Channels"
PEOPLE = "People"
PAINTER = "Painter"
DEFAULT = "Default"
YOUR_DAY = "Your day"
RUNNING = "Running"
SESSIONS_TITLE = "Sessions"
GO_ON_SESSION = "Continue"
CANDIDATES_SHORT = "Candidates"
A_PICTURE = "a picture"
BEST = "The best image"
REFERENCE = "The reference picture"
START_SURE = "Start this run?"
SHEET = "Contact sheet of all rounds"
PLOT = "Score and cost round by round"
ANIMATION = "The rounds as an animation"

NEITHER = "Give me a picture, a goal, or both: for example “a red fox in the snow at sunset”."
UNCLEAR = "Shall I paint that? I ask before it costs anything."
HELP_ME = "Help"
WELCOME = "You are welcome."
NO_SESSION_HERE = "There is no session in this thread. `/darkroom sessions` shows yours."
NEEDS_PICTURE = "Evolve needs a picture to depart from."
NO_PICTURE_THERE = "There is no picture in that message that I can take."
NOT_IN_CHANNEL = (
    "I am not in {channel}, so I can't post there. Type `/invite @{bot}` in it, then ask again."
)
ARCHIVED = "the channel {channel} is archived. Ask again in another one."
READ_ONLY = "I may not write in {channel}. Ask again in another one."
CLOSED = "I can't post in {channel} any more, so here is what came of your session."
OPEN_THREAD = "Open"
STYLES = "Any words; I know:"
TOO_LATE = "Slack's dialog took too long to open. Please try once more."
GONE = "That is not there any more."
PAGE = "The whole session: every round, its prompt, the tree"
DIRECT_MESSAGE = "Round {round}, as you asked with ✉️."
HELP = """*Darkroom develops images round by round.*
{jobs}
• `/quota` – what is left of your day · `/darkroom sessions` – your sessions · `/darkroom settings` – for admins
• Mention me, or write to me, with a picture and a sentence. In a session's thread a mention goes on: “darker, keep the dog”.
• On any posted picture: ⋮ → *Refine this image* or *Evolve this image*.
• In a thread: :{star}: continues from an image, :x: takes its post down, :envelope: sends it to you."""
SETTINGS = "Settings…"
SETTINGS_HEAD = (
    "These hold for the whole workspace. What you leave empty is the operator's default."
)
SETTINGS_CHANNELS = (
    "Where I may be used. Empty: in every channel I am in. Direct messages work always."
)
SETTINGS_PEOPLE = "Who may start runs. Empty: everyone. Admins always may."
SETTINGS_REVIEW = "Let people edit each critique before the next round"
IMAGES_A_DAY = "Images a day, everybody together (0: no limit)"
IMAGES_SHORT = "Images a day, everybody together"
USD_A_DAY = "Dollars a day, everybody together"
TOGETHER = "Empty or 0: no limit but the operator's own."
SETTINGS_NONE = "Nothing is set: everyone, everywhere, with the operator's defaults."
ADMINS_ONLY = "Only the workspace's admins can change the settings."
SAVED = "*Saved.*"
RESET = "Back to defaults"
RESET_SURE = "Everybody may use me everywhere again, with the operator's defaults."
NO_SESSIONS = "You have no sessions yet. `/refine` begins one."
UNKNOWN_COMMAND = "I know `/darkroom help`, `/darkroom sessions` and `/darkroom settings`."

_MENTION = re.compile(r"&lt;@([UW][A-Z0-9]+)&gt;")


def escape(text: str) -> str:
    """Slack's three control characters as entities, so that nothing in `text` can address anyone."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, limit: int) -> str:
    """At most `limit` characters; never a half entity at the end."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    amp = cut.rfind("&")
    if amp > len(cut) - 6 and ";" not in cut[amp:]:
        cut = cut[:amp]
    return cut + "…"


def safe(text: str, limit: int = 2900) -> str:
    return clip(escape(text), limit)


def sentence(text: str, limit: int = 2900) -> str:
    """A sentence of the program's own: the people it names by id become mentions."""
    return clip(_MENTION.sub(r"<@\1>", escape(text)), limit)


def money(usd: Decimal | None) -> str:
    if usd is None:
        return "cost unknown"
    if usd == 0:
        return "$0"
    return f"${usd:.2f}" if usd >= 1 or usd == round(usd, 2) else f"${usd:.4f}".rstrip("0")


def many(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def span(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def when(moment: datetime, form: str = "{date_short_pretty} {time}") -> str:
    """Slack shows it in the reader's own time zone."""
    fallback = f"{moment:%Y-%m-%d %H:%M} UTC"
    return f"<!date^{int(moment.timestamp())}^{form}|{fallback}>"
