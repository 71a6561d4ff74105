"""Animals, facing right."""

from typing import Literal

from adapters.models.offline.silhouettes.shapes import (
    Shape,
    Silhouette,
    box,
    curve,
    limb,
    oval,
    poly,
)

DARK = "#16130f"
Ears = Literal["pointed", "round", "flop", "long", "horns", "antlers"]
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
        limb("d", (-0.24, belly - 0.06), (-0.21, 0), heavy * 1.3, heavy * 0.75),
        limb("d", (0.20, belly - 0.05), (0.23, 0), heavy * 1.1, heavy * 0.75),
        *_ears(ears, hx - 0.05, hy - head * 0.20, head, "d"),
        curve("b", (0.10, back + 0.03), (0.22, back - neck * 0.25), (hx - 0.06, hy - head * 0.30),
              (hx + 0.07, hy + head * 0.1), (0.36, back + body * 0.55), (0.18, belly)),
        curve("b", (-0.40, back + 0.10), (-0.28, back - 0.01), (0.0, back + 0.02),
              (0.24, back - 0.01), (0.38, back + body * 0.45), (0.28, belly + 0.01),
              (0.0, belly - body * 0.12), (-0.28, belly), (-0.41, belly - body * 0.45)),
        limb("b", (-0.32, belly - 0.08), (-0.33, 0), heavy * 1.7, heavy * 0.8),
        limb("b", (0.29, belly - 0.08), (0.31, 0), heavy * 1.4, heavy * 0.8),
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


def _tail(tail: Tail, back: float, pale: str) -> Silhouette:
    y = back + 0.06
    if tail == "bushy":
        return (
            curve("b", (-0.36, y), (-0.52, y - 0.03), (-0.66, y + 0.06), (-0.70, y + 0.20),
                  (-0.58, y + 0.20), (-0.46, y + 0.12), (-0.36, y + 0.09)),
            curve(pale, (-0.64, y + 0.09), (-0.71, y + 0.16), (-0.72, y + 0.26), (-0.62, y + 0.22)),
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
    """A fox with a white brush and socks."""
    body = quadruped(leg=0.30, body=0.24, neck=0.20, head=0.26, ears="pointed", tail="bushy",
                     pale="#f8f1e6", heavy=0.07)  # fmt: skip
    bib = curve("#f8f1e6", (0.33, -0.58), (0.43, -0.50), (0.36, -0.36), (0.28, -0.38))
    socks = tuple(box("#2b1a14", x - 0.03, -0.09, x + 0.03, 0) for x in (-0.33, 0.31))
    return (*body, bib, *socks)


def wolf() -> Silhouette:
    """A wolf or husky."""
    return quadruped(leg=0.38, body=0.26, neck=0.18, head=0.27, ears="pointed", tail="bushy")


def dog() -> Silhouette:
    """A friendly dog with hanging ears."""
    return quadruped(
        leg=0.34, body=0.25, neck=0.26, head=0.25, ears="flop", tail="thin", heavy=0.09
    )


def horse() -> Silhouette:
    """A horse with a mane."""
    body = quadruped(leg=0.46, body=0.25, neck=0.42, head=0.30, ears="pointed", tail="hair")
    mane = curve("d", (0.40, -1.08), (0.30, -0.98), (0.18, -0.76), (0.12, -0.66), (0.24, -0.72),
                 (0.38, -0.94))  # fmt: skip
    return (*body, mane)


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
        leg=0.26, body=0.42, neck=0.02, head=0.28, ears="round", tail="stub", heavy=0.14
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


def cat() -> Silhouette:
    """A seated cat looking at you."""
    eyes = [s for x in (-0.09, 0.11) for s in
            (oval("#e8d45a", x, -0.75, 0.042, 0.048), oval(DARK, x, -0.75, 0.014, 0.044))]  # fmt: skip
    return (
        curve("d", (0.20, -0.04), (0.46, -0.06), (0.56, -0.24), (0.52, -0.46), (0.45, -0.43),
              (0.46, -0.26), (0.38, -0.15), (0.18, -0.14)),
        curve("b", (-0.28, 0), (-0.31, -0.24), (-0.20, -0.46), (0, -0.58), (0.20, -0.46),
              (0.30, -0.22), (0.27, 0), (0, 0.01)),
        curve("l", (-0.07, -0.01), (-0.08, -0.26), (0.0, -0.42), (0.09, -0.26), (0.10, -0.01)),
        poly("b", (-0.23, -0.76), (-0.22, -1.0), (-0.05, -0.88)),
        poly("b", (0.07, -0.88), (0.23, -1.0), (0.25, -0.76)),
        poly("#c9777a", (-0.19, -0.82), (-0.18, -0.94), (-0.10, -0.87)),
        poly("#c9777a", (0.12, -0.87), (0.20, -0.94), (0.21, -0.82)),
        oval("b", 0.01, -0.72, 0.26, 0.20),
        oval("l", 0.01, -0.64, 0.11, 0.075),
        *eyes,
        oval("#c9777a", 0.01, -0.675, 0.026, 0.018),
    )  # fmt: skip


def rabbit() -> Silhouette:
    """A sitting rabbit."""
    return (
        oval("l", -0.30, -0.16, 0.09, 0.09),
        oval("b", -0.06, -0.26, 0.28, 0.27),
        oval("d", -0.08, -0.14, 0.18, 0.13),
        oval("d", 0.10, -0.83, 0.055, 0.20, -0.18),
        oval("b", 0.20, -0.84, 0.055, 0.20, 0.08),
        oval("#e8b4b0", 0.20, -0.83, 0.026, 0.14, 0.08),
        oval("b", 0.19, -0.55, 0.17, 0.15),
        oval("b", 0.16, -0.06, 0.12, 0.05),
        oval(DARK, 0.23, -0.58, 0.022, 0.026),
        oval("#c9777a", 0.35, -0.53, 0.020, 0.016),
    )


def bird() -> Silhouette:
    """A perched song bird."""
    return (
        curve("d", (-0.30, -0.38), (-0.58, -0.26), (-0.62, -0.34), (-0.26, -0.52)),
        limb("#8a6a3a", (0.0, -0.3), (0.01, 0), 0.03, 0.025),
        limb("#8a6a3a", (0.10, -0.3), (0.12, 0), 0.03, 0.025),
        curve("b", (-0.34, -0.40), (-0.18, -0.56), (0.10, -0.74), (0.34, -0.66), (0.34, -0.44),
              (0.12, -0.24), (-0.14, -0.26)),
        curve("l", (0.34, -0.56), (0.30, -0.38), (0.10, -0.25), (0.06, -0.34), (0.20, -0.46)),
        oval("b", 0.27, -0.72, 0.16, 0.145),
        curve("d", (-0.30, -0.36), (-0.10, -0.52), (0.12, -0.54), (0.04, -0.38), (-0.16, -0.32)),
        poly("#e0a030", (0.40, -0.77), (0.56, -0.71), (0.40, -0.67)),
        oval(DARK, 0.31, -0.75, 0.025, 0.027),
    )  # fmt: skip


def parrot() -> Silhouette:
    """A parrot on a branch."""
    return (
        limb("#6b4a2e", (-0.5, -0.10), (0.5, -0.14), 0.06),
        curve("d", (-0.10, -0.2), (-0.20, 0.12), (-0.10, 0.14), (0.06, -0.16)),
        curve("b", (-0.20, -0.14), (-0.26, -0.5), (-0.12, -0.86), (0.10, -0.92), (0.22, -0.72),
              (0.20, -0.34), (0.06, -0.12)),
        curve("#2f6fc0", (-0.22, -0.18), (-0.26, -0.46), (-0.10, -0.62), (0.02, -0.40), (-0.08, -0.16)),
        curve("#f0c330", (-0.17, -0.40), (-0.10, -0.60), (0.0, -0.44), (-0.08, -0.36)),
        oval("#f4efe6", 0.12, -0.78, 0.08, 0.08),
        oval(DARK, 0.12, -0.80, 0.022, 0.025),
        curve("#2a2625", (0.20, -0.86), (0.32, -0.80), (0.28, -0.66), (0.20, -0.70)),
    )  # fmt: skip


def owl() -> Silhouette:
    """An owl that looks at you."""
    eyes = [s for x in (-0.13, 0.13) for s in
            (oval("#f2e6c4", x, -0.72, 0.12, 0.12), oval("#f0a81e", x, -0.72, 0.075, 0.075),
             oval(DARK, x, -0.72, 0.04, 0.04))]  # fmt: skip
    spots = [oval("d", x, y, 0.03, 0.02) for y in (-0.44, -0.34, -0.24) for x in (-0.1, 0.0, 0.1)]
    return (
        limb("#6b4a2e", (-0.5, -0.06), (0.5, -0.08), 0.07),
        curve("b", (-0.28, -0.10), (-0.34, -0.5), (-0.28, -0.84), (0, -0.92), (0.28, -0.84),
              (0.34, -0.5), (0.28, -0.10), (0, -0.04)),
        poly("b", (-0.28, -0.80), (-0.30, -1.0), (-0.10, -0.88)),
        poly("b", (0.28, -0.80), (0.30, -1.0), (0.10, -0.88)),
        oval("l", 0, -0.34, 0.18, 0.25), *spots,
        curve("d", (-0.28, -0.12), (-0.36, -0.5), (-0.24, -0.56), (-0.18, -0.3)),
        curve("d", (0.28, -0.12), (0.36, -0.5), (0.24, -0.56), (0.18, -0.3)),
        *eyes, poly("#d08a20", (-0.04, -0.66), (0.04, -0.66), (0, -0.56)),
    )  # fmt: skip


def swan() -> Silhouette:
    """A swan, goose or duck afloat."""
    return (
        curve("b", (-0.46, -0.30), (-0.30, -0.40), (0.0, -0.42), (0.26, -0.30), (0.30, -0.12),
              (0.10, -0.01), (-0.24, -0.01), (-0.42, -0.12)),
        curve("b", (0.14, -0.26), (0.28, -0.44), (0.24, -0.70), (0.30, -0.88), (0.42, -0.90),
              (0.46, -0.80), (0.36, -0.78), (0.36, -0.66), (0.40, -0.42), (0.30, -0.16)),
        poly("#e07b28", (0.44, -0.87), (0.58, -0.79), (0.44, -0.79)),
        oval(DARK, 0.41, -0.85, 0.016, 0.018),
        curve("d", (-0.44, -0.28), (-0.20, -0.36), (0.12, -0.28), (0.0, -0.14), (-0.28, -0.14)),
        curve("l", (-0.40, -0.30), (-0.18, -0.36), (0.06, -0.29), (-0.1, -0.22), (-0.28, -0.22)),
    )  # fmt: skip


def flying_bird() -> Silhouette:
    """A gull on the wing."""
    return (
        curve("b", (0, -0.46), (-0.26, -0.70), (-0.60, -0.62), (-0.32, -0.56), (-0.04, -0.34)),
        curve("b", (0, -0.46), (0.26, -0.70), (0.60, -0.62), (0.32, -0.56), (0.04, -0.34)),
        oval("b", 0, -0.42, 0.09, 0.055),
    )


def fish() -> Silhouette:
    """A fish."""
    return (
        poly("d", (-0.28, -0.5), (-0.52, -0.74), (-0.46, -0.5), (-0.52, -0.26)),
        curve("d", (-0.05, -0.68), (0.10, -0.84), (0.20, -0.66)),
        curve("b", (-0.34, -0.50), (-0.10, -0.70), (0.24, -0.70), (0.48, -0.50), (0.24, -0.30),
              (-0.10, -0.30)),
        curve("l", (-0.2, -0.44), (0.2, -0.46), (0.42, -0.44), (0.2, -0.32), (-0.08, -0.32)),
        oval("#ffffff", 0.30, -0.56, 0.05, 0.05), oval(DARK, 0.31, -0.56, 0.026, 0.026),
        curve("d", (0.02, -0.48), (-0.12, -0.40), (-0.10, -0.52)),
    )  # fmt: skip


def whale() -> Silhouette:
    """A whale with its spout."""
    return (
        curve("#cfe6f2", (0.24, -0.62), (0.16, -0.90), (0.04, -0.86), (0.18, -0.96), (0.26, -0.86),
              (0.34, -0.97), (0.48, -0.86), (0.36, -0.90), (0.29, -0.62)),
        curve("b", (-0.60, -0.62), (-0.46, -0.50), (-0.40, -0.30), (-0.1, -0.44), (0.2, -0.56),
              (0.48, -0.46), (0.54, -0.20), (0.40, -0.02), (0.0, 0.0), (-0.34, -0.10), (-0.52, -0.36),
              (-0.74, -0.46)),
        curve("l", (0.53, -0.18), (0.2, -0.16), (-0.1, -0.06), (0.1, -0.01), (0.4, -0.03)),
        oval(DARK, 0.38, -0.27, 0.020, 0.022),
        curve("d", (0.10, -0.12), (-0.04, 0.08), (0.10, 0.06), (0.24, -0.10)),
    )  # fmt: skip


def butterfly() -> Silhouette:
    """A butterfly seen from above."""
    wings = [s for k in (-1, 1) for s in (
        curve("b", (0, -0.52), (0.12 * k, -0.86), (0.46 * k, -0.98), (0.50 * k, -0.66), (0.22 * k, -0.46)),
        curve("d", (0, -0.46), (0.30 * k, -0.44), (0.40 * k, -0.20), (0.20 * k, -0.06), (0.04 * k, -0.28)),
        oval("l", 0.32 * k, -0.76, 0.08, 0.10), oval("l", 0.22 * k, -0.27, 0.05, 0.06),
    )]  # fmt: skip
    feelers = [limb(DARK, (0, -0.72), (0.10 * k, -0.96), 0.014, 0.01) for k in (-1, 1)]
    return (*wings, *feelers, oval(DARK, 0, -0.50, 0.032, 0.24))


def dragon() -> Silhouette:
    """A dragon with raised wings."""
    return (
        curve("d", (-0.06, -0.56), (-0.30, -0.98), (-0.66, -0.96), (-0.48, -0.82), (-0.52, -0.66),
              (-0.34, -0.66), (-0.26, -0.48)),
        curve("b", (-0.10, -0.30), (-0.46, -0.24), (-0.66, -0.04), (-0.80, -0.10), (-0.72, 0.02),
              (-0.46, -0.08), (-0.1, -0.14)),
        limb("d", (-0.12, -0.3), (-0.10, 0), 0.12, 0.07), limb("d", (0.16, -0.3), (0.20, 0), 0.1, 0.06),
        curve("b", (-0.26, -0.30), (-0.16, -0.52), (0.10, -0.54), (0.22, -0.72), (0.30, -0.92),
              (0.46, -0.96), (0.66, -0.82), (0.64, -0.76), (0.46, -0.78), (0.40, -0.62),
              (0.34, -0.36), (0.10, -0.18), (-0.16, -0.16)),
        curve("l", (0.26, -0.36), (0.34, -0.56), (0.30, -0.70), (0.20, -0.44), (0.04, -0.22)),
        limb("b", (-0.16, -0.24), (-0.18, 0), 0.14, 0.08), limb("b", (0.10, -0.24), (0.13, 0), 0.12, 0.07),
        poly("#e9dfc6", (0.38, -0.93), (0.26, -1.06), (0.44, -0.96)),
        oval("#f2c230", 0.48, -0.86, 0.024, 0.022),
        curve("b", (0.02, -0.52), (0.06, -1.0), (0.36, -1.14), (0.26, -0.92), (0.30, -0.80),
              (0.16, -0.76), (0.14, -0.52)),
        curve("#f59a2c", (0.66, -0.80), (0.86, -0.84), (0.98, -0.74), (0.84, -0.72)),
    )  # fmt: skip
