"""The page of all commands: jobs with their options as they are declared, then what the terminal and a
server's admins have beside them."""

from collections.abc import Iterator
from typing import Any, assert_never

import typer

from adapters.texts.catalogue import t
from bot.cli import app
from bot.papers.markdown import code, made_by, table
from core.domain.admin import ACTS
from core.domain.defaults import LoopDefaults
from core.domain.options import Field, options
from core.jobs import TYPED
from core.jobs.job import Job
from core.jobs.registry import JOBS

HEAD = """# Commands

A job has one name at every door: `/refine` on Discord, on Slack and in the page's line, `darkroom refine`
in the terminal, the tool `refine` for an assistant. Its options have one name as well: a field of a
form, `goal:…` in the page's line, `--goal` in the terminal. Which door has which is in
[a table](../adapters/README.md); what a job needs that no configured model can
do, its help says.

`darkroom COMMAND --help` prints the same, with the bounds that hold for you."""


def page() -> str:
    loop = LoopDefaults()
    parts = [made_by("core/jobs and the terminal's commands"), HEAD, "## Jobs"]
    for name in TYPED:
        parts += list(_job(JOBS[name], loop))
    parts += ["## In the terminal", _terminal(), "## For a server's admins", _acts(loop)]
    return "\n\n".join(filter(None, parts)) + "\n"


def _job(job: Job, loop: LoopDefaults) -> Iterator[str]:
    yield f"### {job.name}"
    yield f"{t(job.name)}. {_needs(job)}".strip()
    if job.examples:
        yield "```\n" + "\n".join(f"darkroom {each}" for each in job.examples) + "\n```"
    fields = options(job.command, loop)
    if fields:
        yield table(("option", "takes", "what it is"), [_option(field) for field in fields])


def _needs(job: Job) -> str:
    """What a painter must be able to do beyond painting from words."""
    needs = sorted(job.needs - {"generate"})
    return f"Needs a model that can {', '.join(code(each) for each in needs)}." if needs else ""


def _option(field: Field) -> tuple[str, str, str]:
    name = code(field.name) + (" (must be told)" if field.required else "")
    return name, takes(field), t(field.help)


def takes(field: Field) -> str:
    """What may be said: "1 to 10, else 4"."""
    match field.kind:
        case "choice":
            choices = ", ".join(map(code, field.choices))
            return f"{choices}; else {code(field.default)}" if field.default else choices
        case "number":
            bounds = f"{field.least} to {field.most}" if field.most else "a number"
            return f"{bounds}, else {field.default}" if field.default else bounds
        case "flag":
            return "yes or no"
        case "image":
            return "a picture"
        case "list":
            return "words, separated by commas"
        case "text":
            return f"up to {field.most:,} characters" if field.most else "words"
    assert_never(field.kind)


def _terminal() -> str:
    group: Any = typer.main.get_command(app)
    own = {name: each for name, each in group.commands.items() if name not in JOBS}
    rows = [(_usage(name, each), _about(each)) for name, each in own.items()]
    return table(("command", "what it does"), rows)


def _usage(name: str, command: Any) -> str:
    words = [f"darkroom {name}", *(_word(each) for each in command.params)]
    return code(" ".join(filter(None, words)))


def _word(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        name = str(parameter.name).upper()
        return name if parameter.required else f"[{name}]"
    if parameter.name in ("config", "help"):
        return ""
    return f"[{max(parameter.opts, key=len)}]"


def _about(command: Any) -> str:
    """Its first paragraph."""
    return str(command.help).partition("\n\n")[0]


def _acts(loop: LoopDefaults) -> str:
    rows = [
        (code(name), f"{t(f'admin.{name}')}.", ", ".join(code(f.name) for f in options(act, loop)))
        for name, act in ACTS.items()
    ]
    head = (
        "In chat behind `/darkroom`, for the operator `darkroom admin`; "
        "[Operate](operations.md#what-admins-do) says who may what.\n\n"
    )
    return head + table(("act", "what it does", "options"), rows)
