"""How the models of a host are asked: each has inputs of its own names, which the configuration may
tell (`inputs`), and which are known of the usual ones."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.models.sending import fitted_size, nearest_ratio, sendable
from core.models.painter import PaintRequest

WORDS = ("prompt", "negative", "seed", "ratio", "size", "width", "height", "picture", "mask")
LIST = "[]"  # behind the name of an input that takes several pictures
MAX_SOURCES = 8
RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
NOTHING: Mapping[str, str] = {}
Known = tuple[tuple[re.Pattern[str], Mapping[str, str]], ...]


@dataclass(frozen=True, slots=True)
class InputNames:
    """Our words and their inputs; what is not there the model does not take."""

    names: Mapping[str, str]

    @classmethod
    def of(
        cls, model: str, usual: Mapping[str, str], known: Known, told: Mapping[str, str]
    ) -> "InputNames":
        """What is told goes before what is known of a model's name, and that before the usual."""
        more = next((names for name, names in known if name.search(model)), NOTHING)
        names = {**usual, **more, **told}
        return cls({word: name for word, name in names.items() if name})

    def takes(self, word: str) -> bool:
        return word in self.names

    @property
    def max_sources(self) -> int:
        if not self.takes("picture"):
            return 0
        return MAX_SOURCES if self.names["picture"].endswith(LIST) else 1

    def filled(
        self, request: PaintRequest, pictures: list[str], mask: str = ""
    ) -> dict[str, object]:
        """The inputs of a request; `pictures` and `mask` as links or data URIs."""
        width, height = fitted_size(request.width, request.height)
        values: dict[str, object] = {
            "prompt": sendable(request.prompt),
            "ratio": nearest_ratio(request.width, request.height, RATIOS),
            "size": {"width": width, "height": height},
            "width": width,
            "height": height,
        }
        if request.negative:
            values["negative"] = sendable(request.negative)
        if request.seed is not None:
            values["seed"] = request.seed
        if mask:
            values["mask"] = mask
        found = {name: values[word] for word, name in self.names.items() if word in values}
        if pictures:
            name = self.names["picture"]
            several = name.endswith(LIST)
            found[name.removesuffix(LIST)] = pictures if several else pictures[0]
        return found
