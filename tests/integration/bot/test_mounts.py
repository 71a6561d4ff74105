"""What the program serves beside the page: health for everybody, figures for who has the token."""

import asyncio
import sqlite3
import time
import uuid
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.app import serving
from bot.config import Settings

TOKEN = "a token of twenty-five ch"


@pytest.mark.parametrize(
    ("web", "status", "with_token"),
    [
        ({}, 200, 200),
        ({"public_url": "https://dark.example/deep", "token": TOKEN}, 401, 200),
        ({"public_url": "https://dark.example"}, 401, 401),
    ],
)
async def test_the_metrics_ask_for_the_token_where_the_page_does(
    tmp_path: Path, web: dict[str, str], status: int, with_token: int
) -> None:
    data = {"bot": {"data_dir": tmp_path / "data"}, "web": {"port": 0, **web}}
    async with serving(Settings.model_validate(data)) as app, ClientSession() as http:
        url = app.address.rstrip("/")
        assert (await http.get(f"{url}/metrics")).status == status
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        answer = await http.get(f"{url}/metrics", headers=bearer)
        assert answer.status == with_token
        if with_token == 200:
            assert "darkroom_runs_open" in await answer.text()
        assert (await http.get(f"{url}/healthz")).status == 200
        if "deep" in web.get("public_url", ""):
            assert (await http.get(f"{url}/deep/readyz")).status == 200
        closed = await http.get(f"{url}/api/sessions", headers={"X-Darkroom-Name": "Ada"})
        assert closed.status == status
        assert not [p for p in (tmp_path / "data").rglob("*") if p.stat().st_mode & 0o077]


@pytest.mark.slow
async def test_a_locked_database_is_said_within_seconds_and_the_command_can_be_said_again(
    tmp_path: Path,
) -> None:
    """Another program holds the database: nobody waits half a minute for a 500."""
    data = {"bot": {"data_dir": tmp_path / "data"}, "web": {"port": 0}}
    command = {"kind": "refine", "goal": "a fox", "key": str(uuid.uuid4()), "iterations": 1}
    headers = {"X-Darkroom-Name": "Ada"}
    async with serving(Settings.model_validate(data)) as app, ClientSession() as http:
        url = f"{app.address.rstrip('/')}/api/commands"
        path = tmp_path / "data" / "darkroom.sqlite"
        with closing(sqlite3.connect(path, 30, check_same_thread=False)) as other:
            # in a thread: what the program writes at its start has to end first
            await asyncio.to_thread(other.execute, "BEGIN EXCLUSIVE")
            begun = time.monotonic()
            answer = await http.post(url, json=command, headers=headers)
            took = time.monotonic() - begun
            assert answer.status == 503
            assert "busy" in (await answer.json())["error"]
            assert took < 10, took  # 2 s, on a busy machine
            other.rollback()
        again = await http.post(url, json=command, headers=headers)
        assert (again.status, (await again.json())["state"] != "refused") == (202, True)
