"""Model calls and what is built on them: messages, tools, agents, conversations, extraction."""
