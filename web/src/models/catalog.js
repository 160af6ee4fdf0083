/** Made by web/tools/page_tables.py from lispcore/llm/catalog.py: change that, and build the page. */

/** @type {{name: string, title: string, group: "demo" | "page" | "cloud" | "local" | "retrieval",
 *   baseUrl: string, model: string}[]} */
export const CATALOG = [
  {"name": "anthropic", "title": "Anthropic", "group": "cloud", "baseUrl": "https://api.anthropic.com", "model": "claude-sonnet-4-6"},
  {"name": "openai", "title": "OpenAI", "group": "cloud", "baseUrl": "https://api.openai.com/v1", "model": "gpt-5.5"},
  {"name": "gemini", "title": "Google Gemini", "group": "cloud", "baseUrl": "https://generativelanguage.googleapis.com", "model": "gemini-3.5-flash"},
  {"name": "groq", "title": "Groq", "group": "cloud", "baseUrl": "https://api.groq.com/openai/v1", "model": "openai/gpt-oss-120b"},
  {"name": "xai", "title": "xAI", "group": "cloud", "baseUrl": "https://api.x.ai/v1", "model": "grok-4.3"},
  {"name": "mistral", "title": "Mistral", "group": "cloud", "baseUrl": "https://api.mistral.ai/v1", "model": "mistral-large-latest"},
  {"name": "moonshot", "title": "Moonshot", "group": "cloud", "baseUrl": "https://api.moonshot.ai/v1", "model": "kimi-k2.6"},
  {"name": "deepseek", "title": "DeepSeek", "group": "cloud", "baseUrl": "https://api.deepseek.com/v1", "model": "deepseek-v4-flash"},
  {"name": "openrouter", "title": "OpenRouter", "group": "cloud", "baseUrl": "https://openrouter.ai/api/v1", "model": "openai/gpt-5.2"},
  {"name": "ollama", "title": "Ollama", "group": "local", "baseUrl": "http://localhost:11434", "model": "gemma4"},
  {"name": "lmstudio", "title": "LM Studio", "group": "local", "baseUrl": "http://localhost:1234/v1", "model": ""},
  {"name": "llamacpp", "title": "llama.cpp", "group": "local", "baseUrl": "http://localhost:8080/v1", "model": "default"},
  {"name": "vllm", "title": "vLLM", "group": "local", "baseUrl": "http://localhost:8000/v1", "model": ""},
  {"name": "chrome", "title": "Chrome's built-in model", "group": "page", "baseUrl": "page://chrome/v1", "model": "built-in"},
  {"name": "local", "title": "Model in this tab", "group": "page", "baseUrl": "page://local/v1", "model": "default"},
  {"name": "jina", "title": "Jina AI", "group": "retrieval", "baseUrl": "https://api.jina.ai/v1", "model": "jina-embeddings-v3"},
  {"name": "voyage", "title": "Voyage AI", "group": "retrieval", "baseUrl": "https://api.voyageai.com/v1", "model": "voyage-3"},
  {"name": "cohere", "title": "Cohere", "group": "retrieval", "baseUrl": "https://api.cohere.com/v2", "model": "embed-english-v3.0"},
  {"name": "nomic", "title": "Nomic", "group": "retrieval", "baseUrl": "https://api-atlas.nomic.ai/v1", "model": "nomic-embed-text-v1.5"},
  {"name": "demo", "title": "Demo model (built in, no real model)", "group": "demo", "baseUrl": "", "model": "demo"},
];

/** Other names of providers. @type {Record<string, string>} */
export const ALIASES = {
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
};
