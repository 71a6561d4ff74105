"""Four-legged animals, facing right, out of one set of proportions."""

from typing import Literal

from adapters.models.offline.silhouettes.shapes import (
    Point,
    Shape,
    Silhouette,
    box,
    curve,
    limb,
    oval,
    poly,
)

DARK = "#16130f"
Ears = Literal["pointed", "short", "round", "flop", "long", "horns", "antlers"]
Tail = Literal["bushy", "thin", "stub", "hair"]


def quadruped(
    *,
    leg: float,
    body: float,
    neck: float,
    head: float,
    ears: Ears,
    tail: Tail,
    pale: str = "l",
    heavy: float = 0.085,
) -> Silhouette:
    """A four-legged animal: leg length, body thickness, neck and head length in box units."""
    back, belly = -(leg + body), -leg
    hx, hy = 0.34 + neck * 0.35, back - neck * 0.75
    nose = (hx + head, hy + head * 0.42)
    return (
        *_tail(tail, back, pale),
        *_leg("d", (-0.22, belly - 0.07), (-0.27, 0.42), -0.20, heavy),
        *_leg("d", (0.20, belly - 0.05), (0.21, 0.5), 0.25, heavy),
        *_ears(ears, hx - 0.05, hy - head * 0.20, head, "d"),
        curve("b", (0.10, back + 0.03), (0.22, back - neck * 0.25), (hx - 0.06, hy - head * 0.30),
              (hx + 0.07, hy + head * 0.1), (0.36, back + body * 0.55), (0.18, belly)),
        curve("b", (-0.40, back + 0.10), (-0.28, back - 0.01), (0.0, back + 0.02),
              (0.24, back - 0.01), (0.38, back + body * 0.45), (0.28, belly + 0.01),
              (0.0, belly - body * 0.12), (-0.28, belly), (-0.41, belly - body * 0.45)),
        *_leg("b", (-0.30, belly - 0.09), (-0.36, 0.42), -0.32, heavy * 1.15),
        *_leg("b", (0.28, belly - 0.08), (0.30, 0.5), 0.30, heavy * 1.05),
        curve("b", (hx - 0.09, hy + 0.02), (hx - 0.04, hy - head * 0.34),
              (hx + head * 0.38, hy - head * 0.26), (nose[0], nose[1] - 0.045),
              (nose[0] - 0.005, nose[1] + 0.015), (hx + head * 0.35, hy + head * 0.42),
              (hx - 0.02, hy + head * 0.40)),
        curve(pale, (hx + head * 0.30, hy + head * 0.22), (nose[0] - 0.03, nose[1] - 0.015),
              (nose[0] - 0.01, nose[1] + 0.01), (hx + head * 0.35, hy + head * 0.40)),
        oval(DARK, nose[0] - 0.012, nose[1] - 0.025, 0.020, 0.018),
        oval(DARK, hx + head * 0.28, hy - head * 0.02, 0.016, 0.019),
        *_ears(ears, hx + 0.02, hy - head * 0.22, head, "b"),
    )  # fmt: skip


def _leg(shade: str, hip: Point, knee: Point, foot: float, heavy: float) -> Silhouette:
    """Thigh, shank and paw. `knee` is its x and its height as a share of the hip's."""
    joint = (knee[0], hip[1] * knee[1])
    return (
        limb(shade, hip, joint, heavy * 2.0, heavy * 0.85),
        oval(shade, hip[0], hip[1], heavy * 1.0, heavy * 1.0),
        oval(shade, joint[0], joint[1], heavy * 0.43, heavy * 0.43),
        limb(shade, joint, (foot, -0.01), heavy * 0.85, heavy * 0.62),
        oval(shade, foot + heavy * 0.22, -heavy * 0.26, heavy * 0.58, heavy * 0.30),
    )


def _tail(tail: Tail, back: float, pale: str) -> Silhouette:
    y = back + 0.06
    if tail == "bushy":
        return (
            curve("b", (-0.34, y), (-0.46, y - 0.02), (-0.62, y + 0.02), (-0.80, y + 0.14),
                  (-0.86, y + 0.30), (-0.70, y + 0.32), (-0.54, y + 0.24), (-0.44, y + 0.14),
                  (-0.34, y + 0.10)),
            curve(pale, (-0.74, y + 0.13), (-0.84, y + 0.19), (-0.90, y + 0.33), (-0.76, y + 0.34),
                  (-0.68, y + 0.29)),
        )  # fmt: skip
    if tail == "thin":
        return (
            curve("d", (-0.36, y), (-0.48, y + 0.04), (-0.52, y + 0.20), (-0.56, y + 0.30),
                  (-0.50, y + 0.30), (-0.48, y + 0.18), (-0.44, y + 0.08), (-0.36, y + 0.05)),
        )  # fmt: skip
    if tail == "hair":
        return (
            curve("d", (-0.36, y - 0.02), (-0.50, y), (-0.56, y + 0.22), (-0.52, y + 0.38),
                  (-0.45, y + 0.24), (-0.38, y + 0.08)),
        )  # fmt: skip
    return (oval("l", -0.42, y, 0.055, 0.045),)


def _ears(ears: Ears, x: float, y: float, head: float, shade: str) -> Silhouette:
    h = head
    if ears == "pointed":
        return (
            poly(shade, (x - 0.055, y + 0.03), (x - 0.01, y - h * 0.85), (x + 0.055, y + 0.02)),
        )
    if ears == "short":
        return (poly(shade, (x - 0.02, y + 0.03), (x + 0.02, y - h * 0.34), (x + 0.055, y + 0.03)),)
    if ears == "round":
        return (oval(shade, x, y - 0.01, 0.055, 0.055),)
    if ears == "flop":
        return (
            curve(shade if shade == "d" else "d", (x - 0.03, y), (x + 0.03, y),
                  (x + 0.02, y + h * 0.7), (x - 0.05, y + h * 0.65)),
        )  # fmt: skip
    if ears == "long":
        return (oval(shade, x - 0.05, y - h * 0.75, 0.035, h * 0.85, -0.15),)
    if ears == "horns":
        return (
            curve("#e9dfc6", (x, y), (x + 0.01, y - 0.12), (x + 0.08, y - 0.18), (x + 0.04, y - 0.08),
                  (x + 0.04, y)),
            oval(shade, x - 0.05, y + 0.02, 0.06, 0.025, 0.3),
        )  # fmt: skip
    antler = "#7a5a38"
    return (
        limb(antler, (x, y), (x - 0.06, y - 0.22), 0.022, 0.015),
        limb(antler, (x - 0.03, y - 0.12), (x + 0.07, y - 0.24), 0.018, 0.010),
        limb(antler, (x - 0.06, y - 0.21), (x - 0.15, y - 0.30), 0.016, 0.008),
        limb(antler, (x - 0.06, y - 0.21), (x - 0.02, y - 0.36), 0.016, 0.008),
        oval(shade, x - 0.06, y + 0.02, 0.055, 0.025, 0.3),
    )


def fox() -> Silhouette:
    """A fox with a white brush, bib and dark socks."""
    body = quadruped(leg=0.27, body=0.25, neck=0.14, head=0.28, ears="pointed", tail="bushy",
                     pale="#f8f1e6", heavy=0.07)  # fmt: skip
    bib = curve(
        "#f8f1e6", (0.30, -0.52), (0.40, -0.49), (0.38, -0.34), (0.30, -0.28), (0.27, -0.38)
    )
    socks = tuple(box("#2b1a14", x - 0.030, -0.10, x + 0.033, -0.012) for x in (-0.32, 0.30))
    return (*body, bib, *socks)


def wolf() -> Silhouette:
    """A wolf or husky."""
    body = quadruped(leg=0.36, body=0.27, neck=0.12, head=0.29, ears="pointed", tail="bushy")
    ruff = curve("l", (0.24, -0.62), (0.36, -0.62), (0.40, -0.50), (0.33, -0.38), (0.24, -0.44))
    return (*body, ruff)


def dog() -> Silhouette:
    """A friendly dog with hanging ears."""
    return quadruped(
        leg=0.34, body=0.25, neck=0.26, head=0.25, ears="flop", tail="thin", heavy=0.09
    )


def horse() -> Silhouette:
    """A horse with a mane."""
    body = quadruped(leg=0.44, body=0.27, neck=0.40, head=0.31, ears="short", tail="hair",
                     heavy=0.08)  # fmt: skip
    mane = curve("d", (0.45, -1.13), (0.36, -1.06), (0.24, -0.88), (0.10, -0.70), (0.12, -0.62),
                 (0.26, -0.66), (0.38, -0.84), (0.44, -1.02))  # fmt: skip
    hoofs = tuple(box("#2b211a", x - 0.035, -0.055, x + 0.05, 0.004) for x in (-0.31, 0.31))
    return (*body, mane, *hoofs)


def deer() -> Silhouette:
    """A stag."""
    return quadruped(leg=0.46, body=0.22, neck=0.36, head=0.22, ears="antlers", tail="stub",
                     heavy=0.06)  # fmt: skip


def cow() -> Silhouette:
    """A cow with patches."""
    body = quadruped(
        leg=0.32, body=0.34, neck=0.08, head=0.26, ears="horns", tail="thin", heavy=0.1
    )
    patches = (oval("#2a2422", -0.16, -0.54, 0.12, 0.09), oval("#2a2422", 0.14, -0.46, 0.08, 0.07))
    return (*body, *patches, oval("#e8b0a4", -0.12, -0.30, 0.07, 0.035))


def sheep() -> Silhouette:
    """A woolly sheep."""
    wool: list[Shape] = [
        oval("b", -0.30 + 0.15 * i, y, 0.15, 0.14) for i in range(5) for y in (-0.44, -0.60)
    ]
    legs = [limb("#2e2926", (x, -0.36), (x, 0), 0.06) for x in (-0.25, -0.14, 0.16, 0.26)]
    face = (
        oval("#2e2926", 0.46, -0.62, 0.11, 0.085, 0.45),
        oval("#2e2926", 0.36, -0.66, 0.06, 0.025, -0.3),
        oval("#f4f0e6", 0.47, -0.65, 0.014, 0.016),
    )
    return (
        *legs,
        oval("b", 0, -0.50, 0.40, 0.22),
        *wool,
        *face,
        oval("l", -0.05, -0.66, 0.3, 0.06),
    )


def bear() -> Silhouette:
    """A big bear."""
    return quadruped(
        leg=0.25, body=0.43, neck=0.08, head=0.24, ears="round", tail="stub", heavy=0.12
    )


def lion() -> Silhouette:
    """A lion with a mane."""
    body = quadruped(
        leg=0.34, body=0.28, neck=0.16, head=0.26, ears="round", tail="thin", heavy=0.1
    )
    mane = (oval("d", 0.34, -0.72, 0.20, 0.22), oval("b", 0.46, -0.72, 0.13, 0.13))
    face = (oval("l", 0.52, -0.67, 0.07, 0.05), oval(DARK, 0.57, -0.70, 0.022, 0.018),
            oval(DARK, 0.46, -0.76, 0.015, 0.018))  # fmt: skip
    return (*body, *mane, *face)


def elephant() -> Silhouette:
    """An elephant with trunk and tusk."""
    legs = [limb(s, (x, -0.4), (x, 0), 0.15, 0.13) for x, s in
            ((-0.18, "d"), (0.16, "d"), (-0.30, "b"), (0.26, "b"))]  # fmt: skip
    return (
        *legs,
        curve("d", (-0.42, -0.62), (-0.50, -0.50), (-0.50, -0.30), (-0.46, -0.30), (-0.45, -0.5)),
        curve("b", (-0.44, -0.50), (-0.34, -0.80), (0.0, -0.88), (0.30, -0.80), (0.36, -0.45),
              (0.20, -0.30), (-0.20, -0.28), (-0.40, -0.34)),
        oval("b", 0.40, -0.74, 0.18, 0.19),
        curve("b", (0.46, -0.80), (0.60, -0.70), (0.62, -0.40), (0.60, -0.14), (0.68, -0.10),
              (0.64, -0.05), (0.54, -0.10), (0.53, -0.40), (0.46, -0.58)),
        curve("#f5efdf", (0.48, -0.58), (0.58, -0.46), (0.70, -0.46), (0.60, -0.42), (0.50, -0.50)),
        curve("d", (0.30, -0.88), (0.16, -0.84), (0.12, -0.62), (0.24, -0.50), (0.36, -0.62)),
        oval(DARK, 0.47, -0.77, 0.018, 0.020),
    )  # fmt: skip
