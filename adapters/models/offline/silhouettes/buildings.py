"""Buildings."""

from math import cos, sin

from adapters.models.offline.silhouettes.shapes import Silhouette, box, curve, limb, oval, poly

IRON = "#2e3138"
WOOD = "#5a3b26"


def house() -> Silhouette:
    """A cottage with lit windows."""
    return (
        box("d", 0.22, -1.0, 0.33, -0.66),
        poly("b", (-0.46, 0), (-0.46, -0.52), (0.46, -0.52), (0.46, 0)),
        poly("d", (-0.56, -0.48), (-0.30, -0.94), (0.30, -0.94), (0.56, -0.48)),
        poly("l", (-0.56, -0.48), (-0.54, -0.52), (0.54, -0.52), (0.56, -0.48)),
        box(WOOD, -0.08, -0.34, 0.10, 0), oval("#e0b040", 0.07, -0.16, 0.014, 0.014),
        *(s for x in (-0.36, 0.20) for s in (
            box("#f6efe0", x - 0.02, -0.40, x + 0.18, -0.18), box("w", x, -0.38, x + 0.16, -0.20),
            box("#f6efe0", x + 0.073, -0.38, x + 0.087, -0.20))),
    )  # fmt: skip


def barn() -> Silhouette:
    """A barn with white trim."""
    return (
        poly("b", (-0.5, 0), (-0.5, -0.48), (-0.34, -0.82), (0, -0.98), (0.34, -0.82), (0.5, -0.48),
             (0.5, 0)),
        poly("d", (-0.56, -0.46), (-0.37, -0.86), (0, -1.04), (0.37, -0.86), (0.56, -0.46),
             (0.50, -0.46), (0.33, -0.80), (0, -0.95), (-0.33, -0.80), (-0.50, -0.46)),
        box("#f2ece0", -0.20, -0.44, 0.20, 0), box("d", -0.17, -0.41, 0.17, 0),
        limb("#f2ece0", (-0.17, -0.41), (0.17, 0), 0.025), limb("#f2ece0", (0.17, -0.41), (-0.17, 0), 0.025),
        box("#f2ece0", -0.09, -0.78, 0.09, -0.60), box("w", -0.07, -0.76, 0.07, -0.62),
    )  # fmt: skip


def lighthouse() -> Silhouette:
    """A banded lighthouse on its rock, lamp lit."""

    def band(top: float, bottom: float) -> tuple[tuple[float, float], ...]:
        def half(y: float) -> float:
            return 0.095 + 0.07 * (1 + y / 0.78)

        return (
            (-half(bottom), bottom),
            (-half(top), top),
            (half(top), top),
            (half(bottom), bottom),
        )

    return (
        curve("#57504a", (-0.46, 0.03), (-0.36, -0.07), (-0.12, -0.12), (0.16, -0.11), (0.38, -0.05),
              (0.5, 0.03), (0, 0.07)),
        poly("#f4f0e6", *band(-0.78, -0.06)),
        poly("b", *band(-0.26, -0.10)), poly("b", *band(-0.50, -0.36)), poly("b", *band(-0.74, -0.62)),
        box(IRON, -0.14, -0.81, 0.14, -0.775), box("w", -0.075, -0.91, 0.075, -0.81),
        box(IRON, -0.008, -0.91, 0.008, -0.81),
        poly("b", (-0.10, -0.90), (0, -1.0), (0.10, -0.90)), box(IRON, -0.03, -0.16, 0.03, -0.06),
        oval("#2e3138", 0, -0.56, 0.022, 0.03), oval("#2e3138", 0, -0.31, 0.022, 0.03),
    )  # fmt: skip


def castle() -> Silhouette:
    """A castle with towers, flags and a gate."""

    def tower(x: float, w: float, top: float, shade: str) -> Silhouette:
        return (
            box(shade, x - w, top, x + w, 0),
            *(box(shade, x - w * 1.15 + i * w * 0.64, top - 0.05, x - w * 1.15 + i * w * 0.64 + w * 0.38,
                  top + 0.01) for i in range(4)),
            box("w", x - w * 0.18, top + 0.10, x + w * 0.18, top + 0.20),
        )  # fmt: skip

    def spire(x: float, w: float, top: float, height: float) -> Silhouette:
        return (
            poly("#8a3a44", (x - w * 1.2, top), (x, top - height), (x + w * 1.2, top)),
            poly("#d8a030", (x, top - height - 0.08), (x + 0.10, top - height - 0.055), (x, top - height - 0.03)),
            box(IRON, x - 0.004, top - height - 0.09, x + 0.004, top - height),
        )  # fmt: skip

    return (
        *tower(-0.22, 0.09, -0.62, "d"), *spire(-0.22, 0.09, -0.62, 0.2),
        *tower(0.24, 0.08, -0.70, "d"), *spire(0.24, 0.08, -0.70, 0.2),
        box("b", -0.44, -0.38, 0.44, 0),
        *(box("b", -0.44 + 0.11 * i, -0.43, -0.38 + 0.11 * i, -0.37) for i in range(9)),
        *tower(-0.46, 0.085, -0.54, "b"), *tower(0.46, 0.085, -0.54, "b"),
        *tower(0.0, 0.12, -0.58, "b"), *spire(0.0, 0.12, -0.62, 0.26),
        curve("#2b211c", (-0.10, 0), (-0.10, -0.18), (0, -0.27), (0.10, -0.18), (0.10, 0)),
    )  # fmt: skip


def church() -> Silhouette:
    """A church with a steeple."""
    return (
        box("b", -0.20, -0.44, 0.48, 0), poly("d", (-0.24, -0.42), (-0.10, -0.66), (0.38, -0.66), (0.52, -0.42)),
        box("l", -0.46, -0.62, -0.18, 0), poly("d", (-0.50, -0.61), (-0.32, -1.0), (-0.14, -0.61)),
        limb(IRON, (-0.32, -0.98), (-0.32, -1.10), 0.016), limb(IRON, (-0.36, -1.06), (-0.28, -1.06), 0.016),
        *(curve("w", (x - 0.04, -0.10), (x - 0.04, -0.26), (x, -0.33), (x + 0.04, -0.26), (x + 0.04, -0.10))
          for x in (-0.06, 0.12, 0.30)),
        curve(WOOD, (-0.38, 0), (-0.38, -0.18), (-0.32, -0.24), (-0.26, -0.18), (-0.26, 0)),
        oval("#f4eed8", -0.32, -0.48, 0.055, 0.055), limb(IRON, (-0.32, -0.48), (-0.32, -0.52), 0.012),
        limb(IRON, (-0.32, -0.48), (-0.29, -0.47), 0.012),
    )  # fmt: skip


def tower() -> Silhouette:
    """A skyscraper with rows of windows."""
    windows = [box("w", -0.17 + 0.1 * i, -0.90 + 0.09 * j, -0.11 + 0.1 * i, -0.85 + 0.09 * j)
               for i in range(4) for j in range(9) if (i * 7 + j * 3) % 5]  # fmt: skip
    return (box("b", -0.22, -0.96, 0.22, 0), box("d", 0.14, -0.96, 0.22, 0),
            limb("d", (0, -0.96), (0, -1.08), 0.02), *windows)  # fmt: skip


def windmill() -> Silhouette:
    """A windmill with four sails."""
    sails = [s for k in range(4) for s in _sail(0.5 + k * 1.5708)]
    return (
        poly("b", (-0.20, 0), (-0.12, -0.62), (0.12, -0.62), (0.20, 0)),
        curve("d", (-0.14, -0.60), (-0.10, -0.74), (0.10, -0.74), (0.14, -0.60)),
        box(WOOD, -0.05, -0.18, 0.06, 0), box("w", -0.04, -0.42, 0.05, -0.32),
        *sails, oval(IRON, 0, -0.66, 0.03, 0.03),
    )  # fmt: skip


def _sail(turn: float) -> Silhouette:
    x, y = cos(turn), sin(turn)
    end = (0.42 * x, -0.66 + 0.42 * y)
    side = (0.09 * -y, 0.09 * x)
    start = (0.10 * x, -0.66 + 0.10 * y)
    cloth = poly("#f1e9d4", start, end, (end[0] + side[0], end[1] + side[1]),
                 (start[0] + side[0], start[1] + side[1]))  # fmt: skip
    return (cloth, limb(WOOD, (0, -0.66), end, 0.022))


def tent() -> Silhouette:
    """A ridge tent."""
    return (poly("b", (-0.55, 0), (0, -0.72), (0.55, 0)), poly("d", (0, -0.72), (0.55, 0), (0.20, 0)),
            poly("w", (-0.16, 0), (0, -0.46), (0.16, 0)), limb(WOOD, (0, -0.66), (0, -0.80), 0.02))  # fmt: skip


def bridge() -> Silhouette:
    """A stone bridge with three arches that show the water behind."""
    arches = [curve("hole", (x - w, 0.06), (x - w, -0.16), (x - w * 0.6, -top + 0.07), (x, -top),
                    (x + w * 0.6, -top + 0.07), (x + w, -0.16), (x + w, 0.06))
              for x, w, top in ((-0.62, 0.19, 0.36), (0, 0.26, 0.50), (0.62, 0.19, 0.36))]  # fmt: skip
    deck = (
        (-1.3, -0.36),
        (-0.9, -0.50),
        (-0.4, -0.62),
        (0, -0.65),
        (0.4, -0.62),
        (0.9, -0.50),
        (1.3, -0.36),
    )
    rail = [(x, y - 0.10) for x, y in deck]
    return (
        poly("b", (-1.3, 0), *deck, (1.3, 0)),
        *arches,
        poly("l", *deck, *reversed(rail)),
        poly("d", *((x, y + 0.03) for x, y in deck), *reversed(deck)),
        *(box("d", x - 0.035, -0.42, x + 0.035, 0.02) for x in (-0.345, 0.345)),
    )  # fmt: skip
