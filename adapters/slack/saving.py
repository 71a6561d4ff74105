"""“Save as…”: a picture as a file of the kind and width that somebody asks for, sent to them alone."""

from adapters.slack import inputs
from adapters.slack.admin import AdminDoor
from adapters.slack.api import Json
from adapters.slack.forms import DialogInputs
from adapters.slack.job_dialog import block_of
from adapters.slack.kit import button
from adapters.slack.modals import Where
from adapters.texts.catalogue import t, title
from core.domain.admin import SaveAs
from core.domain.commands import Actor
from core.domain.options import options
from core.domain.records import Iteration

SAVE, MODAL = "save", "picture_saved"


def save_button(iteration: str) -> Json:
    return button(t("button.save_as"), SAVE, iteration)


def dialog(node: Iteration) -> Json:
    first = {"width": str(node.width)}
    blocks = [block_of(f, (), (), first.get(f.name, "")) for f in options(SaveAs)]
    where = Where(iteration=node.id)
    return inputs.modal(MODAL, title(SAVE), t("form.submit.save"), where.pack(), blocks)


async def submitted(door: AdminDoor, body: Json, actor: Actor) -> None:
    view: Json = body["view"]
    answers, where = DialogInputs(view), Where.unpack(str(view.get("private_metadata") or ""))
    said = {"format": answers.choice("format") or "", "width": str(answers.number("width") or "")}
    values = {name: value for name, value in said.items() if value}
    await door.act(body, actor, SaveAs, values, iteration=where.iteration)
