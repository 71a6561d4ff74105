"""Who says which questions a picture answers with yes."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

from adapters.models.simulated.world import World, truth_of
from core.domain.trial import TrialPrompt
from core.models.critic import Critic, Inspect

Graded = tuple[tuple[bool, ...], Decimal]
"""The answers, and what asking cost in dollars."""
Grade = Callable[[TrialPrompt, bytes], Awaitable[Graded]]


def by_truth(world: World) -> Grade:
    """Of simulated pictures the answers are known."""

    async def grade(prompt: TrialPrompt, image: bytes) -> Graded:
        return truth_of(image, len(prompt.questions)), Decimal(0)

    return grade


def by_critic(critic: Critic) -> Grade:
    """A vision model is asked; what it can't tell counts as no. A prompt without questions has no
    answers. Raises ProviderError."""

    async def grade(prompt: TrialPrompt, image: bytes) -> Graded:
        if not prompt.questions:
            return (), Decimal(0)
        asked = tuple(question.text for question in prompt.questions)
        answer = await critic.inspect(Inspect(image=image, goal=prompt.prompt, checklist=asked))
        known = answer.cost.usd if answer.cost else None
        usd = critic.price("check") if known is None else known
        return tuple(each is True for each in answer.value.answers), usd or Decimal(0)

    return grade
