"""Tokens, as providers count them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call. Whether cached ones are part of `prompt_tokens` is the provider's way.

    `cache_hour_tokens` are those of `cache_creation_tokens` that are kept for an hour, not for five
    minutes. `searches` and `programs` are what the provider did by itself and charges for;
    `charged_usd` is what it says that the call cost, 0 if it does not say.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cache_read_tokens: int = 0
    cache_creation_tokens: int = 0
    searches: int = 0
    programs: int = 0
    charged_usd: float = 0.0
    cache_hour_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        """Prompt and completion together."""
        return self.prompt_tokens + self.completion_tokens

    def plus(self, other: Usage) -> Usage:
        """Returns the sum of both."""
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_creation_tokens + other.cache_creation_tokens,
            self.searches + other.searches,
            self.programs + other.programs,
            self.charged_usd + other.charged_usd,
            self.cache_hour_tokens + other.cache_hour_tokens,
        )
