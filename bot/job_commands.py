"""A terminal command of every job, made from its declared options."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, assert_never

import typer

from adapters.texts.catalogue import t
from core.domain.commands import ImageHandle
from core.domain.defaults import LoopDefaults
from core.domain.options import Field, options
from core.jobs.job import Job
from core.jobs.registry import JOBS

HAND_MADE = frozenset({"continue"})
Run = Callable[[Job, dict[str, Any], dict[str, Any]], None]


def add_jobs(app: typer.Typer, common: dict[str, Any], run: Run) -> None:
    """Adds the commands. `common` are the flags that each has, by name, as annotations with their
    defaults; `run` gets the job, the options by name and the common flags."""
    for job in JOBS.values():
        if job.slash and job.name not in HAND_MADE:
            _add(app, job, common, run)


def _add(app: typer.Typer, job: Job, common: dict[str, Any], run: Run) -> None:
    fields = [f for f in options(job.command, LoopDefaults()) if not f.watched]

    def command(**values: Any) -> None:
        flags = {name: values.pop(name) for name in common}
        given = {
            name: _handle(value) if isinstance(value, Path) else value
            for name, value in values.items()
        }
        run(job, given, flags)

    pictures = [field.name for field in fields if field.kind == "image"]
    found = [_parameter(field, argument=field.name in pictures[:1]) for field in fields]
    if job.grows:
        found.append(_iteration())
    found += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in common.items()
    ]
    found.sort(key=lambda each: each.default is not inspect.Parameter.empty)
    command.__signature__ = inspect.Signature(found)  # pyright: ignore[reportFunctionMemberAccess]
    command.__annotations__ = {each.name: each.annotation for each in found}
    about = f"{t(job.name)}."
    about += "".join(f"\n\n    darkroom {example}" for example in job.examples)
    app.command(job.name, help=about)(command)


def _handle(path: Path) -> ImageHandle:
    return ImageHandle("cli", str(path), path.name)


def _iteration() -> inspect.Parameter:
    info: Any = typer.Option("--from", help=t("cli.from"))
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter("iteration", kind, annotation=Annotated[str, info], default="")


def _letters(field: Field) -> tuple[str, ...]:
    return (f"-{field.short}",) if field.short else ()


def _parameter(field: Field, *, argument: bool) -> inspect.Parameter:
    """The first picture is an argument, everything else a flag. Bounds are the server's own: it says what
    is wrong with a number."""
    about = t(field.help)
    if field.kind == "number":
        about = f"{about} ({field.default} where nothing is said)" if field.default else about
    info: Any
    if argument:
        info = typer.Argument(help=about)
    else:
        info = typer.Option(f"--{field.name}", *_letters(field), help=about)
    kind, default = _type(field)
    if field.kind == "image" and field.required:
        default = inspect.Parameter.empty
    return inspect.Parameter(
        field.name,
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[kind, info],
        default=default,
    )


def _type(field: Field) -> tuple[Any, Any]:
    match field.kind:
        case "image":
            return (Path if field.required else Path | None), None
        case "number":
            return int | None, None
        case "flag":
            return bool, False
        case "choice":
            known: Any = Literal[field.choices]
            return (known, field.default) if field.default else (known | None, None)
        case "text" | "list":
            return str, ""
    assert_never(field.kind)
