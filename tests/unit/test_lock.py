"""The lock holds what pyproject.toml asks for, for every Python and machine, and names no place."""

import re
import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = ("x86_64", "aarch64")
LOCKS = ("run", "dev", "build")


def text_of(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text()


def pins(lock: str) -> list[Requirement]:
    return [
        Requirement(line.removesuffix("\\").strip())
        for line in text_of(lock).splitlines()
        if line and line[0] not in " #"
    ]


def place(python: str, machine: str) -> dict[str, str]:
    return {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "platform_machine": machine,
        "sys_platform": "linux",
        "platform_system": "Linux",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "os_name": "posix",
    }


def holds(marker: Marker | None, where: dict[str, str]) -> bool:
    return marker is None or marker.evaluate({**where, "extra": ""})


def locked_at(lock: str, where: dict[str, str]) -> dict[str, str]:
    """Each package's version at a place; two at once would be an error of its own."""
    found: dict[str, str] = {}
    for pin in pins(lock):
        if holds(pin.marker, where):
            name = canonicalize_name(pin.name)
            assert name not in found, f"{name} is locked twice for {where}"
            (version,) = pin.specifier
            found[name] = version.version
    return found


def asked(lock: str) -> Iterator[Requirement]:
    if lock != "build":
        yield from map(Requirement, PROJECT["project"]["dependencies"])
    if lock != "run":
        yield from _group(lock)


def _group(name: str) -> Iterator[Requirement]:
    entries: list[Any] = PROJECT["dependency-groups"][name]
    for entry in entries:
        if isinstance(entry, str):
            yield Requirement(entry)
        else:
            yield from _group(entry["include-group"])


@pytest.mark.parametrize("lock", LOCKS)
def test_what_is_asked_for_is_locked_everywhere(lock: str) -> None:
    for python, machine in product(PYTHONS, MACHINES):
        where = place(python, machine)
        locked = locked_at(lock, where)
        for requirement in asked(lock):
            if holds(requirement.marker, where):
                version = locked.get(canonicalize_name(requirement.name))
                assert version and requirement.specifier.contains(version, prereleases=True), (
                    f"{requirement} is not in requirements/{lock}.txt ({version}); run `make lock`"
                )


@pytest.mark.parametrize("lock", LOCKS)
def test_every_file_is_known_by_its_hash_and_none_by_its_place(lock: str) -> None:
    whole = text_of(lock).replace("\\\n", "")
    lines = [line for line in whole.splitlines() if line and not line.startswith("#")]
    assert lines
    for line in lines:
        assert re.fullmatch(
            r"[\w.\[\]-]+==[^ ]+( ; [^/]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*", line
        )


def test_the_image_runs_what_the_tests_ran() -> None:
    for python, machine in product(PYTHONS, MACHINES):
        where = place(python, machine)
        tested = locked_at("dev", where)
        for lock in ("run", "build"):
            assert locked_at(lock, where).items() <= tested.items()


def test_the_pythons_that_are_locked_are_those_that_are_allowed() -> None:
    allowed = SpecifierSet(PROJECT["project"]["requires-python"])
    assert all(f"{python}.0" in allowed for python in PYTHONS) and "3.10.99" not in allowed


def test_the_image_is_made_of_what_is_locked() -> None:
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
    assert re.search(r"^ARG BASE=python:3\.\d+-slim-\w+@sha256:[0-9a-f]{64}$", text, re.M)
    assert set(re.findall(r"^FROM (\S+)", text, re.M)) == {"${BASE}"}
    installs = re.findall(r"pip (?:install|wheel) .*", text)
    assert len(installs) == 4
    for line in installs:
        assert "--require-hashes" in line or "--no-deps" in line, line


def test_setup_and_lock_are_what_make_does() -> None:
    text = (ROOT / "Makefile").read_text()
    (recipe,) = re.findall(r"^\$\(STAMP\):.*\n((?:\t.*\n)+)", text, re.M)
    for line in recipe.splitlines():
        if "$(PIP)" in line:
            assert "--require-hashes" in line or "--no-deps --no-build-isolation" in line
