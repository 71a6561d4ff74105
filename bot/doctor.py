"""`darkroom doctor`: what is configured, what is missing, what to do next."""

from dataclasses import dataclass
from decimal import Decimal

from adapters.discord.config import application_of, invite_url
from adapters.models.checks import ModelReport, check_models
from adapters.models.registry import Models
from adapters.pixels import PixelPool
from adapters.slack import checkup
from adapters.sqlite import check_version
from adapters.storage.sql import open_store
from adapters.web.config import CLOSED
from bot.bootstrap import make_models, sealer
from bot.config import Settings
from bot.doors import slack_config
from bot.folder import data_folder, database_url
from bot.mistakes import mistakes
from bot.models import chosen_by_key, idle_keys, price_of, unaffordable, undecided
from core.domain.errors import DarkroomError


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the report; `ok` None is a remark."""

    name: str
    ok: bool | None
    text: str


async def examine(settings: Settings) -> list[Finding]:
    """Looks at everything that can be looked at without spending money."""
    found = [Finding("config", True, settings.source)]
    found.append(_folder(settings))
    found.append(await _database(settings))
    found += await _models(settings)
    found += _provenance(settings)
    found += _discord(settings)
    found.append(await _slack(settings))
    found.append(_web(settings))
    found += [Finding("mistake", None, said) for _, said in mistakes(settings)]
    return found


def _provenance(settings: Settings) -> list[Finding]:
    """Whether pictures can be signed; nothing where it is not set up."""
    try:
        made = sealer(settings)
    except DarkroomError as exc:
        return [Finding("provenance", False, exc.sentence)]
    return [Finding("provenance", True, "pictures leave signed (C2PA)")] if made else []


def _folder(settings: Settings) -> Finding:
    try:
        folder = data_folder(settings)
    except DarkroomError as exc:
        return Finding("data folder", False, exc.sentence)
    return Finding("data folder", True, str(folder.resolve()))


async def _database(settings: Settings) -> Finding:
    try:
        version = check_version()  # the journal is SQLite's whatever the database is
        store = await open_store(database_url(settings))
    except DarkroomError as exc:
        return Finding("database", False, exc.sentence)
    await store.close()
    if settings.bot.database_url.startswith("postgres"):
        return Finding(
            "database", True, f"PostgreSQL, up to date; SQLite {version} for the journal"
        )
    return Finding("database", True, f"SQLite {version}, up to date")


async def _models(settings: Settings) -> list[Finding]:
    """Every configured model: its price, and what its provider says of it without being paid."""
    pixels = PixelPool()
    try:
        models = make_models(settings, pixels)
    except DarkroomError as exc:
        return [Finding("models", False, exc.sentence)]
    try:
        reports = await check_models(models)
    finally:
        await models.close()
        await pixels.close()
    by_role = {role: report for report in reports for role in report.roles}
    unknown = settings.prices.unknown_usd
    found = [_model(by_role[role], role, models, unknown) for role, _ in models.roles()]
    found += [Finding("limits", False, said) for said in unaffordable(settings, models) if said]
    notes = [chosen_by_key(settings, models), *idle_keys(settings, models)]
    found += [Finding("key", None, note) for note in notes if note]
    return found + [Finding("dialect", None, note) for note in undecided(settings, models)]


def _model(report: ModelReport, role: str, models: Models, unknown: Decimal) -> Finding:
    cost = price_of(role, models, unknown)
    text = f"{report.name} ({cost})"
    if role == "painter" and models.painter.profile.embedded:
        text += f": {models.painter.profile.note}"
    if report.sentence:
        text += f": {report.sentence}"
    fine = {"ready": True, "leaves": None, "silent": False, "trouble": False, "gone": False}
    ok = fine[report.state]
    return Finding(role, None if ok and cost.startswith("price unknown") else ok, text)


def _discord(settings: Settings) -> list[Finding]:
    token = settings.discord.token.get_secret_value()
    text = "token set" if token else "off: no DISCORD_TOKEN"
    return [
        Finding("discord", bool(token) or None, text),
        Finding("discord invite", None, invite_url(application_of(token))),
    ]


async def _slack(settings: Settings) -> Finding:
    if not settings.slack.bot_token.get_secret_value():
        return Finding("slack", None, "off: no SLACK_BOT_TOKEN")
    found = await checkup.examine(slack_config(settings))
    return Finding("slack", found.ok, found.text)


def _web(settings: Settings) -> Finding:
    if not settings.web.enabled:
        return Finding("page", None, "off: web.enabled is false")
    part = settings.web
    if part.playground and part.public_url and not part.token.get_secret_value():
        return Finding("page", None, CLOSED)
    return Finding("page", True, part.public_url or f"http://{part.host}:{part.port}/")


async def show_providers() -> int:
    """What every provider can do, as a table on standard output."""
    from adapters.models.table import providers_table

    print(await providers_table(PixelPool()))  # noqa: T201
    return 0
