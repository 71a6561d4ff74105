"""Acts of admins on a server as a whole: who may not, whether runs go, its days, its stories."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import available_timezones

from core.domain import admin
from core.domain import rules as rules_of
from core.domain.admin import id_of, mention
from core.domain.commands import Actor
from core.domain.defaults import LoopDefaults
from core.domain.errors import BadRequest, Gone
from core.domain.settings import MAX_LISTED, of_stories
from core.domain.story import RATINGS
from core.ports.store import UnitOfWork
from core.service.admin_reports import Realm


@dataclass(frozen=True, slots=True)
class Now:
    """One act: its transaction, who acts, where, when."""

    uow: UnitOfWork
    actor: Actor
    realm: Realm
    at: datetime

    async def log(self, act: str, whom: str = "", **what: str) -> None:
        await self.uow.audit.add(
            act,
            self.actor,
            self.at,
            what,
            whom=whom,
            platform=self.realm.platform,
            tenant=self.realm.tenant,
        )


def of_a_server(realm: Realm) -> None:
    if not realm.platform:
        raise BadRequest("Name the server that it is for: --server discord:ID or slack:ID.")


async def block(command: admin.Block | admin.Unblock, now: Now) -> str:
    of_a_server(now.realm)
    realm, id = now.realm, id_of(command.person)
    person = Actor(realm.platform, realm.tenant, id, command.name)
    who = mention(realm.platform, id)
    if isinstance(command, admin.Unblock):
        if not await now.uow.budgets.unblock(person):
            raise Gone(f"{who} is not blocked here.")
        await now.log("unblock", id)
        return f"{who} may start runs again."
    if id == now.actor.id and realm.platform == now.actor.platform:
        raise BadRequest("You would block yourself.")
    await now.uow.budgets.block(person, now.actor.id, now.at)
    await now.log("block", id)
    return f"{who} may start no runs here; what goes on goes on: /darkroom runs has a Stop."


async def freeze(on: bool, now: Now) -> str:
    realm, servers = now.realm, now.uow.servers
    await now.log("freeze" if on else "thaw")
    if not realm.platform:
        await servers.set_flag("frozen", "yes" if on else "")
    else:
        settings = await servers.settings(realm.platform, realm.tenant)
        changed = replace(settings, frozen=on)
        await servers.save_settings(realm.platform, realm.tenant, changed)
    if on:
        return "Frozen: runs stop after the step that is going on, none begins; thaw undoes it."
    return "Thawed: runs may begin again."


async def time_zone(command: admin.TimeZone, now: Now) -> str:
    of_a_server(now.realm)
    realm, zone = now.realm, command.zone.strip()
    known = {name.casefold(): name for name in available_timezones()}
    if zone.casefold() not in known:
        raise BadRequest("zone is the name of a time zone, such as Europe/Berlin or UTC.")
    settings = await now.uow.servers.settings(realm.platform, realm.tenant)
    changed = replace(settings, timezone=known[zone.casefold()])
    await now.uow.servers.save_settings(realm.platform, realm.tenant, changed)
    await now.log("timezone", zone=changed.timezone)
    return f"Days, weeks and months of the limits here begin at midnight in {changed.timezone}."


async def stories(command: admin.Stories, now: Now, loop: LoopDefaults) -> str:
    """Within the operator's own bounds. Raises BadRequest where they are stricter."""
    of_a_server(now.realm)
    realm, servers = now.realm, now.uow.servers
    if command.rating and RATINGS.index(command.rating) > RATINGS.index(loop.story_rating):
        raise BadRequest(
            f"rating: the operator keeps stories to {loop.story_rating} (loop.story_rating)."
        )
    for name, asked, most in (
        ("words", command.words, loop.scene_words),
        ("scenes", command.scenes, loop.max_scenes),
    ):
        if asked is not None and asked > most:
            raise BadRequest(f"{name} is at most {most} here: the operator set it.")
    changed = replace(
        await servers.settings(realm.platform, realm.tenant),
        story_rating=command.rating or "",
        story_words=command.words,
        story_scenes=command.scenes,
    )
    await servers.save_settings(realm.platform, realm.tenant, changed)
    holds = of_stories(loop, changed)
    await now.log("stories", rating=holds.story_rating, words=str(holds.scene_words))
    return (
        f"Stories here are fit for {holds.story_rating}, with {holds.scene_words} words a scene "
        f"and {holds.max_scenes} scenes at most."
    )


async def rule(command: admin.SetRule, now: Now) -> str:
    of_a_server(now.realm)
    realm, name, servers = now.realm, command.rule, now.uow.servers
    settings = await servers.settings(realm.platform, realm.tenant)
    rules = settings.rules
    if command.value.strip():
        rules = rules_of.changed(rules, name, command.value)
        await servers.save_settings(realm.platform, realm.tenant, replace(settings, rules=rules))
        await now.log("rule", rule=name)
    return f"{name}: {rules_of.shown(rules, name)}"


async def gallery(command: admin.Gallery, now: Now) -> str:
    of_a_server(now.realm)
    realm, servers, channel = now.realm, now.uow.servers, id_of(command.channel)
    settings = await servers.settings(realm.platform, realm.tenant)
    kept = [each for each in settings.galleries if each != channel]
    if command.shown == "on":
        kept.append(channel)
    if len(kept) > MAX_LISTED:
        raise BadRequest(f"galleries: {MAX_LISTED} are the limit.")
    changed = replace(settings, galleries=tuple(kept))
    await servers.save_settings(realm.platform, realm.tenant, changed)
    await now.log("gallery", channel=channel, shown=command.shown)
    if command.shown == "off":
        return "The gallery of this channel is closed; its links show nothing."
    return (
        "The starred pictures of this channel are shown in a gallery now: each session's page links "
        "to it, and whoever has the link sees it."
    )
