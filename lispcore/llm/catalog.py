"""The providers known by name, as one flat table. A new provider is one line here.

Addresses and default models are those of the dialect's manual (chapter on providers, mid 2026),
but for models that are no longer offered: `python3 build.py prices` says which those are.
Any other name works too, as a server that speaks like OpenAI, once it is given a base URL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lispcore.llm.http import PAGE_SCHEME
from lispcore.llm.requests import Settings

DEMO: Final = "demo"

# When all default models were last found in the table of prices (building/prices.py).
MODELS_CHECKED_AT: Final = "2026-11-30"


# Clouds that want requests signed, and the places in their addresses that the host fills in.
AWS: Final = "aws"
GOOGLE: Final = "google"
AWS_REGION: Final = "us-east-1"
VERTEX: Final = "https://aiplatform.googleapis.com/v1/projects/{project}/locations/{location}"


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider: its wire format, address, default model, and where its key is found.

    `key_variables` and `base_variables` are names of environment variables, first one first;
    `takes_documents` says whether PDF can be sent along, `in_settings` whether the page offers it.
    `signs` names the cloud whose signature takes the place of a key, where there is none.
    """

    name: str
    title: str
    dialect: str
    base_url: str
    model: str
    key_variables: tuple[str, ...] = ()
    base_variables: tuple[str, ...] = ()
    needs_key: bool = True
    takes_documents: bool = False
    chats: bool = True  # False: it has embeddings and reranking only
    in_settings: bool = True
    signs: str = ""


def _like_openai(
    name: str, title: str, base_url: str, model: str, *, in_settings: bool = True
) -> Provider:
    prefix = name.upper()
    key, base = (f"{prefix}_API_KEY",), (f"{prefix}_BASE_URL",)
    return Provider(name, title, "openai", base_url, model, key, base, in_settings=in_settings)


def _local(name: str, title: str, base_url: str, model: str) -> Provider:
    variable = (f"{name.upper()}_BASE_URL",)
    return Provider(name, title, "openai", base_url, model, (), variable, needs_key=False)


def _for_retrieval(name: str, title: str, dialect: str, base_url: str, model: str) -> Provider:
    prefix = name.upper()
    key, base = (f"{prefix}_API_KEY",), (f"{prefix}_BASE_URL",)
    return Provider(name, title, dialect, base_url, model, key, base, chats=False)


def _in_page(name: str, title: str, model: str) -> Provider:
    # The page itself answers these addresses, in OpenAI's form (docs/protocol.md).
    base_url = f"{PAGE_SCHEME}//{name}/v1"
    return Provider(name, title, "openai", base_url, model, needs_key=False)


def _in_cloud(name: str, title: str, dialect: str, base_url: str, model: str) -> Provider:
    signs = AWS if name.startswith("bedrock") else GOOGLE
    keys = ("AWS_BEARER_TOKEN_BEDROCK",) if signs == AWS else ()
    base = (f"{name.upper().replace('-', '_')}_BASE_URL",)
    return Provider(
        name, title, dialect, base_url, model, keys, base,
        takes_documents=dialect != "openai", in_settings=False, signs=signs,
    )  # fmt: skip


_TABLE: Final = (
    Provider(
        "anthropic",
        "Anthropic",
        "anthropic",
        "https://api.anthropic.com",
        "claude-sonnet-4-6",
        ("ANTHROPIC_API_KEY",),
        ("ANTHROPIC_BASE_URL",),
        takes_documents=True,
    ),
    Provider(
        "openai",
        "OpenAI",
        "openai",
        "https://api.openai.com/v1",
        "gpt-5.5",
        ("OPENAI_API_KEY",),
        ("OPENAI_BASE_URL", "OPENAI_API_BASE"),
        takes_documents=True,
    ),
    Provider(
        "gemini",
        "Google Gemini",
        "gemini",
        "https://generativelanguage.googleapis.com",
        "gemini-3.5-flash",
        ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
        ("GOOGLE_GEMINI_BASE_URL", "GEMINI_BASE_URL"),
        takes_documents=True,
    ),
    _like_openai("groq", "Groq", "https://api.groq.com/openai/v1", "openai/gpt-oss-120b"),
    _like_openai("xai", "xAI", "https://api.x.ai/v1", "grok-4.3"),
    _like_openai("mistral", "Mistral", "https://api.mistral.ai/v1", "mistral-large-latest"),
    _like_openai("moonshot", "Moonshot", "https://api.moonshot.ai/v1", "kimi-k2.6"),
    _like_openai("deepseek", "DeepSeek", "https://api.deepseek.com/v1", "deepseek-v4-flash"),
    Provider(
        "openrouter",
        "OpenRouter",
        "openai",
        "https://openrouter.ai/api/v1",
        "openai/gpt-5.2",
        ("OPENROUTER_API_KEY",),
        ("OPENROUTER_BASE_URL",),
        takes_documents=True,
    ),
    _like_openai(
        "together",
        "Together AI",
        "https://api.together.xyz/v1",
        "openai/gpt-oss-120b",
        in_settings=False,
    ),
    _like_openai(
        "fireworks",
        "Fireworks AI",
        "https://api.fireworks.ai/inference/v1",
        "accounts/fireworks/models/deepseek-v4p1-flash",
        in_settings=False,
    ),
    _like_openai(
        "cerebras", "Cerebras", "https://api.cerebras.ai/v1", "gpt-oss-120b", in_settings=False
    ),
    _like_openai(
        "sambanova",
        "SambaNova",
        "https://api.sambanova.ai/v1",
        "Meta-Llama-3.3-70B-Instruct",
        in_settings=False,
    ),
    # Perplexity's addresses name no version; a trailing path would be taken at its word.
    Provider(
        "perplexity",
        "Perplexity",
        "openai",
        "https://api.perplexity.ai/chat/completions",
        "sonar-pro",
        ("PERPLEXITY_API_KEY",),
        ("PERPLEXITY_BASE_URL",),
        in_settings=False,
    ),
    Provider(
        "ollama",
        "Ollama (on this machine)",
        "ollama",
        "http://localhost:11434",
        "gemma4",
        ("OLLAMA_API_KEY",),
        ("OLLAMA_HOST",),
        needs_key=False,
    ),
    _local("lmstudio", "LM Studio (on this machine)", "http://localhost:1234/v1", ""),
    _local("llamacpp", "llama.cpp (on this machine)", "http://localhost:8080/v1", "default"),
    _local("vllm", "vLLM (on this machine)", "http://localhost:8000/v1", ""),
    # Azure has an address for each resource: https://NAME.openai.azure.com
    Provider(
        "azure",
        "Azure OpenAI",
        "openai",
        "",
        "gpt-5.5",
        ("AZURE_OPENAI_API_KEY",),
        ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_BASE_URL"),
        takes_documents=True,
        in_settings=False,
    ),
    _in_cloud(
        "bedrock",
        "Amazon Bedrock",
        "bedrock-anthropic",
        f"https://bedrock-runtime.{AWS_REGION}.amazonaws.com",
        "global.anthropic.claude-sonnet-4-6",
    ),
    _in_cloud(
        "bedrock-openai",
        "Amazon Bedrock, models that speak like OpenAI",
        "openai",
        f"https://bedrock-runtime.{AWS_REGION}.amazonaws.com/openai/v1",
        "",
    ),
    _in_cloud("vertex", "Vertex AI", "vertex-gemini", VERTEX, "gemini-3.5-flash"),
    _in_cloud(
        "vertex-anthropic", "Claude on Vertex AI", "vertex-anthropic", VERTEX, "claude-sonnet-4-6"
    ),
    _in_page("chrome", "Chrome's built-in model", "built-in"),
    _in_page("local", "Model in this tab", "default"),
    _for_retrieval(
        "jina", "Jina AI", "embed-openai", "https://api.jina.ai/v1", "jina-embeddings-v3"
    ),
    _for_retrieval(
        "voyage", "Voyage AI", "embed-openai", "https://api.voyageai.com/v1", "voyage-3"
    ),
    _for_retrieval(
        "cohere", "Cohere", "embed-cohere", "https://api.cohere.com/v2", "embed-english-v3.0"
    ),
    _for_retrieval(
        "nomic", "Nomic", "embed-nomic", "https://api-atlas.nomic.ai/v1", "nomic-embed-text-v1.5"
    ),
    Provider(DEMO, "Demo model (built in, no real model)", "demo", "", "demo", needs_key=False),
)

PROVIDERS: Final[dict[str, Provider]] = {provider.name: provider for provider in _TABLE}

ALIASES: Final = {
    "google": "gemini",
    "claude": "anthropic",
    "azure-openai": "azure",
    "vertexai": "vertex",
    "vertex-ai": "vertex",
    "grok": "xai",
    "kimi": "moonshot",
    "lm-studio": "lmstudio",
    "llama.cpp": "llamacpp",
    "llama-cpp": "llamacpp",
}


def canonical_name(name: str) -> str:
    """Returns the name under which a provider is listed."""
    return ALIASES.get(name, name)


def settings_for(
    name: str, base_url: str = "", model: str = "", api_key: str | None = None
) -> Settings | None:
    """Returns the settings of a provider; empty arguments mean its defaults.

    None for an unknown name without a base URL: nobody knows where that would be.
    """
    provider = PROVIDERS.get(canonical_name(name))
    if provider is None:
        return Settings(name, "openai", base_url, model, api_key) if base_url else None
    return Settings(
        provider.name,
        provider.dialect,
        base_url or provider.base_url,
        model or provider.model,
        api_key,
        provider.takes_documents,
    )


def origin_of(url: str) -> str:
    """Returns scheme, host and port of an address, in one spelling: what a key is bound to."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    port = parts.port or {"https": 443, "http": 80}.get(scheme, 0)
    return f"{scheme}://{(parts.hostname or '').lower()}:{port}"
