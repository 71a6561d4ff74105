"""A room on a console: numbered posts that people press and star. It is the platform, as Discord is one:
it keeps posts and knows nothing of Darkroom. console_chat.py is the adapter."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.domain.errors import PlaceClosed, Transient


@dataclass(eq=False)
class Post:
    """What stands in the room; `line` is the part below that changes. `about` are the ids that a
    button carries, `whom` the only person who sees it, "" for all."""

    number: str
    text: str
    line: str = ""
    thread: str = ""
    whom: str = ""
    key: str = ""
    buttons: tuple[str, ...] = ()
    pictures: tuple[Path, ...] = ()
    about: dict[str, str] = field(default_factory=dict[str, str])
    reactions: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])


class Room:
    """`show` is told every post and every change of one. `breaks`: the next post is made and its
    answer lost; `closed`: the program may post no more."""

    def __init__(self, folder: Path, show: Callable[[str], None] = print) -> None:
        self.folder, self.show = folder, show
        self.posts: dict[str, Post] = {}
        self.admins: set[str] = set()
        self.closed = self.breaks = False
        self._numbers = iter(range(1, sys.maxsize))

    def put(self, text: str, pictures: Sequence[bytes] = (), **more: Any) -> Post:
        if found := self.keyed(more.get("key", "")):
            return found
        if self.closed and not more.get("whom"):
            raise PlaceClosed("The room is closed.")
        post = Post(str(next(self._numbers)), text, **more)
        self.posts[post.number] = post
        self.change(post, pictures=pictures)
        if self.breaks and not post.whom:
            self.breaks = False
            raise Transient("The line broke before the answer.")
        return post

    def keyed(self, key: str) -> Post | None:
        """The post that was made under this key: nothing is posted twice."""
        return next((post for post in self.posts.values() if key and post.key == key), None)

    def change(self, post: Post, *, pictures: Sequence[bytes] | None = None, **to: Any) -> None:
        for name, value in to.items():
            setattr(post, name, value)
        if pictures is not None:
            self._drop(post)
            files = [self.folder / f"{post.number}-{n}.png" for n in range(1, len(pictures) + 1)]
            for file, data in zip(files, pictures, strict=True):
                file.write_bytes(data)
            post.pictures = tuple(files)
        self.show(_shown(post))

    def take_down(self, number: str) -> None:
        post = self.posts.pop(number, None)
        if post is not None:
            self._drop(post)
            self.show(f"\n#{number} is taken down")

    def _drop(self, post: Post) -> None:
        for file in post.pictures:
            file.unlink(missing_ok=True)


def _shown(post: Post) -> str:
    head = f"\n#{post.number}" + f" in #{post.thread}" * bool(post.thread)
    head += f" for {post.whom} alone" * bool(post.whom)
    buttons = " ".join(f"[{label}]" for label in post.buttons)
    return "\n".join(filter(None, (head, post.text, post.line, *map(str, post.pictures), buttons)))
