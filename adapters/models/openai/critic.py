"""A vision model on Chat Completions: OpenAI's, and every server that speaks its dialect."""

from adapters.models.config import ProviderConfig
from adapters.models.openai.client import open_client
from adapters.models.openai.talking import ChatTalk
from adapters.models.policy import Policy
from adapters.models.seeing.critic import TalkingCritic
from adapters.models.seeing.talk import Talk


class OpenAICritic(TalkingCritic):
    """Implements `core.models.critic.Critic`."""

    @staticmethod
    def talk(provider: str, model: str, config: ProviderConfig, policy: Policy) -> Talk:
        return ChatTalk(open_client(provider, config, policy), provider, model, config)
