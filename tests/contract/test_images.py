"""The image folder: what core relies on."""

import asyncio
import hashlib
import io
import os
from pathlib import Path

import pytest
from PIL import Image

from adapters.models.scripted import flat
from adapters.storage.images import FolderImages
from core.domain.errors import PictureLost
from tests.harness import Inline


@pytest.fixture
def images(tmp_path: Path) -> FolderImages:
    return FolderImages(tmp_path / "images", Inline())


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


async def test_the_same_bytes_are_one_image(images: FolderImages, tmp_path: Path) -> None:
    data = flat(10)
    first, second = await asyncio.gather(images.put(data), images.put(data))
    assert first == second == hashlib.sha256(data).hexdigest()
    assert await images.get(first) == data
    assert len(_files(tmp_path)) == 1


@pytest.mark.parametrize("hash", ["0" * 64, "", "../../secret", "A" * 64, "0" * 63 + "/"])
async def test_what_is_not_there_is_a_key_error(images: FolderImages, hash: str) -> None:
    await images.put(flat(10))
    for asked in (images.get, images.thumbnail):
        with pytest.raises(KeyError):
            await asked(hash)


async def test_a_thumbnail_is_small_and_made_once(images: FolderImages, tmp_path: Path) -> None:
    hash = await images.put(flat(200, (1000, 500)))
    small = await images.thumbnail(hash)
    with Image.open(io.BytesIO(small)) as image:
        assert (image.format, image.size) == ("WEBP", (320, 160))
    (kept,) = [path for path in _files(tmp_path) if path.suffix == ".webp"]
    made = kept.stat().st_mtime_ns
    assert await images.thumbnail(hash) == small
    assert kept.stat().st_mtime_ns == made
    with Image.open(kept) as image:
        assert image.size == (320, 160)


async def test_a_damaged_file_is_not_handed_out_and_gives_way_to_the_same_picture(
    images: FolderImages, tmp_path: Path
) -> None:
    data = flat(10)
    hash = await images.put(data)
    path = tmp_path / "images" / hash[:2] / hash
    for damaged in (data[:-20], b"", bytes([data[0] ^ 1]) + data[1:]):
        path.write_bytes(damaged)
        for asked in (images.get, images.thumbnail):
            with pytest.raises(PictureLost, match=r"^The picture") as lost:
                await asked(hash)
            assert lost.value.sentence.endswith(".")
        assert await images.put(data) == hash
        assert await images.get(hash) == data
    path.write_bytes(b"rotten")
    assert await images.put(data) == hash
    assert await images.get(hash) == data
    await images.forget([hash], [])
    assert _files(tmp_path) == []


async def test_a_damaged_thumbnail_is_made_again(images: FolderImages, tmp_path: Path) -> None:
    hash = await images.put(flat(200, (1000, 500)))
    small = await images.thumbnail(hash)
    (kept,) = [path for path in _files(tmp_path) if path.suffix == ".webp"]
    whole = kept.read_bytes()
    for damaged in (whole[:-1], b"", whole[:30] + b"x" + whole[31:], whole[:-32]):
        kept.write_bytes(damaged)
        assert await images.thumbnail(hash) == small
    assert kept.read_bytes() == whole


async def test_notes_of_calls_are_kept_apart_and_inside(
    images: FolderImages, tmp_path: Path
) -> None:
    keys = ["run/paint#1", "run_paint#1", "run/paint#10", "../../x", "é/ü#1", "k" * 400]
    for key in keys:
        await images.note_call(key, f"note of {key}")
    for key in keys:
        assert await images.noted_call(key) == f"note of {key}"
    assert await images.noted_call("run/paint#2") is None
    assert {path.parent for path in _files(tmp_path)} == {tmp_path / "images" / "calls"}
    await images.note_call(keys[0], "later")
    assert await images.noted_call(keys[0]) == "later"


async def test_a_write_that_fails_leaves_nothing_behind(
    images: FolderImages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            await images.put(flat(10))
    assert _files(tmp_path) == []
    assert await images.get(await images.put(flat(10))) == flat(10)


async def test_bytes_and_name_are_on_the_disk_before_put_returns(
    images: FolderImages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, rename = os.fsync, Path.rename

    def synced(handle: int) -> None:
        sync(handle)
        done.append("folder" if Path(f"/proc/self/fd/{handle}").resolve().is_dir() else "file")

    def renamed(path: Path, target: Path) -> Path:
        done.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "rename", renamed)
    await images.put(flat(10))
    assert done[:3] == ["file", "rename", "folder"]
