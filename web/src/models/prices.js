/** Made by web/tools/page_tables.py from lispcore/llm/price_table.py: change that, and build the page. */

/** A line for each model: name, dollars a million tokens sent, answered, read from
 * the cache, written to it; the names of providers in brackets. */
export const TABLE = `
[anthropic]
claude-2 8 24
claude-3-5-haiku-latest 0.8 4 0.08 1
claude-3-5-sonnet 3 15 0.3 3.75
claude-3-7-sonnet-latest 3 15 0.3 3.75
claude-3-haiku 0.25 1.25 0.03 0.3
claude-3-opus-latest 15 75 1.5 18.75
claude-3-sonnet 3 15 0.3 3.75
claude-fable-5 10 50 1 12.5
claude-fable-5-1 10 50 0.25 12.5
claude-fable-5-2 8 40 0.2 10
claude-haiku-4-5 1 5 0.1 1.25
claude-haiku-5-5 0.1 0.5 0.01 0.125
claude-mythos-5 10 50 1 12.5
claude-mythos-5-1 10 50 0.25 12.5
claude-mythos-5-2 8 40 0.2 10
claude-mythos-preview 10 50 1 12.5
claude-opus-4-0 15 75 1.5 18.75
claude-opus-4-1 15 75 1.5 18.75
claude-opus-4-5 5 25 0.5 6.25
claude-opus-4-6 5 25 0.5 6.25
claude-opus-4-7 5 25 0.5 6.25
claude-opus-4-8 5 25 0.5 6.25
claude-opus-5 5 25 0.5 6.25
claude-opus-5-5 4 20 0.2 5
claude-sonnet-4-0 3 15 0.3 3.75
claude-sonnet-4-5 3 15 0.3 3.75
claude-sonnet-4-6 3 15 0.3 3.75
claude-sonnet-5 2 10 0.2 2.5
claude-sonnet-5-5 2 10 0.1 2.5
claude-v1 8 24
[cerebras]
gemma-4-31b 0.99 1.49
gpt-oss-120b 0.35 0.75
llama-3.1-70b 0.6 0.6
llama-3.1-8b 0.1 0.1
llama-3.3-70b 0.85 1.2
llama3.1-8b 0.1 0.1
qwen-3-32b 0.4 0.8
qwen-3.8-27b 0.99 1.49
zai-glm-4.7 2.25 2.75
[cohere]
c4ai-aya-expanse-32b 0.5 1.5
c4ai-aya-expanse-8b 0.5 1.5
command 1 2
command-a 2.5 10
command-a-03-2025 2.5 10
command-light 0.3 0.6
command-nightly 1 2
command-r 0.15 0.6
command-r-08-2024 0.15 0.6
command-r-plus 2.5 10
command-r-plus-08-2024 2.5 10
command-r7b 0.0375 0.15
command-r7b-12-2024 0.0375 0.15
embed-english-light-v3.0 0.1 0
embed-english-v3.0 0.1 0
embed-multilingual-light-v3.0 100 0
embed-multilingual-v3.0 0.1 0
embed-v4.0 0.12 0
embed-v5.0-fast 0.08 0
embed-v5.0-pro 0.12 0
rerank-v5.0-fast 0.02 0
rerank-v5.0-pro 0.05 0
[deepseek]
deepseek-chat 0.28 0.42 0.028
deepseek-coder 0.14 0.28 0.014
deepseek-flash 0.3 1.2 0.006
deepseek-r1 0.55 2.19 0.14
deepseek-reasoner 0.28 0.42 0.028
deepseek-v3 0.27 1.1 0.07
deepseek-v3.1-terminus 0.27 0.95 0.13
deepseek-v3.2 0.28 0.4 0.028
deepseek-v3.2-exp 0.27 0.41
deepseek-v4-flash 0.3 1.2 0.006
deepseek-v4-flash-vision-exp 0.3 1.2 0.006
deepseek-v4-pro 1.32 3.96 0.044
[fireworks]
accounts/fireworks/models/chronos-hermes-13b-v2 0.2 0.2
accounts/fireworks/models/code-llama-13b 0.2 0.2
accounts/fireworks/models/code-llama-13b-instruct 0.2 0.2
accounts/fireworks/models/code-llama-13b-python 0.2 0.2
accounts/fireworks/models/code-llama-34b 0.9 0.9
accounts/fireworks/models/code-llama-34b-instruct 0.9 0.9
accounts/fireworks/models/code-llama-34b-python 0.9 0.9
accounts/fireworks/models/code-llama-70b 0.9 0.9
accounts/fireworks/models/code-llama-70b-instruct 0.9 0.9
accounts/fireworks/models/code-llama-70b-python 0.9 0.9
accounts/fireworks/models/code-llama-7b 0.2 0.2
accounts/fireworks/models/code-llama-7b-instruct 0.2 0.2
accounts/fireworks/models/code-llama-7b-python 0.2 0.2
accounts/fireworks/models/code-qwen-1p5-7b 0.2 0.2
accounts/fireworks/models/codegemma-2b 0.1 0.1
accounts/fireworks/models/codegemma-7b 0.2 0.2
accounts/fireworks/models/cogito-671b-v2-p1 1.2 1.2
accounts/fireworks/models/cogito-v1-preview-llama-3b 0.1 0.1
accounts/fireworks/models/cogito-v1-preview-llama-70b 0.9 0.9
accounts/fireworks/models/cogito-v1-preview-llama-8b 0.2 0.2
accounts/fireworks/models/cogito-v1-preview-qwen-14b 0.2 0.2
accounts/fireworks/models/cogito-v1-preview-qwen-32b 0.9 0.9
accounts/fireworks/models/dbrx-instruct 1.2 1.2
accounts/fireworks/models/deepseek-coder-1b-base 0.1 0.1
accounts/fireworks/models/deepseek-coder-33b-instruct 0.9 0.9
accounts/fireworks/models/deepseek-coder-7b-base 0.2 0.2
accounts/fireworks/models/deepseek-coder-7b-base-v1p5 0.2 0.2
accounts/fireworks/models/deepseek-coder-7b-instruct-v1p5 0.2 0.2
accounts/fireworks/models/deepseek-coder-v2-instruct 1.2 1.2
accounts/fireworks/models/deepseek-coder-v2-lite-base 0.5 0.5
accounts/fireworks/models/deepseek-coder-v2-lite-instruct 0.5 0.5
accounts/fireworks/models/deepseek-prover-v2 1.2 1.2
accounts/fireworks/models/deepseek-r1 3 8
accounts/fireworks/models/deepseek-r1-0528-distill-qwen3-8b 0.2 0.2
accounts/fireworks/models/deepseek-r1-basic 0.55 2.19
accounts/fireworks/models/deepseek-r1-distill-llama-70b 0.9 0.9
accounts/fireworks/models/deepseek-r1-distill-llama-8b 0.2 0.2
accounts/fireworks/models/deepseek-r1-distill-qwen-14b 0.2 0.2
accounts/fireworks/models/deepseek-r1-distill-qwen-1p5b 0.1 0.1
accounts/fireworks/models/deepseek-r1-distill-qwen-32b 0.9 0.9
accounts/fireworks/models/deepseek-r1-distill-qwen-7b 0.2 0.2
accounts/fireworks/models/deepseek-v2-lite-chat 0.5 0.5
accounts/fireworks/models/deepseek-v2p5 1.2 1.2
accounts/fireworks/models/deepseek-v3 0.9 0.9
accounts/fireworks/models/deepseek-v3p1 0.56 1.68
accounts/fireworks/models/deepseek-v3p1-terminus 0.56 1.68
accounts/fireworks/models/deepseek-v3p2 0.56 1.68
accounts/fireworks/models/deepseek-v4-flash 0.14 0.28 0.028
accounts/fireworks/models/deepseek-v4-flash-0731 0.22 0.66 0.007
accounts/fireworks/models/deepseek-v4-flash-vision-exp 0.22 0.66 0.007
accounts/fireworks/models/deepseek-v4-pro 1.2 1.2 0.6
accounts/fireworks/models/deepseek-v4-pro-0813 1.32 3.96 0.044
accounts/fireworks/models/deepseek-v4p1-flash 0.3 1.2 0.006
accounts/fireworks/models/deepseek-v4p1-flash-1017-us 0.45 1.8 0.009
accounts/fireworks/models/devstral-small-2505 0.9 0.9
accounts/fireworks/models/dobby-mini-unhinged-plus-llama-3-1-8b 0.2 0.2
accounts/fireworks/models/dobby-unhinged-llama-3-3-70b-new 0.9 0.9
accounts/fireworks/models/dolphin-2-9-2-qwen2-72b 0.9 0.9
accounts/fireworks/models/dolphin-2p6-mixtral-8x7b 0.5 0.5
accounts/fireworks/models/ember-1 3 15 0.3
accounts/fireworks/models/ernie-4p5-21b-a3b-pt 0.1 0.1
accounts/fireworks/models/ernie-4p5-300b-a47b-pt 0.1 0.1
accounts/fireworks/models/fare-20b 0.9 0.9
accounts/fireworks/models/firefunction-v1 0.5 0.5
accounts/fireworks/models/firefunction-v2 0.9 0.9
accounts/fireworks/models/firellava-13b 0.2 0.2
accounts/fireworks/models/firesearch-ocr-v6 0.2 0.2
accounts/fireworks/models/flux-1-dev 0.1 0.1
accounts/fireworks/models/flux-1-dev-controlnet-union 0.001 0.001
accounts/fireworks/models/flux-1-schnell 0.1 0.1
accounts/fireworks/models/gemma-2b-it 0.1 0.1
accounts/fireworks/models/gemma-3-27b-it 0.9 0.9
accounts/fireworks/models/gemma-7b 0.2 0.2
accounts/fireworks/models/gemma-7b-it 0.2 0.2
accounts/fireworks/models/gemma2-9b-it 0.2 0.2
accounts/fireworks/models/glm-4p5 0.55 2.19
accounts/fireworks/models/glm-4p5-air 0.22 0.88
accounts/fireworks/models/glm-4p5v 1.2 1.2
accounts/fireworks/models/glm-4p6 0.55 2.19
accounts/fireworks/models/glm-4p7 0.6 2.2 0.3
accounts/fireworks/models/glm-5p1 1.4 4.4 0.26
accounts/fireworks/models/glm-5p2 1.4 4.4 0.14
accounts/fireworks/models/glm-5p3 1.4 4.4 0.26
accounts/fireworks/models/glm-5p3-flash 0.15 0.5 0.03
accounts/fireworks/models/gpt-oss-120b 0.15 0.6 0.015
accounts/fireworks/models/gpt-oss-20b 0.07 0.3 0.035
accounts/fireworks/models/gpt-oss-safeguard-120b 1.2 1.2
accounts/fireworks/models/gpt-oss-safeguard-20b 0.5 0.5
accounts/fireworks/models/hermes-2-pro-mistral-7b 0.2 0.2
accounts/fireworks/models/inkling 1 4.05 0.17
accounts/fireworks/models/internvl3-38b 0.9 0.9
accounts/fireworks/models/internvl3-78b 0.9 0.9
accounts/fireworks/models/internvl3-8b 0.2 0.2
accounts/fireworks/models/kat-coder 0.9 0.9
accounts/fireworks/models/kat-dev-32b 0.9 0.9
accounts/fireworks/models/kat-dev-72b-exp 0.9 0.9
accounts/fireworks/models/kimi-k2-instruct 0.6 2.5
accounts/fireworks/models/kimi-k2-thinking 0.6 2.5
accounts/fireworks/models/kimi-k2p5 0.6 3 0.1
accounts/fireworks/models/kimi-k2p6 0.95 4 0.16
accounts/fireworks/models/kimi-k2p7-code 0.95 4 0.19
accounts/fireworks/models/kimi-k3 3 15 0.3
accounts/fireworks/models/kimi-k3p1-pro 2 10 0.2
accounts/fireworks/models/llama-guard-2-8b 0.2 0.2
accounts/fireworks/models/llama-guard-3-1b 0.1 0.1
accounts/fireworks/models/llama-guard-3-8b 0.2 0.2
accounts/fireworks/models/llama-v2-13b 0.2 0.2
accounts/fireworks/models/llama-v2-13b-chat 0.2 0.2
accounts/fireworks/models/llama-v2-70b 0.1 0.1
accounts/fireworks/models/llama-v2-70b-chat 0.9 0.9
accounts/fireworks/models/llama-v2-7b 0.2 0.2
accounts/fireworks/models/llama-v2-7b-chat 0.2 0.2
accounts/fireworks/models/llama-v3-70b-instruct 0.9 0.9
accounts/fireworks/models/llama-v3-70b-instruct-hf 0.9 0.9
accounts/fireworks/models/llama-v3-8b 0.2 0.2
accounts/fireworks/models/llama-v3-8b-instruct-hf 0.2 0.2
accounts/fireworks/models/llama-v3p1-405b-instruct 3 3
accounts/fireworks/models/llama-v3p1-405b-instruct-long 0.1 0.1
accounts/fireworks/models/llama-v3p1-70b-instruct 0.9 0.9
accounts/fireworks/models/llama-v3p1-70b-instruct-1b 0.1 0.1
accounts/fireworks/models/llama-v3p1-8b-instruct 0.1 0.1
accounts/fireworks/models/llama-v3p1-nemotron-70b-instruct 0.9 0.9
accounts/fireworks/models/llama-v3p2-11b-vision-instruct 0.2 0.2
accounts/fireworks/models/llama-v3p2-1b 0.1 0.1
accounts/fireworks/models/llama-v3p2-1b-instruct 0.1 0.1
accounts/fireworks/models/llama-v3p2-3b 0.1 0.1
accounts/fireworks/models/llama-v3p2-3b-instruct 0.1 0.1
accounts/fireworks/models/llama-v3p2-90b-vision-instruct 0.9 0.9
accounts/fireworks/models/llama-v3p3-70b-instruct 0.9 0.9
accounts/fireworks/models/llama4-maverick-instruct-basic 0.22 0.88
accounts/fireworks/models/llama4-scout-instruct-basic 0.15 0.6
accounts/fireworks/models/llamaguard-7b 0.2 0.2
accounts/fireworks/models/llava-yi-34b 0.9 0.9
accounts/fireworks/models/minimax-m1-80k 0.1 0.1
accounts/fireworks/models/minimax-m2 0.3 1.2
accounts/fireworks/models/minimax-m2p1 0.3 1.2 0.03
accounts/fireworks/models/minimax-m3 0.3 1.2 0.06
accounts/fireworks/models/minimax-m3p1-flash 0.15 0.6 0.015
accounts/fireworks/models/ministral-3-14b-instruct-2512 0.2 0.2
accounts/fireworks/models/ministral-3-3b-instruct-2512 0.1 0.1
accounts/fireworks/models/ministral-3-8b-instruct-2512 0.2 0.2
accounts/fireworks/models/mistral-7b 0.2 0.2
accounts/fireworks/models/mistral-7b-instruct-4k 0.2 0.2
accounts/fireworks/models/mistral-7b-instruct-v0p2 0.2 0.2
accounts/fireworks/models/mistral-7b-instruct-v3 0.2 0.2
accounts/fireworks/models/mistral-7b-v0p2 0.2 0.2
accounts/fireworks/models/mistral-large-3-fp8 1.2 1.2
accounts/fireworks/models/mistral-nemo-base-2407 0.2 0.2
accounts/fireworks/models/mistral-nemo-instruct-2407 0.2 0.2
accounts/fireworks/models/mistral-small-24b-instruct-2501 0.9 0.9
accounts/fireworks/models/mixtral-8x22b 1.2 1.2
accounts/fireworks/models/mixtral-8x22b-instruct 1.2 1.2
accounts/fireworks/models/mixtral-8x22b-instruct-hf 1.2 1.2
accounts/fireworks/models/mixtral-8x7b 0.5 0.5
accounts/fireworks/models/mixtral-8x7b-instruct 0.5 0.5
accounts/fireworks/models/mixtral-8x7b-instruct-hf 0.5 0.5
accounts/fireworks/models/muse-glimmer-30b 0.35 1.5 0.04
accounts/fireworks/models/muse-spark-open 1.25 4.25 0.15
accounts/fireworks/models/mythomax-l2-13b 0.2 0.2
accounts/fireworks/models/nemotron-3-ultra-nvfp4 0.6 2.4 0.12
accounts/fireworks/models/nemotron-lightning-3p5-30b-a3b 0.05 0.2 0.01
accounts/fireworks/models/nemotron-nano-v2-12b-vl 0.1 0.1
accounts/fireworks/models/nous-capybara-7b-v1p9 0.2 0.2
accounts/fireworks/models/nous-hermes-2-mixtral-8x7b-dpo 0.5 0.5
accounts/fireworks/models/nous-hermes-2-yi-34b 0.9 0.9
accounts/fireworks/models/nous-hermes-llama2-13b 0.2 0.2
accounts/fireworks/models/nous-hermes-llama2-70b 0.9 0.9
accounts/fireworks/models/nous-hermes-llama2-7b 0.2 0.2
accounts/fireworks/models/nvidia-nemotron-nano-12b-v2 0.2 0.2
accounts/fireworks/models/nvidia-nemotron-nano-9b-v2 0.2 0.2
accounts/fireworks/models/openchat-3p5-0106-7b 0.2 0.2
accounts/fireworks/models/openhermes-2-mistral-7b 0.2 0.2
accounts/fireworks/models/openhermes-2p5-mistral-7b 0.2 0.2
accounts/fireworks/models/openorca-7b 0.2 0.2
accounts/fireworks/models/phi-2-3b 0.1 0.1
accounts/fireworks/models/phi-3-mini-128k-instruct 0.1 0.1
accounts/fireworks/models/phi-3-vision-128k-instruct 0.2 0.2
accounts/fireworks/models/phind-code-llama-34b-python-v1 0.9 0.9
accounts/fireworks/models/phind-code-llama-34b-v1 0.9 0.9
accounts/fireworks/models/phind-code-llama-34b-v2 0.9 0.9
accounts/fireworks/models/pythia-12b 0.2 0.2
accounts/fireworks/models/qwen-qwq-32b-preview 0.9 0.9
accounts/fireworks/models/qwen-v2p5-14b-instruct 0.2 0.2
accounts/fireworks/models/qwen-v2p5-7b 0.2 0.2
accounts/fireworks/models/qwen1p5-72b-chat 0.9 0.9
accounts/fireworks/models/qwen2-72b-instruct 0.9 0.9
accounts/fireworks/models/qwen2-7b-instruct 0.2 0.2
accounts/fireworks/models/qwen2-vl-2b-instruct 0.1 0.1
accounts/fireworks/models/qwen2-vl-72b-instruct 0.9 0.9
accounts/fireworks/models/qwen2-vl-7b-instruct 0.2 0.2
accounts/fireworks/models/qwen2p5-0p5b-instruct 0.1 0.1
accounts/fireworks/models/qwen2p5-14b 0.2 0.2
accounts/fireworks/models/qwen2p5-1p5b-instruct 0.1 0.1
accounts/fireworks/models/qwen2p5-32b 0.9 0.9
accounts/fireworks/models/qwen2p5-32b-instruct 0.9 0.9
accounts/fireworks/models/qwen2p5-72b 0.9 0.9
accounts/fireworks/models/qwen2p5-72b-instruct 0.9 0.9
accounts/fireworks/models/qwen2p5-7b-instruct 0.2 0.2
accounts/fireworks/models/qwen2p5-coder-0p5b 0.1 0.1
accounts/fireworks/models/qwen2p5-coder-0p5b-instruct 0.1 0.1
accounts/fireworks/models/qwen2p5-coder-14b 0.2 0.2
accounts/fireworks/models/qwen2p5-coder-14b-instruct 0.2 0.2
accounts/fireworks/models/qwen2p5-coder-1p5b 0.1 0.1
accounts/fireworks/models/qwen2p5-coder-1p5b-instruct 0.1 0.1
accounts/fireworks/models/qwen2p5-coder-32b 0.9 0.9
accounts/fireworks/models/qwen2p5-coder-32b-instruct 0.9 0.9
accounts/fireworks/models/qwen2p5-coder-32b-instruct-128k 0.9 0.9
accounts/fireworks/models/qwen2p5-coder-32b-instruct-32k-rope 0.9 0.9
accounts/fireworks/models/qwen2p5-coder-32b-instruct-64k 0.9 0.9
accounts/fireworks/models/qwen2p5-coder-3b 0.1 0.1
accounts/fireworks/models/qwen2p5-coder-3b-instruct 0.1 0.1
accounts/fireworks/models/qwen2p5-coder-7b 0.2 0.2
accounts/fireworks/models/qwen2p5-coder-7b-instruct 0.2 0.2
accounts/fireworks/models/qwen2p5-math-72b-instruct 0.9 0.9
accounts/fireworks/models/qwen2p5-vl-32b-instruct 0.9 0.9
accounts/fireworks/models/qwen2p5-vl-3b-instruct 0.2 0.2
accounts/fireworks/models/qwen2p5-vl-72b-instruct 0.9 0.9
accounts/fireworks/models/qwen2p5-vl-7b-instruct 0.2 0.2
accounts/fireworks/models/qwen3-0p6b 0.1 0.1
accounts/fireworks/models/qwen3-14b 0.2 0.2
accounts/fireworks/models/qwen3-1p7b 0.1 0.1
accounts/fireworks/models/qwen3-1p7b-fp8-draft 0.1 0.1
accounts/fireworks/models/qwen3-1p7b-fp8-draft-131072 0.1 0.1
accounts/fireworks/models/qwen3-1p7b-fp8-draft-40960 0.1 0.1
accounts/fireworks/models/qwen3-235b-a22b 0.22 0.88
accounts/fireworks/models/qwen3-235b-a22b-instruct-2507 0.22 0.88
accounts/fireworks/models/qwen3-235b-a22b-thinking-2507 0.22 0.88
accounts/fireworks/models/qwen3-30b-a3b 0.15 0.6
accounts/fireworks/models/qwen3-30b-a3b-instruct-2507 0.5 0.5
accounts/fireworks/models/qwen3-30b-a3b-thinking-2507 0.9 0.9
accounts/fireworks/models/qwen3-32b 0.9 0.9
accounts/fireworks/models/qwen3-4b 0.2 0.2
accounts/fireworks/models/qwen3-4b-instruct-2507 0.2 0.2
accounts/fireworks/models/qwen3-8b 0.2 0.2
accounts/fireworks/models/qwen3-coder-30b-a3b-instruct 0.15 0.6
accounts/fireworks/models/qwen3-coder-480b-a35b-instruct 0.45 1.8
accounts/fireworks/models/qwen3-coder-480b-instruct-bf16 0.9 0.9
accounts/fireworks/models/qwen3-embedding-8b 0.1 0
accounts/fireworks/models/qwen3-next-80b-a3b-instruct 0.9 0.9
accounts/fireworks/models/qwen3-next-80b-a3b-thinking 0.9 0.9
accounts/fireworks/models/qwen3-reranker-8b 0.2 0
accounts/fireworks/models/qwen3-vl-235b-a22b-instruct 0.22 0.88
accounts/fireworks/models/qwen3-vl-235b-a22b-thinking 0.22 0.88
accounts/fireworks/models/qwen3-vl-30b-a3b-instruct 0.15 0.6
accounts/fireworks/models/qwen3-vl-30b-a3b-thinking 0.15 0.6
accounts/fireworks/models/qwen3-vl-32b-instruct 0.9 0.9
accounts/fireworks/models/qwen3-vl-8b-instruct 0.2 0.2
accounts/fireworks/models/qwen3p7-plus 0.4 1.6 0.08
accounts/fireworks/models/qwen3p8-max 2 6 0.25
accounts/fireworks/models/qwq-32b 0.9 0.9
accounts/fireworks/models/rolm-ocr 0.2 0.2
accounts/fireworks/models/snorkel-mistral-7b-pairrm-dpo 0.2 0.2
accounts/fireworks/models/stablecode-3b 0.1 0.1
accounts/fireworks/models/starcoder-16b 0.2 0.2
accounts/fireworks/models/starcoder-7b 0.2 0.2
accounts/fireworks/models/starcoder2-15b 0.2 0.2
accounts/fireworks/models/starcoder2-3b 0.1 0.1
accounts/fireworks/models/starcoder2-7b 0.2 0.2
accounts/fireworks/models/toppy-m-7b 0.2 0.2
accounts/fireworks/models/ultramarine-1-flash-us 0.15 0.5 0.03
accounts/fireworks/models/yi-34b 0.9 0.9
accounts/fireworks/models/yi-34b-200k-capybara 0.9 0.9
accounts/fireworks/models/yi-34b-chat 0.9 0.9
accounts/fireworks/models/yi-6b 0.2 0.2
accounts/fireworks/models/yi-large 3 3
accounts/fireworks/models/zephyr-7b-beta 0.2 0.2
accounts/fireworks/routers/deepseek-v4p1-flash-1017-spot 0.21 0.84 0.0042
accounts/fireworks/routers/deepseek-v4p1-flash-1017-ultrafast 2.4 9.6 0.048
accounts/fireworks/routers/deepseek-v4p1-flash-spot 0.21 0.84 0.0042
accounts/fireworks/routers/deepseek-v4p1-flash-us 0.45 1.8 0.009
accounts/fireworks/routers/glm-5p1-fast 2.8 8.8 0.52
accounts/fireworks/routers/glm-5p2-fast 2.1 6.6 0.21
accounts/fireworks/routers/glm-5p2-fast-us 2.1 6.6 0.21
accounts/fireworks/routers/glm-5p3-fast 2.1 6.6 0.39
accounts/fireworks/routers/glm-5p3-flash-us 0.225 0.75 0.045
accounts/fireworks/routers/glm-5p3-spot 0.98 3.08 0.182
accounts/fireworks/routers/glm-5p3-us 2.1 6.6 0.39
accounts/fireworks/routers/kimi-k2p6-fast 2 8 0.3
accounts/fireworks/routers/kimi-k2p7-code-fast 1.9 8 0.38
accounts/fireworks/routers/kimi-k3-fast 4.5 22.5 0.45
accounts/fireworks/routers/kimi-k3-spot 2.1 10.5 0.21
accounts/fireworks/routers/kimi-k3-us 4.5 22.5 0.45
accounts/fireworks/routers/spot-deepseek-v4-flash 0.105 0.21 0.021
[gemini]
claude-3-5-haiku 0.8 4 0.08 1
claude-3-5-sonnet 3 15 0.3 3.75
claude-3-7-sonnet 3 15 0.3 3.75
claude-3-haiku 0.25 1.25 0.03 0.3
claude-3-opus 15 75 1.5 18.75
claude-4-opus 15 75 1.5 18.75
claude-4-sonnet 3 15 0.3 3.75
claude-fable-5 10 50 1 12.5
claude-fable-5-1 10 50 0.25 12.5
claude-fable-5-2 8 40 0.2 10
claude-haiku-4-5 1 5 0.1 1.25
claude-haiku-5-5 0.1 0.5 0.01 0.125
claude-opus-4-5 5 25 0.5 6.25
claude-opus-4-6 5 25 0.5 6.25
claude-opus-4-7 5 25 0.5 6.25
claude-opus-4-8 5 25 0.5 6.25
claude-opus-5 5 25 0.5 6.25
claude-opus-5-5 4 20 0.2 5
claude-sonnet-4-5 3 15 0.3 3.75
claude-sonnet-4-6 3 15 0.3 3.75
claude-sonnet-5-5 2 10 0.1 2.5
deep-research-max-preview-04-2026 2 12
deep-research-preview-04-2026 2 12
deep-research-pro-preview-12-2025 2 12
gemini-1.0-pro-vision-001 0.125 0.375
gemini-1.5-flash 0.075 0.3 0.01875
gemini-1.5-pro 1.25 5
gemini-2.0-flash 0.1 0.4 0.025
gemini-2.0-flash-lite 0.075 0.3
gemini-2.5-computer-use-preview-10-2025 1.25 10
gemini-2.5-flash 0.3 2.5 0.03
gemini-2.5-flash-image 0.3 2.5
gemini-2.5-flash-lite 0.1 0.4 0.01
gemini-2.5-flash-lite-preview-tts 0.5 10
gemini-2.5-flash-preview 0.15 0.6
gemini-2.5-flash-tts 0.5 10
gemini-2.5-pro 1.25 10 0.125
gemini-2.5-pro-preview-tts 1 20 0.125
gemini-2.5-pro-tts 1 20
gemini-3-flash-preview 0.5 3 0.05
gemini-3-pro-image-preview 2 12
gemini-3-pro-preview 2 12 0.2
gemini-3.1-flash-image-preview 0.5 3
gemini-3.1-flash-lite 0.25 1.5 0.025
gemini-3.1-flash-lite-image 0.25 1.5
gemini-3.1-flash-lite-preview 0.25 1.5 0.025
gemini-3.1-flash-live-preview 0.75 4.5
gemini-3.1-flash-tts-preview 1 20
gemini-3.1-pro-preview 2 12 0.2
gemini-3.1-pro-preview-customtools 2 12 0.2
gemini-3.5-flash 1.5 9 0.15
gemini-3.5-flash-lite 0.3 2.5 0.03
gemini-3.6-flash 0.75 3.75 0.075
gemini-3.7-flash 0.75 3.75 0.075
gemini-3.8-flash 0.75 3.75 0.075
gemini-3.8-flash-lite-tts 1 12
gemini-3.8-flash-tts 1 18
gemini-3.8-live 0.75 4.5
gemini-4-argon 2 10 0.1
gemini-4-hydrogen 1.5 7.5 0.075
gemini-embedding-001 0.15 0
gemini-embedding-2 0.2 0
gemini-embedding-2-preview 0.2 0
gemini-flash-1.5 0.075 0.3 0.01875
gemini-flash-1.5-8b 0.0375 0.15 0.01
gemini-flash-latest 0.75 3.75 0.075
gemini-flash-lite-latest 0.3 2.5 0.03
gemini-gemma-2-27b-it 0.35 1.05
gemini-gemma-2-9b-it 0.35 1.05
gemini-live-2.5-flash 0.5 2
gemini-nano-banana-2.1 1.5 7.5
gemini-omni-1.1-flash 1.5 9
gemini-omni-1.2-flash 1.5 9
gemini-omni-flash-preview 1.5 9
gemini-pro 0.125 0.375
gemini-pro-1.5 1.25 5 0.3125
gemini-pro-latest 2 12 0.2
gemini-robotics-er-2-preview 1 5 0.1
gemini-robotics-er-2-streaming-preview 1 5
gemma-2-27b-it 0.65 0.65
gemma-4-26b-a4b-it-maas 0.15 0.6 0.015
[groq]
deepseek-r1-distill-llama-70b 0.75 0.99
gemma-7b-it 0.07 0.07
gemma2-9b-it 0.2 0.2
llama-3.1-405b-reasoning 0.59 0.79
llama-3.1-70b-versatile 0.59 0.79
llama-3.1-8b-instant 0.05 0.08
llama-3.2-11b-text-preview 0.18 0.18
llama-3.2-11b-vision-preview 0.18 0.18
llama-3.2-1b-preview 0.04 0.04
llama-3.2-3b-preview 0.06 0.06
llama-3.2-90b-text-preview 0.9 0.9
llama-3.2-90b-vision-preview 0.9 0.9
llama-3.3-70b-specdec 0.59 0.99
llama-3.3-70b-versatile 0.59 0.79
llama-guard-3-8b 0.2 0.2
llama2-70b-4096 0.7 0.8
llama3-70b-8192 0.59 0.79
llama3-8b-8192 0.05 0.08
llama3-groq-70b-8192-tool-use-preview 0.89 0.89
llama3-groq-8b-8192-tool-use-preview 0.19 0.19
meta-llama/llama-4-maverick-17b-128e-instruct 0.2 0.6
meta-llama/llama-4-scout-17b-16e-instruct 0.11 0.34
meta-llama/llama-guard-4-12b 0.2 0.2
meta-llama/llama-prompt-guard-2-22m 0.03 0.03
meta-llama/llama-prompt-guard-2-86m 0.04 0.04
mistral-saba-24b 0.79 0.79
mixtral-8x7b-32768 0.24 0.24
moonshotai/kimi-k2-instruct 1 3 0.5
openai/gpt-oss-120b 0.15 0.6 0.075
openai/gpt-oss-20b 0.075 0.3 0.0375
openai/gpt-oss-safeguard-20b 0.075 0.3 0.037
qwen/qwen3-32b 0.29 0.59
qwen/qwen3.8-27b 0.8 4
[jina]
jina-reranker-m0 0.05 0
jina-reranker-v2-base-multilingual 0.05 0
jina-reranker-v3.5 0.05 0
[mistral]
codestral 0.3 0.9
codestral-2508 0.3 0.9 0.03
codestral-embed 0.15 0 0.015
codestral-latest 0.3 0.9 0.03
codestral-mamba-latest 0.25 0.25 0.025
deepseek-v4-1-flash-1017 0.3 1.2 0.007
devstral-2512 0.4 2 0.04
devstral-latest 0.4 2 0.04
devstral-medium-latest 0.4 2 0.04
devstral-small 0.1 0.3
devstral-small-latest 0.1 0.3 0.01
glm-5-2 1.4 4.4 0.14
magistral-medium 2 5
magistral-medium-latest 1.5 7.5 0.15
magistral-small 0.5 1.5
magistral-small-latest 0.15 0.6 0.015
ministral-14b-2512 0.2 0.2 0.02
ministral-14b-latest 0.2 0.2 0.02
ministral-3-14b-2512 0.2 0.2 0.02
ministral-3-3b-2512 0.1 0.1 0.01
ministral-3-8b-2512 0.15 0.15 0.015
ministral-3b 0.04 0.04
ministral-3b-2512 0.1 0.1 0.01
ministral-3b-latest 0.1 0.1 0.01
ministral-8b 0.1 0.1
ministral-8b-2512 0.15 0.15 0.015
ministral-8b-latest 0.15 0.15 0.015
mistral-7b 0.25 0.25
mistral-code-agent-latest 0.4 2 0.04
mistral-code-fim-latest 0.3 0.9 0.03
mistral-code-latest 0.3 0.9 0.03
mistral-embed 0.1 0
mistral-large 2 6
mistral-large-2512 0.5 1.5 0.05
mistral-large-3 0.5 1.5 0.05
mistral-large-4 0.7 2.1 0.07
mistral-large-4-0 0.7 2.1 0.07
mistral-large-latest 0.5 1.5 0.05
mistral-medium 1.5 7.5 0.15
mistral-medium-2312 2.7 8.1
mistral-medium-3 1.5 7.5 0.15
mistral-medium-3-1 0.4 2 0.04
mistral-medium-3-5 1.5 7.5 0.15
mistral-medium-3.5 1.5 7.5 0.15
mistral-medium-latest 1.5 7.5 0.15
mistral-nemo 0.15 0.15
mistral-saba 0.2 0.6
mistral-small 0.1 0.3 0.01
mistral-small-24b-instruct-2501 0.05 0.08
mistral-small-2603 0.15 0.6 0.015
mistral-small-3.1-24b-instruct 0.351 0.555
mistral-small-3.2-24b-instruct 0.1 0.3
mistral-small-latest 0.15 0.6 0.015
mistral-tiny 0.25 0.25 0.025
mistral-vibe-cli-fast 0.15 0.6 0.015
mistral-vibe-cli-latest 1.5 7.5 0.15
mistral-vibe-cli-with-tools 1.5 7.5 0.15
mixtral-8x22b-instruct 2 6
mixtral-8x7b 0.7 0.7
open-mistral-nemo 0.3 0.3 0.03
pixtral-12b 0.15 0.15
pixtral-large 2 6
pixtral-large-latest 2 6 0.2
voxtral-small-24b-2507 0.1 0.4 0.01
voxtral-small-2507 0.1 0.4 0.01
voxtral-small-latest 0.1 0.4 0.01
zai-glm-5 1.4 4.4 0.14
zai-glm-5-2 1.4 4.4 0.14
zai-glm-5-3 1.4 4.4 0.14
zai-glm-5-3-flash 0.15 0.5 0.03
zai-glm-latest 1.4 4.4 0.14
[moonshot]
kimi-k2 0.57 2.3
kimi-k2-0711-preview 0.6 2.5 0.15
kimi-k2-0905-preview 0.6 2.5 0.15
kimi-k2-thinking 0.6 2.5 0.15
kimi-k2-thinking-turbo 1.15 8 0.15
kimi-k2-turbo-preview 1.15 8 0.15
kimi-k2.5 0.6 3 0.1
kimi-k2.6 0.95 4 0.16
kimi-k2.7-code 0.95 4 0.19
kimi-k2.7-code-highspeed 1.9 8 0.38
kimi-k3 3 15 0.3 3
kimi-k3.1-pro 2 10 0.2 2
kimi-k3.1-pro-highspeed 4 20 0.2 4
moonshot-v1-128k 2 5
moonshot-v1-128k-vision-preview 2 5
moonshot-v1-32k 1 3
moonshot-v1-32k-vision-preview 1 3
moonshot-v1-8k 0.2 2
moonshot-v1-8k-vision-preview 0.2 2
moonshot-v1-auto 2 5
[openai]
ada 0.4 0.4
babbage 0.5 0.5
babbage-002 0.4 0.4
chat-latest 5 30 0.5
chatgpt-4o-latest 5 15
chatgpt-image-latest 5 10 1.25
codex-mini 1.5 6 0.375
computer-use 3 12
computer-use-preview 3 12
curie 2 2
davinci 20 20
davinci-002 2 2
daybreak-blue-latest 4 20 0.4 5
daybreak-red-latest 12.5 75 1.25 15.625
ft:babbage-002 1.6 1.6
ft:davinci-002 12 12
ft:gpt-3.5-turbo 3 6
ft:gpt-3.5-turbo- 3 6
ft:gpt-4-0613 30 60
ft:gpt-4.1-2025-04-14 3 12 0.75
ft:gpt-4.1-mini-2025-04-14 0.8 3.2 0.2
ft:gpt-4.1-nano-2025-04-14 0.2 0.8 0.05
ft:gpt-4o 3.75 15
ft:gpt-4o-2024-08-06 3.75 15 1.875
ft:gpt-4o-2024-11-20 3.75 15 - 1.875
ft:gpt-4o-mini 0.3 1.2
ft:gpt-4o-mini-2024-07-18 0.3 1.2 0.15
ft:o4-mini-2025-04-16 4 16 1
gpt-3.5-0301 1.5 2
gpt-3.5-turbo 0.5 1.5
gpt-3.5-turbo-0613 1.5 2
gpt-3.5-turbo-1106 1 2
gpt-3.5-turbo-16k 3 4
gpt-3.5-turbo-instruct 1.5 2
gpt-4 30 60
gpt-4-1106-preview 10 30
gpt-4-32k 60 120
gpt-4-turbo 10 30
gpt-4-vision-preview 10 30
gpt-4.1 2 8 0.5
gpt-4.1-mini 0.4 1.6 0.1
gpt-4.1-nano 0.1 0.4 0.025
gpt-4.5-preview 75 150 37.5
gpt-4o 2.5 10 1.25
gpt-4o-2024-05-13 5 15
gpt-4o-audio-preview 2.5 10
gpt-4o-mini 0.15 0.6 0.075
gpt-4o-mini-2024-07-18.ft- 0.3 1.2
gpt-4o-mini-audio-preview 0.15 0.6
gpt-4o-mini-realtime-preview 0.6 2.4 0.3
gpt-4o-mini-search-preview 0.15 0.6 0.075
gpt-4o-mini-transcribe 1.25 5
gpt-4o-mini-tts 0.6 12
gpt-4o-realtime-preview 5 20 2.5
gpt-4o-search-preview 2.5 10 1.25
gpt-4o-transcribe 2.5 10
gpt-4o:extended 6 18
gpt-5 1.25 10 0.125
gpt-5-chat 1.25 10 0.125
gpt-5-chat-latest 1.25 10 0.125
gpt-5-codex 1.25 10 0.125
gpt-5-image 10 10 1.25
gpt-5-image-mini 2.5 2 0.25
gpt-5-mini 0.25 2 0.025
gpt-5-nano 0.05 0.4 0.005
gpt-5-pro 15 120
gpt-5-search-api 1.25 10 0.125
gpt-5.1 1.25 10 0.125
gpt-5.1-chat-latest 1.25 10 0.125
gpt-5.1-codex 1.25 10 0.125
gpt-5.1-codex-max 1.25 10 0.125
gpt-5.1-codex-mini 0.25 2 0.025
gpt-5.2 1.75 14 0.175
gpt-5.2-chat-latest 1.75 14 0.175
gpt-5.2-codex 1.75 14 0.175
gpt-5.2-pro 21 168
gpt-5.3 1.75 14 0.175
gpt-5.3-chat-latest 1.75 14 0.175
gpt-5.3-codex 1.75 14 0.175
gpt-5.4 2.5 15 0.25
gpt-5.4-image-2 8 15 2
gpt-5.4-mini 0.75 4.5 0.075
gpt-5.4-nano 0.2 1.25 0.02
gpt-5.4-pro 30 180
gpt-5.5 5 30 0.5
gpt-5.5-cyber 12.5 75 1.25
gpt-5.5-cyber-preview 12.5 75 1.25
gpt-5.5-pro 30 180
gpt-5.6 4 20 0.4 5
gpt-5.6-cyber 12.5 75 1.25 15.625
gpt-5.6-luna 0.2 1.2 0.02 0.25
gpt-5.6-sol 4 20 0.4 5
gpt-5.6-terra 2 12 0.2 2.5
gpt-6-astra 10 50 1 12.5
gpt-6-astra-law 10 50 1
gpt-6-cyber 20 100 2 25
gpt-6-luna 0.1 0.5 0.01 0.125
gpt-6-rosalind 15 75 1.5 18.75
gpt-6-sol 2 10 0.2 2.5
gpt-6.1-sol 2 10 0.1 2.5
gpt-6.1-terra 1 5 0.05 1.25
gpt-audio 2.5 10
gpt-audio-1.5 2.5 10
gpt-audio-mini 0.6 2.4
gpt-chat-latest 5 30 0.5
gpt-daybreak-blue-latest 4 20 0.4 5
gpt-daybreak-red-latest 12.5 75 1.25 15.625
gpt-image-1 5 40 1.25
gpt-image-1-mini 2 8 0.2
gpt-image-1.5 5 10 1.25
gpt-image-2 5 30 1.25
gpt-image-2.5-flare 5 30 1.25
gpt-image-2.5-sunburst 5 30 1.25
gpt-oss-120b 0.039 0.18
gpt-oss-20b 0.029 0.14
gpt-oss-safeguard-20b 0.075 0.3 0.037
gpt-realtime 4 16 0.4
gpt-realtime-2 4 24 0.4
gpt-realtime-mini 0.6 2.4 0.06
gpt-rosalind-discovery 5 25 0.5
gpt-rosalind-research 5 25 0.5
o1 15 60 7.5
o1-mini 1.1 4.4 0.55
o1-preview 15 60 7.5
o1-pro 150 600
o3 2 8 0.5
o3-deep-research 10 40 2.5
o3-mini 1.1 4.4 0.55
o3-pro 20 80
o4-mini 1.1 4.4 0.275
o4-mini-deep-research 2 8 0.5
text-davinci-002 20 20
text-davinci-003 20 20
text-embedding-3-large 0.13 0
text-embedding-3-small 0.02 0
text-embedding-ada-002 0.1 0
text-embedding-ada-002-v2 0.1 0
[openrouter]
01-ai/yi-large 3 3
aetherwiing/mn-starcannon-12b 0.8 1.2
ai21/jamba-1-5-large 2 8
ai21/jamba-1-5-mini 0.2 0.4
ai21/jamba-1.6-large 2 8
ai21/jamba-1.6-mini 0.2 0.4
ai21/jamba-instruct 0.5 0.7
ai21/jamba-large-1.7 2 8
aion-labs/aion-1.0 4 8
aion-labs/aion-1.0-mini 0.7 1.4
aion-labs/aion-2.0 0.8 1.6 0.2
aion-labs/aion-3.0 3 6 0.75
aion-labs/aion-3.0-mini 0.7 1.4 0.18
aion-labs/aion-3.5 3 6 0.75
aion-labs/aion-3.5-mini 0.7 1.4 0.18
aion-labs/aion-rp-llama-3.1-8b 0.8 1.6
alfredpros/codellama-7b-instruct-solidity 0.8 1.2
all-hands/openhands-lm-32b-v0.1 2.6 3.4
allenai/olmo-3-32b-think 0.15 0.5
alpindale/goliath-120b 6.5625 9.375
alpindale/magnum-72b 1.5 2.25
amazon/nova-2-lite-v1 0.3 2.5
amazon/nova-lite-v1 0.06 0.24
amazon/nova-micro-v1 0.035 0.14
amazon/nova-premier-v1 2.5 12.5 0.625
amazon/nova-pro-v1 0.8 3.2
anthracite-org/magnum-v2-72b 3 3
anthracite-org/magnum-v4-72b 2.5 5
anthropic/claude-2 8 24
anthropic/claude-3-haiku 0.25 1.25
anthropic/claude-3-opus 15 75
anthropic/claude-3-sonnet 3 15
anthropic/claude-3.5-haiku 0.8 4
anthropic/claude-3.5-sonnet 3 15
anthropic/claude-3.7-sonnet 3 15
anthropic/claude-fable-5 10 50 1 12.5
anthropic/claude-fable-5.1 10 50 0.25 12.5
anthropic/claude-fable-5.1:batch 5 25 0.125 6.25
anthropic/claude-fable-5:batch 5 25 0.5 6.25
anthropic/claude-haiku-4.5 1 5 0.1 1.25
anthropic/claude-haiku-4.5:batch 0.5 2.5 0.05 0.625
anthropic/claude-haiku-5.5 0.1 0.5 0.01 0.125
anthropic/claude-haiku-5.5:batch 0.05 0.25 0.005 0.0625
anthropic/claude-opus-4 15 75 1.5 18.75
anthropic/claude-opus-4.1:batch 7.5 37.5 0.75 9.375
anthropic/claude-opus-4.5 5 25 0.5 6.25
anthropic/claude-opus-4.5:batch 2.5 12.5 0.25 3.125
anthropic/claude-opus-4.6 5 25 0.5 6.25
anthropic/claude-opus-4.6-fast 30 150 3 37.5
anthropic/claude-opus-4.6:batch 2.5 12.5 0.25 3.125
anthropic/claude-opus-4.7 5 25 0.5 6.25
anthropic/claude-opus-4.7-fast 30 150 3 37.5
anthropic/claude-opus-4.7:batch 2.5 12.5 0.25 3.125
anthropic/claude-opus-4.8 5 25 0.5 6.25
anthropic/claude-opus-4.8-fast 10 50 1 12.5
anthropic/claude-opus-4.8:batch 2.5 12.5 0.25 3.125
anthropic/claude-opus-5 5 25 0.5 6.25
anthropic/claude-opus-5-fast 10 50 1 12.5
anthropic/claude-opus-5.5 4 20 0.2 5
anthropic/claude-opus-5.5:batch 2 10 0.1 2.5
anthropic/claude-opus-5:batch 2.5 12.5 0.25 3.125
anthropic/claude-sonnet-4 3 15 0.3 3.75
anthropic/claude-sonnet-4.5 3 15 0.3 3.75
anthropic/claude-sonnet-4.5:batch 1.5 7.5 0.15 1.875
anthropic/claude-sonnet-4.6 3 15 0.3 3.75
anthropic/claude-sonnet-4.6:batch 1.5 7.5 0.15 1.875
anthropic/claude-sonnet-5 2 10 0.2 2.5
anthropic/claude-sonnet-5.5 2 10 0.1 2.5
anthropic/claude-sonnet-5.5:batch 1 5 0.05 1.25
anthropic/claude-sonnet-5:batch 1 5 0.1 1.25
anubis-pro-105b-v1 0.8 1
arcee-ai/coder-large 0.5 0.8
arcee-ai/trinity-large-thinking 0.25 0.8 0.06
arcee-ai/trinity-mini 0.045 0.15
arcee-ai/virtuoso-large 0.75 1.2
arcee-blitz 0.45 0.75
baidu/ernie-4.5-vl-424b-a47b 0.42 1.25
bytedance-seed/seed-1.6 0.25 2
bytedance-seed/seed-1.6-flash 0.075 0.3
bytedance-seed/seed-2-1-turbo 0.5 2.5
bytedance-seed/seed-2.0-code 0.5 3
bytedance-seed/seed-2.0-lite 0.25 2
bytedance-seed/seed-2.0-mini 0.1 0.4
bytedance/ui-tars-1.5-7b 0.1 0.2
caller-large 0.55 0.85
chatgpt-4o-latest 5 15
claude-2 8 24
claude-3-opus 15 75 1.5 18.75
claude-3-sonnet 3 15 0.3 3.75
claude-3.5-sonnet 3 15 0.3 3.75
claude-3.7-sonnet 3 15 0.3 3.75
cloudflare/clef 0.24 0
cloudflare/clef-flash 0.09 0
codellama-7b-instruct-solidity 0.8 1.2
codestral-2501 0.3 0.9
codex-mini 1.5 6 0.375
cognitivecomputations/dolphin-mistral-24b-venice-edition 0.2 0.9
cognitivecomputations/dolphin-mixtral-8x22b 0.9 0.9
cognitivecomputations/dolphin-mixtral-8x7b 0.5 0.5
cohere/command 1 2
cohere/command-a 2.5 10
cohere/command-a-plus 0.3 1.5 0.15
cohere/command-r 0.5 1.5
cohere/command-r-08-2024 0.15 0.6
cohere/command-r-plus 3 15
cohere/command-r-plus-08-2024 2.5 10
cohere/command-r7b-12-2024 0.0375 0.15
command 1 2
command-r 0.5 1.5
command-r-plus 3 15
deepcogito/cogito-v2.1-671b 1.25 1.25
deepseek-prover-v2 0.5 2.18
deepseek-r1-0528-qwen3-8b 0.05 0.1
deepseek-r1-distill-llama-8b 0.04 0.04
deepseek-r1-distill-qwen-1.5b 0.18 0.18
deepseek-r1-distill-qwen-14b 0.15 0.15
deepseek-r1-distill-qwen-7b 0.1 0.2
deepseek/deepseek-chat 0.2574 1.0287
deepseek/deepseek-chat-v3-0324 0.25 1 0.11
deepseek/deepseek-chat-v3.1 0.27 1
deepseek/deepseek-r1 0.7 2.5
deepseek/deepseek-r1-0528 0.5 2.15 0.35
deepseek/deepseek-r1-distill-llama-70b 0.1 0.4
deepseek/deepseek-r1-distill-llama-8b 0.04 0.04
deepseek/deepseek-r1-distill-qwen-1.5b 0.18 0.18
deepseek/deepseek-r1-distill-qwen-14b 0.15 0.15
deepseek/deepseek-r1-distill-qwen-32b 0.12 0.18
deepseek/deepseek-v3.1-terminus 0.27 1
deepseek/deepseek-v3.2 0.26 0.38 0.13
deepseek/deepseek-v3.2-exp 0.27 0.41
deepseek/deepseek-v4-flash 0.105 0.21 0.021
deepseek/deepseek-v4-flash-0731 0.14 0.28 0.05
deepseek/deepseek-v4-flash-0731:batch 0.048 0.144 0.012
deepseek/deepseek-v4-flash-vision-exp 0.2156 0.6468 0.00686
deepseek/deepseek-v4-pro 1.416 2.832 0.118
deepseek/deepseek-v4-pro-0813 0.66 1.98 0.022
deepseek/deepseek-v4.1-flash 0.21 0.84 0.0042
deepseek/deepseek-v4.1-flash-1017:batch 0.011 0.2 0.002
deepseek/deepseek-v4.1-flash:batch 0.011 0.2 0.002
devstral-small 0.06 0.12
dobby-mini-unhinged-plus-llama-3.1-8b 0.2 0.2
dolphin-mixtral-8x22b 0.9 0.9
eleutherai/llemma_7b 0.8 1.2
elorian/glimpse 0.6 3 0.06
essentialai/rnj-1-instruct 0.15 0.15
eva-llama-3.33-70b 4 6
eva-qwen-2.5-32b 2.6 3.4
eva-qwen-2.5-72b 4 6
eva-unit-01/eva-llama-3.33-70b 4 6
eva-unit-01/eva-qwen-2.5-32b 2.6 3.4
eva-unit-01/eva-qwen-2.5-72b 0.9 1.2
fimbulvetr-11b-v2 0.8 1.2
fireworks/ember-1 3 15 0.3
gemini-2.0-flash-001 0.1 0.4 0.025 0.1833
gemini-2.0-flash-lite-001 0.075 0.3
gemini-2.5-flash-lite-preview-06-17 0.1 0.4
gemini-2.5-flash-preview 0.15 0.6 0.0375 0.2333
gemini-2.5-flash-preview-05-20:thinking 0.15 3.5 0.0375 0.2333
gemini-2.5-flash-preview:thinking 0.15 3.5 0.0375 0.2333
gemini-flash-1.5 0.075 0.3 0.01875 0.1583
gemini-flash-1.5-8b 0.0375 0.15 0.01 0.0583
gemini-pro-1.5 1.25 5
gemma-2-9b-it 0.2 0.2
glm-4-32b 0.24 0.24
glm-5v-turbo 1.2 4 0.24
glm-z1-32b 0.24 0.24
glm-z1-rumination-32b 0.24 0.24
goliath-120b 10 12.5
google/gemini-2.0-flash-001 0.1 0.4
google/gemini-2.0-flash-lite-001 0.075 0.3
google/gemini-2.5-flash 0.3 2.5 0.03 0.083333333
google/gemini-2.5-flash-image 0.3 2.5 0.03 0.083333333
google/gemini-2.5-flash-lite 0.1 0.4 0.01 0.083333333
google/gemini-2.5-flash-lite-preview-09-2025 0.1 0.4
google/gemini-2.5-flash-lite:batch 0.05 0.2 0.01 0.041666667
google/gemini-2.5-flash-preview 0.15 0.6
google/gemini-2.5-flash-preview-09-2025 0.3 2.5 0.075 0.383
google/gemini-2.5-flash-preview:thinking 0.15 3.5
google/gemini-2.5-flash:batch 0.15 1.25 0.03 0.041666667
google/gemini-2.5-pro 1.25 10 0.125 0.375
google/gemini-2.5-pro-preview-03-25 1.25 10
google/gemini-2.5-pro:batch 0.625 5 0.125 0.1875
google/gemini-3-flash-preview 0.5 3 0.05 0.083333333
google/gemini-3-flash-preview:batch 0.25 1.5 - 0.041666667
google/gemini-3-pro-image 2 12 0.2 0.375
google/gemini-3-pro-image-preview 2 12 0.2 0.375
google/gemini-3.1-flash-image 0.5 3
google/gemini-3.1-flash-image-preview 0.5 3
google/gemini-3.1-flash-lite 0.25 1.5 0.025 0.083333333
google/gemini-3.1-flash-lite-image 0.25 1.5
google/gemini-3.1-flash-lite:batch 0.125 0.75 0.0125 0.041666667
google/gemini-3.1-pro-preview 2 12 0.2 0.375
google/gemini-3.1-pro-preview:batch 1 6 - 0.1875
google/gemini-3.5-flash 1.5 9 0.15 0.083333333
google/gemini-3.5-flash-lite 0.3 2.5 0.03 0.083333333
google/gemini-3.5-flash-lite:batch 0.15 1.25 0.015 0.041666667
google/gemini-3.5-flash:batch 0.75 4.5 0.075 0.041666667
google/gemini-3.6-flash 0.75 3.75 0.075 0.041666667
google/gemini-3.6-flash:batch 0.375 1.875 0.0375 0.041666667
google/gemini-3.7-flash 0.75 3.75 0.075 0.041666667
google/gemini-3.7-flash:batch 0.375 1.875 0.0375 0.041666667
google/gemini-3.8-flash 0.75 3.75 0.075 0.041666667
google/gemini-3.8-flash:batch 0.375 1.875 0.0375 0.041666667
google/gemini-4-argon 2 10 0.1 0.1875
google/gemini-4-argon:batch 1 5 0.05 0.1875
google/gemini-flash-1.5 0.075 0.3
google/gemini-flash-1.5-8b 0.0375 0.15
google/gemini-nano-banana-2.1 1.5 7.5
google/gemini-omni-1.1-flash 1.5 9
google/gemini-omni-1.2-flash 1.5 9
google/gemini-pro 0.5 1.5
google/gemini-pro-1.5 1.25 5
google/gemma-2-27b-it 0.65 0.65
google/gemma-2-9b-it 0.07 0.07
google/gemma-3-12b-it 0.05 0.15
google/gemma-3-27b-it 0.08 0.35 0.04
google/gemma-3-4b-it 0.04 0.05 0.02
google/gemma-3n-e4b-it 0.06 0.12
google/gemma-4-26b-a4b-it 0.15 0.6 0.0425
google/gemma-4-31b-it 0.15 0.4 0.06
google/palm-2-chat-bison 1 2
google/palm-2-codechat-bison 1 2
gpt-3.5-turbo-1106 1 2
gpt-4-1106-preview 10 30
gpt-4.5-preview 75 150 37.5
gpt-4o:extended 6 18
grok-2-1212 2 10
grok-2-vision-1212 2 10
grok-3 3 15 0.75
grok-3-mini 0.3 0.5 0.075
grok-beta 5 15
grok-vision-beta 5 15
gryphe/mythomax-l2-13b 0.08 0.11
hermes-2-pro-llama-3-8b 0.025 0.04
ibm-granite/granite-4.0-h-micro 0.017 0.112
ibm-granite/granite-4.1-8b 0.05 0.1
ibm-granite/granite-4.2-8b 0.06 0.15 0.015
inception/mercury-2 0.25 0.75 0.025
inception/mercury-2.5 0.04 0.15 0.004
inception/mercury-3 0.1 0.35 0.01
inclusionai/ling-2.6-1t 0.075 0.625 0.015
inclusionai/ling-2.6-flash 0.01 0.03 0.002
inclusionai/ling-3.0-flash 0.021 0.063 0.0042
inclusionai/ling-3.0-flash-vl 0.06 0.18 0.012
inclusionai/ling-3.0-tiny 0.015 0.045 0.003
inclusionai/ling-3.1-flash 0.045 0.135 0.009
inclusionai/ring-2.6-1t 0.075 0.625 0.015
inference-net/schematron-v2-small 0.05 0.23
inference-net/schematron-v2-turbo 0.03 0.15
infermatic/mn-inferor-12b 0.8 1.2
inflection/inflection-3-pi 2.5 10
inflection/inflection-3-productivity 2.5 10
jamba-1.6-large 2 8
jamba-1.6-mini 0.2 0.4
jondurbin/airoboros-l2-70b 0.5 0.5
kwaipilot/kat-coder-pro-v2 0.3 1.2 0.06
l3-euryale-70b 1.48 1.48
latitudegames/wayfarer-large-70b-llama-3.3 0.8 0.9
lfm-3b 0.02 0.02
lfm-40b 0.15 0.15
lfm-7b 0.01 0.01
liquid/lfm-2-24b-a2b 0.03 0.12
liquid/lfm-2.5-2.6b 0.35 0.5 0.04
liquid/lfm-2.5-24b-a2b 0.05 0.7 0.025
liquid/lfm-3-1.7b 0.08 0.2 0.02
liquid/lfm-3b 0.02 0.02
liquid/lfm-40b 0.15 0.15
liquid/lfm-7b 0.01 0.01
llama-3-lumimaid-70b 4 6
llama-3-lumimaid-8b 0.2 1.25
llama-3.1-405b 2 2
llama-3.1-405b-instruct 0.8 0.8
llama-3.1-lumimaid-70b 2.5 3
llama-3.1-lumimaid-8b 0.2 1.25
llama-3.1-nemotron-70b-instruct 0.12 0.3
llama-3.1-nemotron-ultra-253b-v1 0.6 1.8
llama-3.1-sonar-large-128k-online 1 1
llama-3.1-sonar-small-128k-online 0.2 0.2
llama-3.2-90b-vision-instruct 1.2 1.2
llama-3.3-nemotron-super-49b-v1 0.13 0.4
llama-guard-2-8b 0.2 0.2
llama3.1-typhoon2-70b-instruct 0.88 0.88
llemma_7b 0.8 1.2
maestro-reasoning 0.9 3.3
magistral-medium-2506 2 5
magistral-small-2506 0.5 1.5
magnum-72b 4 6
magnum-v2-72b 3 3
mancer/weaver 0.4 0.75
meituan/longcat-2.0 0.3 1.2 0.006
mercury-coder-small-beta 0.25 1
meta-llama/llama-2-13b-chat 0.22 0.22
meta-llama/llama-2-70b-chat 0.9 0.9
meta-llama/llama-3-70b-instruct 0.3 0.4
meta-llama/llama-3-8b-instruct 0.03 0.06
meta-llama/llama-3.1-405b 2 2
meta-llama/llama-3.1-405b-instruct 0.8 0.8
meta-llama/llama-3.1-70b-instruct 0.72 0.72
meta-llama/llama-3.1-8b-instruct 0.05 0.08 0.025
meta-llama/llama-3.2-11b-vision-instruct 0.049 0.049
meta-llama/llama-3.2-1b-instruct 0.027 0.201
meta-llama/llama-3.2-3b-instruct 0.0509 0.335
meta-llama/llama-3.2-90b-vision-instruct 0.9 0.9
meta-llama/llama-3.3-70b-instruct 0.59 0.79 0.295
meta-llama/llama-4-maverick 0.35 1 0.17
meta-llama/llama-4-scout 0.1 0.3
meta-llama/llama-guard-2-8b 0.2 0.2
meta-llama/llama-guard-3-8b 0.02 0.06
meta-llama/llama-guard-4-12b 0.18 0.18
meta/muse-glimmer-30b 0.3 1.2 0.04
meta/muse-glimmer-30b:batch 0.24 0.96 0.032
meta/muse-spark-1.1 1.25 4.25 0.15
meta/muse-spark-1.2 1.25 4.25 0.15
meta/muse-spark-1.2-contributor 0.1 0.2 0.002
meta/muse-spark-1.3 1.25 4.25 0.15
meta/muse-spark-1.3-contributor 0.1 0.2 0.002
meta/muse-spark-open 1.25 4.25 0.15
meta/muse-wonder 4 20 0.2
microsoft/phi-3-medium-128k-instruct 1 1
microsoft/phi-3-mini-128k-instruct 0.1 0.1
microsoft/phi-3.5-mini-128k-instruct 0.1 0.1
microsoft/phi-4 0.07 0.14
microsoft/phi-4-mini-instruct 0.08 0.35
microsoft/phi-4-multimodal-instruct 0.05 0.1
microsoft/wizardlm-2-7b 0.07 0.07
microsoft/wizardlm-2-8x22b 0.62 0.62
midnight-rose-70b 0.8 0.8
minimax-m1:extended 0.55 2.2
minimax/minimax-01 0.2 1.1
minimax/minimax-m1 0.55 2.2
minimax/minimax-m2 0.255 1.02 0.03
minimax/minimax-m2-her 0.3 1.2 0.03
minimax/minimax-m2.1 0.3 1.2 0.03
minimax/minimax-m2.5 0.295 1.2 0.06
minimax/minimax-m2.7 0.27 1.08 0.054
minimax/minimax-m3 0.3 1.2 0.06
minimax/minimax-m3:batch 0.224 0.88 0.0448
ministral-3b 0.04 0.04
ministral-8b 0.1 0.1
mistral-7b-instruct 0.028 0.054
mistral-7b-instruct-v0.1 0.11 0.19
mistral-7b-instruct-v0.2 0.2 0.2
mistral-medium 2.75 8.1
mistral-small 0.2 0.6
mistral-tiny 0.25 0.25
mistral/ministral-8b 0.1 0.1
mistralai/codestral-2501 0.3 0.9
mistralai/codestral-2508 0.3 0.9 0.03
mistralai/codestral-2508:batch 0.15 0.45 0.015
mistralai/codestral-mamba 0.25 0.25
mistralai/devstral-2512 0.4 2 0.04
mistralai/ministral-14b-2512 0.2 0.2 0.02
mistralai/ministral-3b 0.04 0.04
mistralai/ministral-3b-2512 0.1 0.1 0.01
mistralai/ministral-8b 0.1 0.1
mistralai/ministral-8b-2512 0.15 0.15 0.015
mistralai/ministral-8b-2512:batch 0.075 0.075 0.0075
mistralai/mistral-7b-instruct 0.029 0.059
mistralai/mistral-7b-instruct-v0.1 0.2 0.2
mistralai/mistral-7b-instruct-v0.2 0.2 0.2
mistralai/mistral-large 2 6 0.2
mistralai/mistral-large-2512 0.5 1.5 0.05
mistralai/mistral-large-2512:batch 0.25 0.75 0.025
mistralai/mistral-large-4-0 0.7 2.1 0.07
mistralai/mistral-medium 2.75 8.1
mistralai/mistral-medium-3 0.4 2 0.04
mistralai/mistral-medium-3-5 1.5 7.5
mistralai/mistral-medium-3-5:batch 0.75 3.75
mistralai/mistral-medium-3.1 0.4 2 0.04
mistralai/mistral-medium-3.1:batch 0.2 1 0.02
mistralai/mistral-nemo 0.15 0.15 0.015
mistralai/mistral-saba 0.2 0.6 0.02
mistralai/mistral-small 0.2 0.6
mistralai/mistral-small-24b-instruct-2501 0.05 0.08
mistralai/mistral-small-2603 0.15 0.6 0.015
mistralai/mistral-small-2603:batch 0.075 0.3 0.0075
mistralai/mistral-small-3.1-24b-instruct 0.351 0.555
mistralai/mistral-small-3.2-24b-instruct 0.1 0.3 0.01
mistralai/mistral-tiny 0.25 0.25
mistralai/mixtral-8x22b-instruct 2 6 0.2
mistralai/mixtral-8x7b-instruct 0.24 0.24
mistralai/pixtral-12b 0.1 0.1
mistralai/pixtral-large-2411 2 6
mistralai/voxtral-small-24b-2507 0.1 0.3 0.01
mixtral-8x7b-instruct 0.08 0.24
mn-celeste-12b 0.8 1.2
mn-inferor-12b 0.8 1.2
mn-starcannon-12b 0.8 1.2
moondream/moondream3-preview 0.3 2.5
moondream/moondream3.1-9b-a2b 0.3 2.5
moonshotai/kimi-k2 0.57 2.3
moonshotai/kimi-k2-0905 0.6 2.5
moonshotai/kimi-k2-thinking 0.6 2.5 0.15
moonshotai/kimi-k2.5 0.532 3.325 0.209
moonshotai/kimi-k2.6 0.95 4 0.16
moonshotai/kimi-k2.7-code 0.95 4 0.19
moonshotai/kimi-k3 3 15 0.3
moonshotai/kimi-k3.1-pro 2 10 0.2
moonshotai/kimi-k3:batch 0.917 6 0.226
morph/morph-v3-fast 0.8 1.2
morph/morph-v3-fast:batch 0.4 0.6
morph/morph-v3-large 0.9 1.9
morph/morph-v3-large:batch 0.45 0.95
mythalion-13b 0.8 1.2
neversleep/llama-3-lumimaid-70b 3.375 4.5
neversleep/llama-3-lumimaid-8b 0.09375 0.75
neversleep/llama-3.1-lumimaid-70b 1.5 2.25
neversleep/llama-3.1-lumimaid-8b 0.09375 0.75
neversleep/noromaid-20b 0.75 1.5
nex-agi/nex-n2.5-mini 0.025 0.1 0.0025
nex-agi/nex-n2.5-pro 0.075 0.25 0.015
noromaid-20b 1.25 2
nothingiisreal/mn-celeste-12b 0.8 1.2
nous-hermes-2-mixtral-8x7b-dpo 0.6 0.6
nousresearch/hermes-2-pro-llama-3-8b 0.025 0.04
nousresearch/hermes-3-llama-3.1-405b 1 1
nousresearch/hermes-3-llama-3.1-70b 0.7 0.7
nousresearch/hermes-4-405b 1 3 0.2
nousresearch/hermes-4-70b 0.13 0.4
nousresearch/nous-hermes-2-mixtral-8x7b-dpo 0.6 0.6
nousresearch/nous-hermes-llama2-13b 0.18 0.18
nvidia/llama-3.1-nemotron-70b-instruct 0.12 0.3
nvidia/llama-3.3-nemotron-super-49b-v1.5 0.4 0.4
nvidia/nemotron-3-nano-30b-a3b 0.06 0.24 0.012
nvidia/nemotron-3-super-120b-a12b 0.08 0.45
nvidia/nemotron-3-ultra-550b-a55b 0.6 2.4 0.12
nvidia/nemotron-3.5-content-safety 0.2 0.2
nvidia/nemotron-3.5-lightning 0.05 0.2 0.01
nvidia/nemotron-3.5-super-vl 0.15 0.5 0.02
nvidia/nemotron-nano-9b-v2 0.04 0.16
o1-mini 1.1 4.4 0.55
openai/chatgpt-4o-latest 5 15
openai/codex-mini 1.5 6 0.375
openai/gpt-3.5-turbo 0.5 1.5
openai/gpt-3.5-turbo-0613 1 2
openai/gpt-3.5-turbo-1106 1 2
openai/gpt-3.5-turbo-16k 3 4
openai/gpt-3.5-turbo-instruct 1.5 2
openai/gpt-3.5-turbo:batch 0.25 0.75
openai/gpt-4 30 60
openai/gpt-4-1106-preview 10 30
openai/gpt-4-32k 60 120
openai/gpt-4-turbo 10 30
openai/gpt-4-turbo:batch 5 15
openai/gpt-4.1 2 8 0.5
openai/gpt-4.1-mini 0.4 1.6 0.1
openai/gpt-4.1-mini:batch 0.2 0.8 0.05
openai/gpt-4.1-nano 0.1 0.4 0.03
openai/gpt-4.1-nano:batch 0.05 0.2 0.0125
openai/gpt-4.1:batch 1 4 0.25
openai/gpt-4.5-preview 75 150
openai/gpt-4o 2.5 10 1.25
openai/gpt-4o-2024-05-13 5 15
openai/gpt-4o-mini 0.15 0.6 0.075
openai/gpt-4o-mini-search-preview 0.15 0.6
openai/gpt-4o-mini:batch 0.075 0.3 0.0375
openai/gpt-4o-search-preview 2.5 10
openai/gpt-4o:batch 1.25 5 0.625
openai/gpt-4o:extended 6 18
openai/gpt-5 1.25 10 0.125
openai/gpt-5-image 10 10 1.25
openai/gpt-5-image-mini 2.5 2 0.25
openai/gpt-5-mini 0.25 2 0.025
openai/gpt-5-mini:batch 0.125 1 0.0125
openai/gpt-5-nano 0.05 0.4 0.005
openai/gpt-5-nano:batch 0.025 0.2 0.0025
openai/gpt-5-pro 15 120
openai/gpt-5-pro:batch 7.5 60
openai/gpt-5.1 1.25 10 0.125
openai/gpt-5.1-codex-mini 0.25 2 0.03
openai/gpt-5.1:batch 0.625 5 0.0625
openai/gpt-5.2 1.75 14 0.175
openai/gpt-5.2-pro 21 168
openai/gpt-5.2-pro:batch 10.5 84
openai/gpt-5.2:batch 0.875 7 0.0875
openai/gpt-5.3-chat 1.75 14 0.175
openai/gpt-5.3-codex 1.75 14 0.175
openai/gpt-5.4 2.5 15 0.25
openai/gpt-5.4-image-2 8 15 2
openai/gpt-5.4-mini 0.75 4.5 0.075
openai/gpt-5.4-mini:batch 0.375 2.25 0.0375
openai/gpt-5.4-nano 0.2 1.25 0.02
openai/gpt-5.4-nano:batch 0.1 0.625 0.01
openai/gpt-5.4-pro 30 180
openai/gpt-5.4-pro:batch 15 90
openai/gpt-5.4:batch 1.25 7.5 0.125
openai/gpt-5.5 5 30 0.5
openai/gpt-5.5-pro 30 180
openai/gpt-5.5-pro:batch 15 90
openai/gpt-5.5:batch 2.5 15 0.25
openai/gpt-5.6-luna 0.2 1.2 0.02 0.25
openai/gpt-5.6-luna-pro 0.2 1.2 0.02 0.25
openai/gpt-5.6-luna-pro:batch 0.1 0.6 0.01 0.125
openai/gpt-5.6-luna:batch 0.1 0.6 0.01 0.125
openai/gpt-5.6-sol 4 20 0.4 5
openai/gpt-5.6-sol-pro 4 20 0.4 5
openai/gpt-5.6-sol-pro:batch 2 10 0.2 2.5
openai/gpt-5.6-sol:batch 2 10 0.2 2.5
openai/gpt-5.6-terra 2 12 0.2 2.5
openai/gpt-5.6-terra-pro 2 12 0.2 2.5
openai/gpt-5.6-terra-pro:batch 1 6 0.1 1.25
openai/gpt-5.6-terra:batch 1 6 0.1 1.25
openai/gpt-5:batch 0.625 5 0.0625
openai/gpt-6-astra 10 50 1 12.5
openai/gpt-6-astra-pro:batch 5 25 0.5 6.25
openai/gpt-6-astra:batch 5 25 0.5 6.25
openai/gpt-6-luna 0.1 0.5 0.01 0.125
openai/gpt-6-luna:batch 0.05 0.25 0.005 0.0625
openai/gpt-6-sol 2 10 0.2 2.5
openai/gpt-6-sol:batch 1 5 0.1 1.25
openai/gpt-6.1-sol 2 10 0.1 2.5
openai/gpt-6.1-sol:batch 1 5 0.05 1.25
openai/gpt-6.1-terra 1 5 0.05 1.25
openai/gpt-6.1-terra-pro:batch 0.5 2.5 0.025 0.625
openai/gpt-6.1-terra:batch 0.5 2.5 0.025 0.625
openai/gpt-audio 2.5 10
openai/gpt-audio-mini 0.6 2.4
openai/gpt-chat-latest 5 30 0.5
openai/gpt-oss-120b 0.1 0.5
openai/gpt-oss-120b:batch 0.0296 0.136
openai/gpt-oss-20b 0.03 0.14 0.009
openai/gpt-oss-20b:batch 0.024 0.112
openai/gpt-oss-safeguard-20b 0.075 0.3 0.0375
openai/o1 15 60 7.5
openai/o1-mini 1.1 4.4
openai/o1-pro 150 600
openai/o3 2 8 0.5
openai/o3-deep-research 10 40 2.5
openai/o3-mini 1.1 4.4 0.55
openai/o3-mini:batch 0.55 2.2 0.275
openai/o3-pro 20 80
openai/o3:batch 1 4 0.25
openai/o4-mini 1.1 4.4 0.275
openai/o4-mini-deep-research 2 8 0.5
openai/o4-mini:batch 0.55 2.2 0.1375
openchat/openchat-7b 0.07 0.07
openhands-lm-32b-v0.1 2.6 3.4
particle-ai/particle-1 0.05 0.5 0.003
perceptron/perceptron-mk1 0.15 1.5
perceptron/perceptron-mk1.5 0.15 1.5
perplexity/llama-3.1-sonar-large-128k-online 1 1
perplexity/llama-3.1-sonar-small-128k-online 0.2 0.2
perplexity/pplx-decider-v1-27b 0.04 0
perplexity/pplx-decider-v1.1-27b 0.02 0
perplexity/r1-1776 2 8
perplexity/sonar 1 1
perplexity/sonar-deep-research 2 8
perplexity/sonar-pro 3 15
perplexity/sonar-pro-search 3 15
perplexity/sonar-reasoning 1 5
perplexity/sonar-reasoning-pro 2 8
phi-3-medium-128k-instruct 1 1
phi-3-mini-128k-instruct 0.1 0.1
phi-3.5-mini-128k-instruct 0.1 0.1
phi-4-multimodal-instruct 0.05 0.1
phi-4-reasoning-plus 0.07 0.35
pixtral-12b 0.1 0.1
pixtral-large-2411 2 6
poolside/laguna-s-2.1 0.09 0.18 0.009
poolside/laguna-xs-2.1 0.06 0.12 0.03
prime-intellect/intellect-3 0.2 1.1
prism-ml/ternary-bonsai-2-27b 0.075 0.5 0.0375
prism-ml/ternary-bonsai-2-9b 0.08 0.13 0.04
pygmalionai/mythalion-13b 0.5625 1.125
qwen-2-72b-instruct 0.9 0.9
qwen-2.5-vl-7b-instruct 0.2 0.2
qwen-max 1.6 6.4 0.64
qwen-turbo 0.05 0.2 0.02
qwen-vl-max 0.8 3.2
qwen-vl-plus 0.21 0.63
qwen/qwen-2-72b-instruct 0.9 0.9
qwen/qwen-2.5-72b-instruct 0.36 0.4
qwen/qwen-2.5-7b-instruct 0.1 0.2
qwen/qwen-2.5-coder-32b-instruct 0.66 1
qwen/qwen-2.5-vl-72b-instruct 0.6 0.6
qwen/qwen-2.5-vl-7b-instruct 0.2 0.2
qwen/qwen-max 1.6 6.4
qwen/qwen-plus 0.26 0.78 0.052 0.325
qwen/qwen-plus-2025-07-28 0.26 0.78
qwen/qwen-plus-2025-07-28:thinking 0.26 0.78 - 0.325
qwen/qwen-turbo 0.05 0.2
qwen/qwen-vl-max 0.8 3.2
qwen/qwen-vl-plus 0.21 0.63
qwen/qwen2.5-coder-7b-instruct 0.2 0.2
qwen/qwen2.5-vl-32b-instruct 0.9 0.9
qwen/qwen2.5-vl-72b-instruct 0.8 1 0.4
qwen/qwen3-14b 0.1 0.22
qwen/qwen3-235b-a22b 0.13 0.6
qwen/qwen3-235b-a22b-2507 0.09 0.55
qwen/qwen3-235b-a22b-thinking-2507 0.45 3.5
qwen/qwen3-30b-a3b 0.12 0.5
qwen/qwen3-30b-a3b-instruct-2507 0.09 0.3
qwen/qwen3-30b-a3b-thinking-2507 0.08 0.4
qwen/qwen3-32b 0.14 0.4 0.09
qwen/qwen3-8b 0.035 0.138
qwen/qwen3-coder 0.3 1 0.1
qwen/qwen3-coder-30b-a3b-instruct 0.07 0.28
qwen/qwen3-coder-flash 0.195 0.975 0.039 0.24375
qwen/qwen3-coder-next 0.12 0.8 0.07
qwen/qwen3-coder-plus 0.65 3.25 0.13 0.8125
qwen/qwen3-max 1.2 6
qwen/qwen3-max-thinking 0.78 3.9
qwen/qwen3-next-80b-a3b-instruct 0.09 1.1
qwen/qwen3-next-80b-a3b-thinking 0.15 1.2
qwen/qwen3-vl-235b-a22b-instruct 0.21 1.9 0.1
qwen/qwen3-vl-235b-a22b-thinking 0.26 2.6
qwen/qwen3-vl-30b-a3b-instruct 0.2 0.7
qwen/qwen3-vl-30b-a3b-thinking 0.29 1
qwen/qwen3-vl-32b-instruct 0.104 0.416
qwen/qwen3-vl-8b-instruct 0.25 0.75 0.12
qwen/qwen3-vl-8b-thinking 0.117 1.365
qwen/qwen3.5-122b-a10b 0.26 2.08
qwen/qwen3.5-27b 0.195 1.56
qwen/qwen3.5-35b-a3b 0.1625 1.3 0.05
qwen/qwen3.5-397b-a17b 0.39 2.34 0.3
qwen/qwen3.5-9b 0.1 0.15
qwen/qwen3.5-flash-02-23 0.065 0.26
qwen/qwen3.5-plus-02-15 0.26 1.56
qwen/qwen3.5-plus-20260420 0.3 1.8 - 0.375
qwen/qwen3.6-27b 0.45 2.7 0.025
qwen/qwen3.6-35b-a3b 0.1 0.95
qwen/qwen3.6-flash 0.1875 1.125 - 0.234375
qwen/qwen3.6-max-preview 1.04 6.24 - 1.3
qwen/qwen3.6-plus 0.325 1.95 - 0.40625
qwen/qwen3.7-flash 0.03 0.13 0.006 0.038
qwen/qwen3.7-max 1.475 4.425 0.295 1.84375
qwen/qwen3.7-plus 0.32 1.28 0.064 0.4
qwen/qwen3.7-plus:batch 0.23 0.92
qwen/qwen3.8-2.4t-a95b 2 6 0.25 2.5
qwen/qwen3.8-27b 0.425 2.55 0.085 0.53125
qwen/qwen3.8-27b:batch 0.16 2 0.04 0.2
qwen/qwen3.8-flash 0.15 0.47 0.016
qwen/qwen3.8-max-0902 2 6 0.25
qwen/qwen3.8-max-prime 4 12 0.5
qwen/qwen3.8-omni-flash 0.15 0.47 0.016
qwen/qwq-32b 0.15 0.2
qwen/qwq-32b-preview 0.2 0.2
qwen2.5-vl-32b-instruct 0.9 0.9
qwq-32b 0.15 0.2
qwq-32b-preview 0.2 0.2
r1-1776 2 8
raifle/sorcererlm-8x22b 4.5 4.5
reflection/beam-1.0-501b-a23b 0.4 1.2 0.04
rekaai/reka-edge 0.1 0.1
rekaai/reka-flash-3 0.1 0.2
relace/relace-apply-3 0.85 1.25
relace/relace-search 1 3
ricursiveai/ripple-65b-preview 0.2 0.6 0.05
sakana/fugu-max 2 6 0.25
sakana/fugu-ultra 5 30 0.5
sakana/sakana-namazu 0.95 4 0.15
sao10k/fimbulvetr-11b-v2 0.8 1.2
sao10k/l3-euryale-70b 1.48 1.48
sao10k/l3-lunaris-8b 0.04 0.05
sao10k/l3.1-70b-hanami-x1 3 3
sao10k/l3.1-euryale-70b 0.85 0.85
sao10k/l3.3-euryale-70b 0.65 0.75
scaledown/extract 0.04 0
scaledown/summarize 0.04 0
scb10x/llama3.1-typhoon2-70b-instruct 0.88 0.88
scb10x/llama3.1-typhoon2-8b-instruct 0.18 0.18
sonar-reasoning 1 5
sophosympatheia/midnight-rose-70b 0.8 0.8
sorcererlm-8x22b 4.5 4.5
spotlight 0.18 0.18
steelskull/l3.3-electra-r1-70b 0.7 0.95
stepfun/step-3.5-flash 0.1 0.3 0.02
stepfun/step-3.7-flash 0.2 1.15 0.04
stepfun/step-5-preview 1 2.7 0.1
switchpoint/router 0.85 3.4
tencent/hunyuan-a13b-instruct 0.14 0.57
tencent/hy-mt2-1.8b 0.044 0.177
tencent/hy-mt2-30b-a3b 0.074 0.295
tencent/hy-mt2-7b 0.074 0.295
tencent/hy3-preview 0.18 0.6 0.06
tencent/hy4 0.417 1.2505 0.021
thedrummer/anubis-pro-105b-v1 0.8 1
thedrummer/cydonia-24b-v4.1 0.3 0.5 0.15
thedrummer/rocinante-12b 0.25 0.5
thedrummer/skyfall-36b-v2 0.55 0.8 0.25
thedrummer/unslopnemo-12b 0.4 0.4
thinkingmachines/inkling 1 4.05 0.17
thinkingmachines/inkling-small 0.45 1.2 0.1
thinkingmachines/inkling-small:batch 0.36 0.96 0.08
toppy-m-7b 0.8 1.2
typesafe/jev-1.13 0.042 0
typesafe/jev-1.14 0.042 0
unbiased/pareto-26.10 0.8 3.2 0.03
unbiased/pareto-26.9 2.5 7.5 0.25
undi95/remm-slerp-l2-13b 0.35 0.65
undi95/toppy-m-7b 0.07 0.07
upstage/solar-mini4 0.05 0.2 0.005
upstage/solar-pro-3 0.15 0.6 0.015
upstage/solar-pro4 0.15 0.6 0.03
valkyrie-49b-v1 0.5 0.8
virtuoso-medium-v2 0.5 0.8
writer/palmyra-x5 0.6 6
x-ai/grok-2-1212 2 10
x-ai/grok-2-vision-1212 2 10
x-ai/grok-3-beta 3 15
x-ai/grok-3-mini-beta 0.3 0.5
x-ai/grok-4-fast 0.2 0.5 0.05
x-ai/grok-4.20 1.25 2.5 0.2
x-ai/grok-4.20-multi-agent 1.25 2.5 0.2
x-ai/grok-4.3 1.25 2.5 0.2
x-ai/grok-4.3:batch 1 2 0.16
x-ai/grok-4.5 2 6 0.3
x-ai/grok-4.6 2 6 0.5
x-ai/grok-4.6:batch 1.6 4.8 0.4
x-ai/grok-4.7 2 6 0.5
x-ai/grok-4.7:batch 1.6 4.8 0.4
x-ai/grok-beta 5 15
x-ai/grok-build-0.1 1 2 0.2
x-ai/grok-code-fast-1 0.2 1.5 0.02
x-ai/grok-vision-beta 5 15
xiaomi/mimo-v2-flash 0.1 0.3 0.01
xiaomi/mimo-v2.5 0.4 2 0.08
xiaomi/mimo-v2.5-pro 0.435 0.87 0.0036
xiaomi/mimo-v2.6-flash 0.14 0.28 0.0028
xiaomi/mimo-v2.6-pro 0.435 0.87 0.0036
xiaomi/mimo-v2.6-pro-ultraspeed 4.35 8.7 0.036
xwin-lm/xwin-lm-70b 3.75 3.75
yi-large 3 3
z-ai/glm-4.5 0.6 2.2 0.11
z-ai/glm-4.5-air 0.2 1.1 0.03
z-ai/glm-4.5v 0.6 1.8 0.11
z-ai/glm-4.6 0.6 2.2 0.11
z-ai/glm-4.6v 0.3 0.9 0.05
z-ai/glm-4.7 0.6 2.2 0.11
z-ai/glm-4.7-flash 0.0605 0.4 0.01
z-ai/glm-5 1 3.2 0.2
z-ai/glm-5-turbo 1.2 4 0.24
z-ai/glm-5.1 1.4 4.4 0.26
z-ai/glm-5.2 1.4 4.4 0.26
z-ai/glm-5.2:batch 0.623 1.271 0.21
z-ai/glm-5.3 1.4 4.4 0.26
z-ai/glm-5.3-flash 0.15 0.5 0.03
z-ai/glm-5.3-flash:batch 0.061 0.124 0.026
z-ai/glm-5.3-flashx 0.37 1.25 0.075
z-ai/glm-5.3-flashx-legal 0.37 1.25 0.075
z-ai/glm-5.3-prime 2.8 8.8 0.56
z-ai/glm-5.3:batch 0.45 2 0.1
z-ai/glm-5v-turbo 1.2 4 0.24
~anthropic/claude-fable-latest 10 50 0.25 12.5
~anthropic/claude-haiku-latest 0.1 0.5 0.01 0.125
~anthropic/claude-opus-latest 4 20 0.2 5
~anthropic/claude-sonnet-latest 2 10 0.1 2.5
~deepseek/deepseek-flash-latest 0.05 0.15 0.012
~deepseek/deepseek-pro-latest 0.225 8 0.23
~deepseek/deepseek-v4-flash-latest 0.00688 0.12 0.00336
~google/gemini-flash-latest 0.75 3.75 0.075 0.041666667
~google/gemini-pro-latest 2 10 0.1 0.1875
~moonshotai/kimi-latest 0.239 11.936 0.21
~openai/gpt-astra-latest 10 50 1 12.5
~openai/gpt-latest 5 30 0.5
~openai/gpt-luna-latest 0.1 0.5 0.01 0.125
~openai/gpt-mini-latest 0.75 4.5 0.075
~openai/gpt-sol-latest 2 10 0.1 2.5
~openai/gpt-terra-latest 2 12 0.2 2.5
~unbiased/pareto-latest 0.8 3.2 0.03
~x-ai/grok-latest 2 6 0.5
~z-ai/glm-flash-latest 0.048 0.2 0.006
~z-ai/glm-latest 0.042 6 0.026
[perplexity]
anthropic/claude-fable-5 10 50 1
anthropic/claude-fable-5-1 10 50 0.25
anthropic/claude-haiku-4-5 1 5 0.1
anthropic/claude-haiku-5-5 0.1 0.5 0.01
anthropic/claude-opus-4-5 5 25 0.5
anthropic/claude-opus-4-6 5 25 0.5
anthropic/claude-opus-4-7 5 25 0.5
anthropic/claude-opus-4-8 5 25 0.5
anthropic/claude-opus-5 5 25 0.5
anthropic/claude-opus-5-5 4 20 0.2
anthropic/claude-sonnet-4-5 3 15 0.3
anthropic/claude-sonnet-4-6 3 15 0.3
anthropic/claude-sonnet-5 2 10 0.2
anthropic/claude-sonnet-5-5 2 10 0.1
codellama-34b-instruct 0.35 1.4
codellama-70b-instruct 0.7 2.8
google/gemini-3-flash-preview 0.5 3 0.05
google/gemini-3.1-flash-lite 0.25 1.5 0.025
google/gemini-3.1-pro-preview 2 12 0.2
google/gemini-3.5-flash 1.5 9 0.15
google/gemini-3.5-flash-lite 0.3 2.5 0.03
google/gemini-3.6-flash 1.5 7.5 0.15
google/gemini-3.7-flash 0.75 3.75 0.075
google/gemini-3.8-flash 0.75 3.75 0.075
google/gemini-4-argon 2 10 0.1
llama-2-70b-chat 0.7 2.8
llama-3.1-70b-instruct 1 1
llama-3.1-8b-instruct 0.2 0.2
llama-3.1-sonar-large-128k-online 1 1
llama-3.1-sonar-small-128k-online 0.2 0.2
mistral-7b-instruct 0.07 0.28
mixtral-8x7b-instruct 0.07 0.28
openai/gpt-5 1.25 10 0.125
openai/gpt-5-mini 0.25 2 0.025
openai/gpt-5-nano 0.05 0.4 0.005
openai/gpt-5.1 1.25 10 0.125
openai/gpt-5.2 1.75 14 0.175
openai/gpt-5.3-codex 3.5 28 0.35
openai/gpt-5.4 2.5 15 0.25
openai/gpt-5.4-mini 0.75 4.5 0.075
openai/gpt-5.4-nano 0.2 1.25 0.02
openai/gpt-5.5 5 30 0.5
openai/gpt-5.6-luna 0.2 1.2 0.02
openai/gpt-5.6-sol 4 20 0.4
openai/gpt-5.6-terra 2 12 0.2
openai/gpt-6-astra 10 50 1 12.5
openai/gpt-6-luna 0.1 0.5 0.01
openai/gpt-6-sol 2 10 0.2
openai/gpt-6.1-sol 2 10 0.1
perplexity/deepseek-v4-flash-0731 0.13 0.26 0.028
perplexity/deepseek-v4-pro-0813 1.32 3.96 0.044
perplexity/glm-5.2 1.4 4.4 0.14
perplexity/glm-5.3 1.4 4.4 0.26
perplexity/glm-5.3-flash 0.15 0.5 0.03
perplexity/kimi-k2.7-code 0.95 4 0.19
perplexity/kimi-k3 3 15 0.3
perplexity/nemotron-3-ultra-550b-a55b 0.25 2.5 0.25
perplexity/nemotron-3.5-lightning-30b-a3b 0.0115 0.17 0.00115
perplexity/nemotron-3.5-super-120b-a12b 0.2 0.5 0.04
perplexity/sonar 0.25 2.5 0.0625
pplx-70b-chat 0.7 2.8
pplx-70b-online 0 2.8
pplx-7b-chat 0.07 0.28
pplx-7b-online 0 0.28
pplx-decider-flash-v1.2 0.01 0
pplx-decider-v1-27b 0.02 0
pplx-decider-v1.1-27b 0.02 0
pplx-decider-v1.2 0.02 0
pplx-embed-context-v1-0.6b 0.008 0
pplx-embed-context-v1-4b 0.05 0
pplx-embed-v1-0.6b 0.004 0
pplx-embed-v1-4b 0.03 0
r1-1776 2 8
sonar 1 1
sonar-deep-research 2 8
sonar-medium-chat 0.6 1.8
sonar-medium-online 0 1.8
sonar-pro 3 15
sonar-pro-search 3 15
sonar-reasoning 1 5
sonar-reasoning-pro 2 8
sonar-small-chat 0.07 0.28
sonar-small-online 0 0.28
xai/grok-4.20-multi-agent 1.25 2.5 0.2
xai/grok-4.20-non-reasoning 1.25 2.5 0.2
xai/grok-4.20-reasoning 1.25 2.5 0.2
xai/grok-4.3 1.25 2.5 0.2
xai/grok-4.5 2 6 0.3
xai/grok-4.6 2 6 0.5
xai/grok-4.7 2 6 0.5
[sambanova]
DeepSeek-R1 5 7
DeepSeek-V3.1 3 4.5
DeepSeek-V3.2 3 4.5
Llama-4-Maverick-17B-128E-Instruct 0.63 1.8
Meta-Llama-3.3-70B-Instruct 0.6 1.2
MiniMax-M2.7 0.6 2.4
gemma-4-31B-it 0.38 1.15
gpt-oss-120b 0.22 0.59
[together]
Austism/chronos-hermes-13b 0.3 0.3
BAAI/bge-base-en-v1.5 0.008 0
Gryphe/MythoMax-L2-13b 0.3 0.3
MiniMaxAI/MiniMax-M2.7 0.3 1.2 0.06
MiniMaxAI/MiniMax-M3 0.3 1.2 0.06
MiniMaxAI/MiniMax-M3.1-Flash 0.15 0.6 0.015
Nexusflow/NexusRaven-V2-13B 0.3 0.3
NousResearch/Nous-Capybara-7B-V1p9 0.2 0.2
NousResearch/Nous-Hermes-2-Mixtral-8x7B-DPO 0.9 0.9
NousResearch/Nous-Hermes-2-Mixtral-8x7B-SFT 0.9 0.9
NousResearch/Nous-Hermes-2-Yi-34B 0.8 0.8
NousResearch/Nous-Hermes-Llama2-13b 0.225 0.225
NousResearch/Nous-Hermes-llama-2-7b 0.2 0.2
Open-Orca/Mistral-7B-OpenOrca 0.2 0.2
Qwen/Qwen1.5-0.5B 0.1 0.1
Qwen/Qwen1.5-1.8B 0.1 0.1
Qwen/Qwen1.5-14B 0.3 0.3
Qwen/Qwen1.5-4B 0.1 0.1
Qwen/Qwen1.5-72B 0.9 0.9
Qwen/Qwen1.5-7B 0.2 0.2
Qwen/Qwen2-1.5B-Instruct 0.02 0.02
Qwen/Qwen2.5-14B-Instruct 0.8 0.8
Qwen/Qwen2.5-72B-Instruct 1.2 1.2
Qwen/Qwen2.5-72B-Instruct-Turbo 1.2 1.2
Qwen/Qwen2.5-7B-Instruct-Turbo 0.3 0.3
Qwen/Qwen2.5-VL-72B-Instruct 1.95 8
Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8 2 2
Qwen/Qwen3-Coder-Next-FP8 0.5 1.2
Qwen/Qwen3-Next-80B-A3B-Instruct 0.15 1.5
Qwen/Qwen3-Next-80B-A3B-Thinking 0.15 1.5
Qwen/Qwen3-VL-32B-Instruct 0.5 1.5
Qwen/Qwen3-VL-8B-Instruct 0.18 0.68
Qwen/Qwen3.5-397B-A17B 0.6 3.6 0.35
Qwen/Qwen3.5-9B 0.17 0.25
Qwen/Qwen3.6-Plus 0.5 3
Qwen/Qwen3.7-Max 2.5 7.5 0.5
Qwen/Qwen3.7-Plus 0.32 1.28
Qwen/Qwen3.8-2.4T-A95B 2 6 0.25
Qwen/Qwen3.8-Flash 0.15 0.47
Salesforce/Llama-Rank-V1 0.1 0
Undi95/ReMM-SLERP-L2-13B 0.3 0.3
Undi95/Toppy-M-7B 0.2 0.2
WizardLM/WizardLM-13B-V1.2 0.3 0.3
allenai/OLMo-7B 0.2 0.2
arcee-ai/trinity-mini 0.045 0.15
arize-ai/qwen-2-1.5b-instruct 0.1 0.1
codellama/CodeLlama-13b-Instruct-hf 0.225 0.225
codellama/CodeLlama-34b-Instruct-hf 0.776 0.776
codellama/CodeLlama-70b-Instruct-hf 0.9 0.9
codellama/CodeLlama-7b-Instruct-hf 0.2 0.2
deepseek-ai/DeepSeek-R1-0528 3 7
deepseek-ai/DeepSeek-V3 1.25 1.25
deepseek-ai/DeepSeek-V3.1 0.6 1.7
deepseek-ai/DeepSeek-V4-Flash-0731 0.14 0.28 0.03
deepseek-ai/DeepSeek-V4-Pro-0813 1.32 3.96 0.13
deepseek-ai/DeepSeek-V4.1-Flash 0.3 1.2 0.006
deepseek-ai/deepseek-coder-33b-instruct 0.8 0.8
essentialai/rnj-1-instruct 0.15 0.15
garage-bAInd/Platypus2-70B-instruct 0.9 0.9
google/gemma-2b 0.1 0.1
google/gemma-4-31B-it 0.39 0.97
google/gemma-7b 0.2 0.2
lmsys/vicuna-13b-v1.5 0.3 0.3
lmsys/vicuna-7b-v1.5 0.2 0.2
meta-llama/Llama-2-13b-chat-hf 0.225 0.225
meta-llama/Llama-2-70b-chat-hf 0.9 0.9
meta-llama/Llama-2-7b-chat-hf 0.2 0.2
meta-llama/Llama-3-70b-chat-hf 0.9 0.9
meta-llama/Llama-3-8b-chat-hf 0.2 0.2
meta-llama/Llama-3.1-405B-Instruct 3.5 3.5
meta-llama/Llama-3.2-1B-Instruct 0.06 0.06
meta-llama/Llama-3.2-3B-Instruct 0.06 0.06
meta-llama/Llama-3.3-70B-Instruct-Turbo 1.04 1.04
meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8 0.27 0.85
meta-llama/Llama-4-Scout-17B-16E-Instruct 0.18 0.59
meta-llama/Meta-Llama-3-70B-Instruct-Lite 0.54 0.54
meta-llama/Meta-Llama-3-70B-Instruct-Turbo 0.88 0.88
meta-llama/Meta-Llama-3-8B-Instruct-Lite 0.1 0.1
meta-llama/Meta-Llama-3-8B-Instruct-Turbo 0.18 0.18
meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo 3.5 3.5
meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo 0.88 0.88
meta-llama/Meta-Llama-3.1-8B 0.2 0.2
meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo 0.18 0.18
meta-llama/Meta-Llama-3.3-70B-Instruct-Turbo 0.88 0.88
meta-models/Muse-Glimmer-30B 0.35 1.5 0.04
meta-models/Muse-Spark-Open-816B-A42B 1.25 4.25 0.15
microsoft/WizardLM-2-8x22B 1.2 1.2
microsoft/phi-2 0.1 0.1
mistralai/Ministral-3-14B-Instruct-2512 0.2 0.2
mistralai/Mistral-7B-Instruct-v0.1 0.2 0.2
mistralai/Mistral-7B-Instruct-v0.2 0.2 0.2
mistralai/Mistral-7B-Instruct-v0.3 0.2 0.2
mistralai/Mistral-7B-v0.1 0.2 0.2
mistralai/Mistral-Small-24B-Instruct-2501 0.1 0.3
mistralai/Mixtral-8x22B-Instruct-v0.1 2.4 2.4
mistralai/Mixtral-8x7B-Instruct-v0.1 0.6 0.6
mistralai/Mixtral-8x7B-v0.1 0.9 0.9
moonshotai/Kimi-K2-Instruct 1 3
moonshotai/Kimi-K2.5-fp4 0.5 2.8
moonshotai/Kimi-K2.6 1.2 4.5 0.2
moonshotai/Kimi-K2.7-Code 0.95 4 0.19
moonshotai/Kimi-K3 3 15 0.3
moonshotai/Kimi-K3.1-Pro 2 10 0.2
nvidia/NVIDIA-Nemotron-3.5-Super-VL 0.15 0.5 0.02
nvidia/NVIDIA-Nemotron-Nano-9B-v2 0.06 0.25
nvidia/nemotron-3-ultra-550b-a55b 0.6 3.6 0.2
openai/gpt-oss-120b 0.15 0.6
openai/gpt-oss-20b 0.05 0.2
openchat/openchat-3.5-1210 0.2 0.2
reflection/Beam-1.0-501B-A23B 0.4 1.2 0.04
ricursive-ai/Ripple-65B-Preview 0.2 0.6 0.02
snorkelai/Snorkel-Mistral-PairRM-DPO 0.2 0.2
teknium/OpenHermes-2-Mistral-7B 0.2 0.2
teknium/OpenHermes-2p5-Mistral-7B 0.2 0.2
thinkingmachines/Inkling 1 4.05 0.17
together-ai-21.1b-41b 0.8 0.8
together-ai-4.1b-8b 0.2 0.2
together-ai-41.1b-80b 0.9 0.9
together-ai-8.1b-21b 0.3 0.3
together-ai-81.1b-110b 1.8 1.8
together-ai-embedding-151m-to-350m 0.016 0
together-ai-embedding-up-to-150m 0.008 0
together-ai-up-to-4b 0.1 0.1
together/Tev1-4B-experimental 0.042 0
togethercomputer/GPT-JT-Moderation-6B 0.2 0.2
togethercomputer/Llama-2-7B-32K-Instruct 0.2 0.2
togethercomputer/RedPajama-INCITE-7B-Base 0.2 0.2
togethercomputer/RedPajama-INCITE-7B-Chat 0.2 0.2
togethercomputer/RedPajama-INCITE-7B-Instruct 0.2 0.2
togethercomputer/RedPajama-INCITE-Base-3B-v1 0.1 0.1
togethercomputer/RedPajama-INCITE-Chat-3B-v1 0.1 0.1
togethercomputer/RedPajama-INCITE-Instruct-3B-v1 0.1 0.1
togethercomputer/StripedHyena-Hessian-7B 0.2 0.2
togethercomputer/StripedHyena-Nous-7B 0.2 0.2
togethercomputer/alpaca-7b 0.2 0.2
upstage/SOLAR-10.7B-Instruct-v1.0 0.3 0.3
zai-org/GLM-4.5-Air-FP8 0.2 1.1
zai-org/GLM-4.6 0.6 2.2
zai-org/GLM-4.7 0.45 2
zai-org/GLM-5 1 3.2
zai-org/GLM-5.1 1.4 4.4 0.26
zai-org/GLM-5.2 1.4 4.4 0.26
zai-org/GLM-5.3 1.4 4.4 0.26
zai-org/GLM-5.3-Flash 0.15 0.5 0.03
zero-one-ai/Yi-34B 0.8 0.8
zero-one-ai/Yi-6B 0.2 0.2
[voyage]
rerank-1 0.05 0
rerank-2 0.05 0
rerank-2-lite 0.02 0
rerank-2.5 0.05 0
rerank-2.5-lite 0.02 0
rerank-3 0.05 0
rerank-3-lite 0.02 0
rerank-lite-1 0.02 0
voyage-2 0.1 0
voyage-3 0.06 0
voyage-3-large 0.18 0
voyage-3-lite 0.02 0
voyage-3.5 0.06 0
voyage-3.5-lite 0.02 0
voyage-4 0.06 0
voyage-4-large 0.12 0
voyage-4-lite 0.02 0
voyage-code-2 0.12 0
voyage-code-3 0.18 0
voyage-code-4 0.12 0
voyage-context-3 0.18 0
voyage-context-4 0.12 0
voyage-finance-2 0.12 0
voyage-large-2 0.12 0
voyage-large-2-instruct 0.12 0
voyage-law-2 0.12 0
voyage-lite-01 0.1 0
voyage-lite-02-instruct 0.1 0
voyage-multilingual-2 0.12 0
voyage-multimodal-3 0.12 0
voyage-multimodal-3.5 0.12 0
[xai]
grok-2-1212 2 10
grok-2-vision-1212 2 10
grok-3 3 15 0.75
grok-3-fast 5 25 1.25
grok-3-mini 0.3 0.5 0.075
grok-3-mini-fast 0.6 4 0.15
grok-4-0709 3 15 0.75
grok-4-1-fast-non-reasoning 0.2 0.5 0.05
grok-4-1-fast-reasoning 0.2 0.5 0.05
grok-4-fast-non-reasoning 0.2 0.5 0.05
grok-4-fast-reasoning 0.2 0.5 0.05
grok-4.20 1.25 2.5 0.2
grok-4.20-0309-non-reasoning 1.25 2.5 0.2
grok-4.20-0309-reasoning 1.25 2.5 0.2
grok-4.20-beta 1.25 2.5 0.2
grok-4.20-beta-0309-non-reasoning 1.25 2.5 0.2
grok-4.20-beta-0309-reasoning 1.25 2.5 0.2
grok-4.20-beta-latest 1.25 2.5 0.2
grok-4.20-beta-latest-non-reasoning 1.25 2.5 0.2
grok-4.20-beta-latest-reasoning 1.25 2.5 0.2
grok-4.20-beta-non-reasoning 1.25 2.5 0.2
grok-4.20-beta-reasoning 1.25 2.5 0.2
grok-4.20-experimental-beta-0304 1.25 2.5 0.2
grok-4.20-experimental-beta-0304-non-reasoning 1.25 2.5 0.2
grok-4.20-experimental-beta-0304-reasoning 1.25 2.5 0.2
grok-4.20-experimental-beta-latest 1.25 2.5 0.2
grok-4.20-experimental-beta-non-reasoning-latest 1.25 2.5 0.2
grok-4.20-experimental-beta-reasoning-latest 1.25 2.5 0.2
grok-4.20-multi-agent 1.25 2.5 0.2
grok-4.20-multi-agent-beta-0309 1.25 2.5 0.2
grok-4.20-multi-agent-beta-latest 1.25 2.5 0.2
grok-4.20-multi-agent-experimental-beta-0304 1.25 2.5 0.2
grok-4.20-multi-agent-experimental-beta-latest 1.25 2.5 0.2
grok-4.20-multi-agent-latest 1.25 2.5 0.2
grok-4.20-non-reasoning 1.25 2.5 0.2
grok-4.20-non-reasoning-gv2 1.25 2.5 0.2
grok-4.20-non-reasoning-latest 1.25 2.5 0.2
grok-4.20-reasoning 1.25 2.5 0.2
grok-4.20-reasoning-gv2 1.25 2.5 0.2
grok-4.20-reasoning-latest 1.25 2.5 0.2
grok-4.3 1.25 2.5 0.2
grok-4.3-latest 1.25 2.5 0.2
grok-4.5 2 6 0.3
grok-4.5-latest 2 6 0.3
grok-4.6 2 6 0.5
grok-4.7 2 6 0.5
grok-build-0.1 1 2 0.2
grok-build-latest 2 6 0.3
grok-code-fast 1 2 0.2
grok-code-fast-1 1 2 0.2
`;

/** Where a model of a provider without a list is looked up. */
export const FIRST_HAND = ["anthropic", "openai", "gemini", "mistral", "deepseek", "xai", "moonshot"];

/** Of these, tokens of the cache come on top of those sent. */
export const COUNTS_CACHE_APART = ["anthropic", "bedrock", "vertex-anthropic"];

/** Dollars for a search that the provider's servers make.
 * @type {Record<string, number>} */
export const SEARCH_FEES = {"anthropic": 0.01, "openai": 0.01, "gemini": 0.014, "xai": 0.005};
