"""The page's own count of what a link's program spends (web/src/models/spending.js). Run by Node.js."""

from __future__ import annotations

import json
from typing import Any

from browserless import SOURCE, run_page
from lispcore.llm.catalog import PROVIDERS
from lispcore.llm.pricing import price_of, prices_of
from page_modules import needs_node

pytestmark = needs_node

MODULES = {
    "models/spending.js": "createSpending, LimitReached, namesOf",
    "models/usage.js": "createUsageReader",
    "models/price-list.js": "createPriceList",
}
PRICES = json.dumps((SOURCE / "models" / "prices.js").as_uri())
BEGIN = f"""
const prices = await import({PRICES});
let [run, budget] = [1, {{ usd: 0.5, tokens: 100000 }}];
const spending = createSpending({{ current: () => ({{ run, budget }}), loadPrices: async () => prices }});
const stay = new AbortController().signal;
const ask = (body, more = {{}}) =>
  spending.admit({{
    provider: "openai", url: "https://api.openai.com/v1/chat/completions", hasKey: true,
    body: bytes(typeof body === "string" ? body : JSON.stringify({{ model: "gpt-4", messages: [], ...body }})), ...more,
  }}, stay);
const say = async (promise) => {{
  try {{ const ticket = await promise; tell("sent"); return ticket; }}
  catch (error) {{ tell(error instanceof LimitReached ? "refused" : String(error)); }}
}};
const usage = (sent, answered) =>
  bytes(`data: {{"choices":[],"usage":{{"prompt_tokens":${{sent}},"completion_tokens":${{answered}}}}}}\\n\\ndata: [DONE]\\n\\n`);
"""


def told(body: str) -> list[Any]:
    return run_page(MODULES, BEGIN + body)


# -------------------------------------------------------------------------- prices and counts


def test_prices_are_those_of_the_language() -> None:
    names = [name for name, each in PROVIDERS.items() if prices_of(name) and each.needs_key]
    models = ["gpt-4", "gpt-4o-2024-08-06", "claude-sonnet-4-6", "models/gemini-3.5-flash", "x"]
    cases = [
        [
            name,
            model,
            None if (price := price_of(name, model)) is None else [price.sent, price.answered],
        ]
        for name in [*names, "unheard-of", "claude", "google"]
        for model in [*models, PROVIDERS[name].model if name in PROVIDERS else "grok-4.3"]
    ]
    assert sum(price is not None for _, _, price in cases) > 20
    assert (
        told(f"""
        const list = createPriceList(prices);
        for (const [provider, model, price] of {json.dumps(cases)}) {{
          const found = list.find(provider, model);
          const isSame = JSON.stringify(found ? [found.sent, found.answered] : null) === JSON.stringify(price);
          if (!isSame) tell([provider, model, price, found]);
        }}
        """)
        == []
    )


REPLIES = {
    "openai": 'data: {"choices":[{"delta":{}}]}\n\ndata: {"usage":{"prompt_tokens":11,"completion_tokens":7}}\n\n',
    "reasoning in the total": '{"usage":{"prompt_tokens":11,"completion_tokens":3,"total_tokens":18}}',
    "anthropic": 'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":11,'
    '"output_tokens":1}}}\n\nevent: message_delta\ndata: {"type":"message_delta","usage":{"output_tokens":7}}\n\n',
    "gemini": 'data: {"usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":2}}\r\n\r\n'
    'data: {"usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":4,"thoughtsTokenCount":3}}\r\n\r\n',
    "ollama": '{"done":false}\n{"done":true,"prompt_eval_count":11,"eval_count":7}\n',
    "responses": 'data: {"type":"response.completed","response":{"usage":{"input_tokens":11,"output_tokens":7}}}\n\n',
    "groq": 'data: {"x_groq":{"usage":{"prompt_tokens":11,"completion_tokens":7}}}\n\n',
    "whole, on many lines": '{\n "usage": {\n  "prompt_tokens": 11,\n  "completion_tokens": 7\n }\n}',
}  # fmt: skip


def test_usage_is_read_from_every_wire_format_wherever_it_is_cut() -> None:
    read = told(f"""
        for (const [name, text] of Object.entries({json.dumps(REPLIES)})) {{
          const data = bytes(text);
          const wrong = Array.from(data).filter((_, at) => {{
            const reader = createUsageReader();
            reader.feed(data.subarray(0, at));
            reader.feed(data.subarray(at));
            const {{ usage, isKnown }} = reader.end();
            return !isKnown || usage.sent !== 11 || usage.answered !== 7;
          }});
          tell([name, wrong.length]);
        }}
    """)
    assert read == [[name, 0] for name in REPLIES]


def test_searches_and_what_a_server_says_it_charges_are_read() -> None:
    replies = [
        '{"usage":{"input_tokens":1,"output_tokens":1,"server_tool_use":{"web_search_requests":2}}}',
        '{"usage":{"prompt_tokens":1,"completion_tokens":1,"cost":0.25}}',
        '{"type":"response.completed","response":{"output":[{"type":"web_search_call"},'
        '{"type":"web_search_call"}],"usage":{"input_tokens":1,"output_tokens":1,'
        '"cost_in_usd_ticks":5000000000}}}',
        '{"candidates":[{"groundingMetadata":{"webSearchQueries":["a","b","c"]}}],'
        '"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1}}',
    ]
    read = told(f"""
        for (const text of {json.dumps(replies)}) {{
          const reader = createUsageReader();
          reader.feed(bytes(`data: ${{text}}\n\n`));
          const {{ usage }} = reader.end();
          tell([usage.searches, usage.charged]);
        }}
    """)
    assert read == [[2, 0], [0, 0.25], [2, 0.5], [3, 0]]


def test_a_beginning_alone_says_nothing_of_the_end() -> None:
    start = REPLIES["anthropic"].partition("event: message_delta")[0]
    assert told(f"""
        const reader = createUsageReader();
        reader.feed(bytes({json.dumps(start)}));
        tell(reader.end().isKnown);
    """) == [False]


# -------------------------------------------------------------------------- the limit


def test_what_a_call_may_cost_is_set_aside_and_settled() -> None:
    # gpt-4: $30 and $60 a million tokens; 8,000 tokens of an answer are $0.48.
    assert told("""
        const first = await say(ask({ max_tokens: 8000 }));
        const waiting = say(ask({ max_tokens: 8000 }));
        await sleep(20);
        tell("waits");
        first.feed(usage(10, 10));
        first.end(false);
        await waiting;
    """) == ["sent", "waits", "sent"]


def test_a_call_that_could_go_beyond_the_limit_is_refused_and_says_why() -> None:
    [message, advice] = told("""
        try { await ask({ max_tokens: 20000, n: 100 }); } catch (error) { tell(error.message); tell(error.advice); }
    """)
    assert "the limit for one run of this program is reached" in message
    assert "$0.50" in message
    assert "raise that in Settings" in advice


def test_a_loop_spends_no_more_than_the_limit_and_the_calls_in_flight() -> None:
    [sent, refused, most] = told("""
        let [sent, refused, inFlight, most] = [0, 0, 0, 0];
        const one = async () => {
          try {
            const ticket = await ask({});
            most = Math.max(most, ++inFlight);
            sent++;
            await sleep(1);
            inFlight--;
            ticket.feed(usage(1000, 1000));
            ticket.end(false);
          } catch { refused++; }
        };
        await Promise.all(Array.from({ length: 60 }, one));
        tell(sent); tell(refused); tell(most);
    """)
    assert most <= 8
    assert sent * 0.09 <= 0.5 + 0.09
    assert sent + refused == 60


def test_a_tier_and_what_is_to_be_kept_cost_more() -> None:
    # claude-opus-4-6: $5 a million tokens; kept for an hour $10, faster six times that.
    assert told("""
        const claude = { provider: "anthropic", url: "https://api.anthropic.com/v1/messages" };
        const mark = { type: "ephemeral", ttl: "1h" };
        const long = (text, more = {}) => ({ model: "claude-opus-4-6", max_tokens: 1, system: text, ...more });
        const prose = "word ".repeat(60000);
        budget = { usd: 0.5, tokens: 1000000 };
        (await say(ask(long(prose), claude))).end(true);
        await say(ask(long([{ type: "text", text: prose, cache_control: mark }]), claude));
        await say(ask(long(prose, { speed: "fast" }), claude));
        (await say(ask({ max_tokens: 5000 }))).end(true);
        await say(ask({ max_tokens: 5000, service_tier: "priority" }));
        const ticket = await say(ask(long("a"), claude));
        ticket.feed(bytes(JSON.stringify({ usage: { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 60000,
          cache_creation: { ephemeral_1h_input_tokens: 60000 } } })));
        ticket.end(false);
        await say(ask(long(prose.slice(0, 4 * 5000)), claude));
    """) == ["sent", "refused", "refused", "sent", "refused", "sent", "refused"]


def test_without_a_report_what_was_set_aside_is_spent() -> None:
    assert told("""
        (await say(ask({ max_tokens: 8000 }))).end(false);
        await say(ask({ max_tokens: 8000 }));
    """) == ["sent", "refused"]


def test_a_refusal_of_the_server_costs_nothing_and_each_run_begins_anew() -> None:
    assert told("""
        (await say(ask({ max_tokens: 8000 }))).end(true);
        (await say(ask({ max_tokens: 8000 }))).end(false);
        await say(ask({ max_tokens: 8000 }));
        run = 2;
        await say(ask({ max_tokens: 8000 }));
    """) == ["sent", "sent", "refused", "sent"]


def test_a_model_without_a_price_counts_as_the_dearest_or_by_tokens() -> None:
    # At the provider's own address; at another one the limit in tokens holds.
    gate = '{ url: "https://gate.example/v1/chat/completions" }'
    assert told(f"""
        const body = {{ model: "gpt-secret", max_tokens: 3000 }};
        await say(ask(body));
        (await say(ask(body, {gate}))).end(true);
        budget = {{ usd: 0.5, tokens: null }};
        await say(ask(body, {gate}));
        budget = {{ usd: 0, tokens: 100000 }};
        await say(ask(body, {gate}));
        budget = {{ usd: null, tokens: 2000 }};
        await say(ask(body, {gate}));
    """) == ["refused", "sent", "refused", "refused", "refused"]


def test_the_dearest_of_the_models_that_may_answer_counts() -> None:
    assert told("""
        (await say(ask({ model: "gpt-4o-mini", max_tokens: 9000, n: 3 }))).end(true);
        await say(ask({ model: "gpt-4o-mini", models: ["gpt-4"], max_tokens: 9000, n: 3 }));
    """) == ["sent", "refused"]


def test_a_body_that_says_two_things_is_not_sent() -> None:
    bodies = [
        '{"model":"gpt-4o-mini","model":"gpt-4","messages":[]}',
        '{"model":"gpt-4o-mini","mod\\u0065l":"gpt-4","messages":[]}',
        '{"max_tokens":1,"x":{"a":"}"},"model":"gpt-4","max_tokens":999999}',
        "[]",
        "null",
        "no JSON",
        "",
    ]
    assert told(f"""
        for (const body of {json.dumps(bodies)}) await say(ask(body));
        tell(namesOf('{{"a":{{"b":"{{"}},"c":"\\\\\\\\","d":["e"]}}'));
    """) == [*["refused"] * len(bodies), ["a", "c", "d"]]


def test_what_costs_nobody_anything_has_no_limit() -> None:
    assert told("""
        budget = { usd: 0, tokens: 0 };
        await say(ask({}, { provider: "ollama", url: "http://localhost:11434/api/chat", hasKey: false }));
        await say(ask({}, { provider: "ollama", url: "https://ollama.example/api/chat" }));
        budget = null;
        await say(ask({}));
    """) == ["sent", "refused", "sent"]


def test_who_waits_is_told_of_stop() -> None:
    assert told("""
        await say(ask({ max_tokens: 8000 }));
        const stop = new AbortController();
        const body = bytes(JSON.stringify({ model: "gpt-4", messages: [], max_tokens: 8000 }));
        const url = "https://api.openai.com/v1/chat/completions";
        const waiting = spending.admit({ provider: "openai", url, body, hasKey: true }, stop.signal);
        setTimeout(() => stop.abort(new Error("stopped")), 10);
        await say(waiting);
    """) == ["sent", "Error: stopped"]


def test_without_the_price_list_the_dearest_price_counts() -> None:
    assert told("""
        const offline = createSpending({ current: () => ({ run, budget }), loadPrices: async () => { throw new Error(); } });
        const body = bytes(JSON.stringify({ model: "gpt-4o-mini", messages: [], max_tokens: 4000 }));
        const url = "https://api.openai.com/v1/chat/completions";
        await say(offline.admit({ provider: "openai", url, body, hasKey: true }, stay));
        await say(ask({ model: "gpt-4o-mini", max_tokens: 4000 }));
    """) == ["refused", "sent"]
