"""The wheel and the source archive, installed as people do: pip, pipx, uvx, on every Python that
pyproject.toml allows and that is here, each from an empty folder into an environment of its own; then
the program says its version, examines itself, develops a picture and serves. `python -m tests.wheels`.

Versions are the locked ones, so that a release of somebody else's breaks nothing here."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.pythons.test_pythons import VERSIONS, candidates, is_python

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
LIMIT_S, READY_S = 600, 120
AT_ONCE = 2
Command = list[str | Path]


@dataclass(frozen=True)
class Way:
    """A way to install: what it is called, and what puts `darkroom` where; its path is the answer."""

    name: str
    install: Callable[[Path], Path]
    whole: bool = True


def environ(folder: Path) -> dict[str, str]:
    """Nobody's keys, nobody's settings, a home of its own; pip's and uv's caches as they are here."""
    kept = ("PATH", "LANG", "PIP_", "UV_", "SSL_", "REQUESTS_CA_BUNDLE", "OPENBLAS_")
    here = {name: value for name, value in os.environ.items() if name.startswith(kept)}
    home = Path.home()
    caches = {"PIP_CACHE_DIR": f"{home}/.cache/pip", "UV_CACHE_DIR": f"{home}/.cache/uv"}
    own = {"HOME": str(folder), "PIPX_HOME": f"{folder}/pipx", "PIPX_BIN_DIR": f"{folder}/bin"}
    quiet = {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_SYSTEM_CERTS": "1",
        "UV_PYTHON_DOWNLOADS": "never",
    }
    return {**caches, **here, **own, **quiet}


def ran(command: Command, folder: Path) -> str:
    """What it prints. Raises RuntimeError with all of it where it fails."""
    done = subprocess.run(
        command, cwd=folder, env=environ(folder), capture_output=True, text=True, timeout=LIMIT_S
    )
    if done.returncode:
        words = " ".join(map(str, command))
        raise RuntimeError(f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def built(folder: Path) -> tuple[Path, Path]:
    """The wheel and the source archive."""
    ran([BIN / "python", "-m", "hatchling", "build", "-d", folder], ROOT)
    return next(folder.glob("*.whl")), next(folder.glob("*.tar.gz"))


def locked(folder: Path) -> Path:
    """The lock as constraints: what is installed comes by name, as for everybody."""
    pinned = re.findall(
        r"^([\w.-]+(?:\[\w+\])?==[^\\\n]+)", (ROOT / "requirements/run.txt").read_text(), re.M
    )
    file = folder / "constraints.txt"
    file.write_text("\n".join(re.sub(r"\[\w+\]", "", line) for line in pinned))
    return file


def by_pip(python: Path | str, package: Path, pins: Path) -> Callable[[Path], Path]:
    def install(folder: Path) -> Path:
        ran([python, "-m", "venv", "env"], folder)
        ran([folder / "env/bin/python", "-m", "pip", "install", "-q", "-c", pins, package], folder)
        return folder / "env/bin/darkroom"

    return install


def by_uv(python: Path | str, package: Path, pins: Path) -> Callable[[Path], Path]:
    def install(folder: Path) -> Path:
        ran([BIN / "uv", "venv", "-q", "--python", python, "env"], folder)
        ran([BIN / "uv", "pip", "install", "-q", "--python", "env", "-c", pins, package], folder)
        return folder / "env/bin/darkroom"

    return install


def by_pipx(package: Path, pins: Path) -> Callable[[Path], Path]:
    def install(folder: Path) -> Path:
        pip = f"--pip-args=-c {pins}"
        ran(
            [
                BIN / "pipx",
                "install",
                "-q",
                "--backend",
                "pip",
                "--python",
                sys.executable,
                pip,
                package,
            ],
            folder,
        )
        return folder / "bin/darkroom"

    return install


def by_uvx(package: Path, pins: Path) -> Callable[[Path], Path]:
    def install(folder: Path) -> Path:
        words = (
            f'exec {BIN}/uvx -q -c {pins} --python {sys.executable} --from {package} darkroom "$@"'
        )
        script = folder / "darkroom"
        script.write_text(f"#!/bin/sh\n{words}\n")
        script.chmod(0o755)
        return script

    return install


def ways(wheel: Path, source: Path, pins: Path) -> Iterator[Way]:
    """pip on this Python, uv's pip (a tenth of the time) on the others and for the source archive; pipx
    and uvx here."""
    for version in VERSIONS:
        python = next((each for each in candidates(version) if is_python(each, version)), None)
        if python is None:
            print(f"there is no Python {version} here: left out")
            continue
        own = f"{sys.version_info[0]}.{sys.version_info[1]}" == version
        by, name = (by_pip, "pip") if own else (by_uv, "uv pip")
        yield Way(f"{name} install of the wheel, Python {version}", by(python, wheel, pins))
        archive = by_uv(python, source, pins)
        yield Way(f"uv pip install of the source archive, Python {version}", archive, False)
    yield Way("pipx install of the wheel", by_pipx(wheel, pins), False)
    yield Way("uvx --from the wheel", by_uvx(wheel, pins), False)


def tried(way: Way) -> str:
    """ "" where all went well, else what did not."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        try:
            darkroom = way.install(folder)
            work = folder / "empty"
            work.mkdir()
            _used(darkroom, work, whole=way.whole)
        except Exception as exc:
            return f"{way.name}: {exc}"
    print(f"ok  {way.name}  {time.monotonic() - begun:.0f} s", flush=True)
    return ""


def _used(darkroom: Path, work: Path, *, whole: bool) -> None:
    version = ran([darkroom, "--version"], work)
    assert version.startswith("darkroom "), version
    assert "SQLite" in ran([darkroom, "doctor"], work)
    ran([darkroom, "init"], work)
    if not whole:
        return
    goal: Command = ["--goal", "a red fox in the snow", "--size", "256x256", "-n", "1"]
    ran([darkroom, "refine", *goal], work)
    assert (work / "out" / "session.json").is_file()
    with serving(darkroom, work) as address, urllib.request.urlopen(f"{address}readyz") as answer:
        assert answer.status == 200
    assert "ready" in ran([darkroom, "logs", "ready"], work)


@contextmanager
def serving(darkroom: Path, work: Path) -> Generator[str]:
    """The address of `darkroom run`, once it is ready; stopped as a service manager would."""
    process = subprocess.Popen(
        [darkroom, "run", "--port", "0"], cwd=work, env=environ(work),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        address = next(line.split()[-1] for line in process.stdout if "http://" in line)
        _until_ready(address)
        yield address
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, "it does not end well"
    finally:
        process.kill()
        process.wait()


def _until_ready(address: str) -> None:
    end = time.monotonic() + READY_S
    while True:
        try:
            with urllib.request.urlopen(f"{address}readyz", timeout=5):
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def main() -> int:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        pins = locked(folder)
        every = list(ways(*built(folder), pins))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            failed = [why for why in pool.map(tried, every) if why]
    print("\n\n".join(failed))
    print(f"{len(every) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
