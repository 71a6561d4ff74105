"""A vision model on Chat Completions: OpenAI's, and every server that speaks its dialect."""

from adapters.models.config import ProviderConfig
from adapters.models.openai.client import open_client
from adapters.models.openai.talking import ChatTalk
from adapters.models.policy import ASKING, Policy
from adapters.models.prices import PriceBook
from adapters.models.seeing.critic import TalkingCritic
from core.ports.pixels import Pixels


class OpenAICritic(TalkingCritic):
    """Implements `core.models.critic.Critic`."""

    def __init__(
        self,
        provider: str,
        model: str,
        config: ProviderConfig,
        prices: PriceBook,
        pixels: Pixels,
        policy: Policy = ASKING,
    ) -> None:
        talk = ChatTalk(open_client(provider, config, policy), provider, model, config)
        super().__init__(provider, model, config, prices, pixels, policy, talk)
