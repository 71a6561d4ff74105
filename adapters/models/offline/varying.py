"""vary: a text's dabs and palette jittered."""

import numpy as np

from adapters.models.offline import language, styles
from adapters.models.offline.describing import within


def vary(text: str, strength: float, seed: int) -> str:
    """Jitter dabs and turn the palette; 0 changes nothing, 1 much. Without dabs, another seed does it."""
    prompt = language.read(text)
    strength = min(1.0, max(0.0, float(np.nan_to_num(strength))))
    if not len(prompt.dabs) or strength == 0:
        return text
    random = np.random.default_rng(seed)
    dabs = prompt.dabs.copy()
    jitter = random.normal(0, 1, dabs.shape).astype(np.float32)
    dabs += (
        jitter * np.array([0.012, 0.012, 0.22, 0.22, 0.3, 0.05, 0.02, 0.02], np.float32) * strength
    )
    turn = 0.7 * strength * float(random.normal())
    a, b = dabs[:, 6].copy(), dabs[:, 7].copy()
    dabs[:, 6], dabs[:, 7] = (
        a * np.cos(turn) - b * np.sin(turn),
        a * np.sin(turn) + b * np.cos(turn),
    )
    style = styles.style_of(prompt.words) or styles.DEFAULT
    room = len(text)
    return within(dabs, style, (), prompt.width, prompt.height, room=room, limit=room)
