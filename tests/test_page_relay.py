"""The page's requests for programs (web/src/models/relay.js): who is asked, and what is refused.

Run by Node.js, with a server that is a function.
"""

from __future__ import annotations

from typing import Any

from browserless import run_page
from page_modules import needs_node

pytestmark = needs_node

MODULES = {
    "models/relay.js": "createRelay",
    "models/keys.js": "createKeys",
    "models/key-store.js": "createKeyStore",
    "models/consent.js": "createConsent",
    "models/grants.js": "createGrants",
    "models/spending.js": "createSpending",
    "models/calls.js": "createCalls",
    "state.js": "createState, firstState",
}
BEGIN = """
const KEY = "sk-test-0123456789abcdef";
const state = createState(firstState());
const { get, dispatch } = state;
const lock = { find: async () => undefined, keep: async () => {}, forget: async () => {} };
const keys = createKeys(createKeyStore(storageOf(), { lock, baseFor: () => "" }));
await keys.set("openai", "https://gate.example/a/v1", KEY, false);
const grants = createGrants(storageOf());
const consent = createConsent({ state, grants, handOver() {}, listSeen: () => [] });
const current = () => ({ run: get().calls.run, budget: null });
const spending = createSpending({ current, loadPrices: async () => { throw new Error(); } });
const calls = createCalls(state, keys.redact);
const pageModels = { answer: async () => new Response("from the page") };
const relay = createRelay({ keys, calls, pageModels, consent, spending, state });
const sent = [];
let reply = () => new Response("hello");
globalThis.fetch = async (url, options) => {
  sent.push([String(url), options.headers.get("authorization"), options.redirect]);
  return reply();
};
const begin = async ({ isFromLink = false, phase = "running" } = {}) => {
  if (isFromLink) dispatch({ type: "link-opened" });
  dispatch({ type: "run-began", code: "", isEditor: true });
  dispatch({ type: "engine-changed", phase, isBusy: true, now: 0 });
  await consent.begin("");
};
const request = (more = {}) => ({
  url: "https://gate.example/a/v1/chat/completions", method: "POST", headers: [["content-type", "application/json"]],
  timeout: null, tags: {}, credential: { provider: "openai", header: "x-evil", prefix: "" }, ...more,
});
const read = async (header) => {
  let text = "";
  for (;;) {
    const { header: end, body } = await relay.pull(header.handle);
    if (body) text += words(body);
    if (end.done || end.error) return text;
  }
};
const open = (more, body = '{"model":"m","messages":[]}') => relay.open(request(more), bytes(body));
"""


def told(body: str) -> list[Any]:
    return run_page(MODULES, BEGIN + body)


def test_the_page_decides_where_the_key_goes() -> None:
    assert told("""
        await begin();
        tell((await open()).status);
        tell(sent);
        for (const more of [
          { url: "https://gate.example/b/v1/chat/completions" },
          { url: "https://evil.example/a/v1/chat/completions" },
          { method: "PUT" },
          { headers: [["Cookie", "a=b"]] },
        ]) tell((await open(more)).error);
        tell(sent.length);
    """) == [
        200,
        [
            [
                "https://gate.example/a/v1/chat/completions",
                "Bearer sk-test-0123456789abcdef",
                "error",
            ]
        ],
        *["refused"] * 4,
        1,
    ]


def test_nothing_is_sent_without_a_run_or_while_a_recording_plays() -> None:
    assert told("""
        tell((await open({ credential: null })).message);
        const recording = { tape: "", settings: { default: null, providers: {} }, files: new Map() };
        dispatch({ type: "recording-loaded", code: "", recording });
        await begin();
        tell((await open({ credential: null })).message);
        tell((await open({ url: "page://chrome/v1/chat/completions" })).error);
        tell((await open({ url: "page://image/?edge=1" })).status);
        tell(sent);
    """) == [
        "no program is running, so nothing is sent for one",
        "this run plays a recording, and nothing is sent while one plays",
        "refused",
        200,
        [],
    ]


def test_echoes_of_a_key_are_taken_out_of_body_headers_and_errors() -> None:
    [headers, body, error, listed] = told("""
        await begin();
        reply = () => new Response(`you sent ${KEY} and ${btoa(KEY)}`, { headers: { "x-echo": `Bearer ${KEY}` } });
        const header = await open();
        tell(header.headers["x-echo"]);
        tell(await read(header));
        reply = () => { throw new TypeError(`failed with ${KEY}`); };
        tell((await open()).message);
        await sleep(5);
        tell(JSON.stringify(get().calls.list).includes(KEY));
    """)
    assert headers == "Bearer [key]"
    assert body.startswith("you sent [key] and [key]")
    assert "[key]" in error
    assert listed is False


def test_a_links_request_waits_for_the_answer_and_stop_ends_the_question() -> None:
    assert told("""
        await begin({ isFromLink: true });
        const first = open();
        await sleep(5);
        tell([sent.length, get().dialog, get().consent.account, get().consent.model]);
        consent.answer("once", []);
        tell((await first).status);
        tell((await open()).status);
        const other = open({ url: "https://evil.example/x", credential: null, method: "GET" });
        await sleep(5);
        tell([get().consent.host, get().consent.isFirst, get().consent.account]);
        consent.answer("no", []);
        tell((await other).message);
        tell((await open({ url: "https://third.example/x", credential: null })).error);
        tell((await open()).status);
        await begin();
        const waiting = open();
        await sleep(5);
        relay.abortAll();
        consent.cancel();
        tell((await waiting).error);
        tell([get().dialog, sent.length]);
    """) == [
        [0, "consent", "visitor", "m"],
        200,
        200,
        ["evil.example", False, "none"],
        "you did not allow this program to contact evil.example",
        "refused",
        200,
        "failed",
        [None, 3],
    ]


def test_batch_jobs_get_the_key_and_only_where_the_program_is_the_visitors() -> None:
    (outcome,) = told(
        """
        const paths = [
          ["POST", "/files"], ["POST", "/batches"], ["GET", "/batches/batch_1"], ["GET", "/files/file-9/content"],
          ["POST", "/batches/batch_1/cancel"], ["GET", "/files"], ["GET", "/batches/../files"], ["DELETE", "/files/file-9"],
        ];
        const ask = async ([method, path]) => {
          const { status, message } = await open({ method, url: `https://gate.example/a/v1${path}` });
          return status ?? message;
        };
        await begin();
        const own = [];
        for (const each of paths) own.push(await ask(each));
        const keyed = sent.length;
        await begin({ isFromLink: true });
        grants.allow?.();
        const theirs = await ask(paths[3]);
        tell({ own, keyed, listed: get().calls.list.length, theirs });
        """
    )
    assert outcome["own"][:5] == [200] * 5
    assert all("belongs to" in each for each in outcome["own"][5:])
    assert outcome["keyed"] == 5
    assert "hands in no batches" in outcome["theirs"]


def test_a_yes_to_reading_is_none_to_code() -> None:
    assert told("""
        const plain = { url: "https://code.example/a.lisp", method: "GET", credential: undefined };
        const code = { ...plain, tags: { purpose: "import" } };
        const ask = (more, answer) => {
          const sending = open(more, "").then(({ error }) => error ?? "sent");
          return new Promise((done) => setTimeout(() => {
            const { consent: question } = get();
            tell(question && question.imported);
            consent.answer(answer, []);
            done(sending.then(tell));
          }));
        };
        await begin({ isFromLink: true });
        await ask(plain, "once");
        await ask(code, "once");
        await ask({ ...code, url: "https://code.example/b.lisp" }, "no");
    """) == ["", "sent", "https://code.example/a.lisp", "sent", None, "sent"]


def test_what_was_allowed_beforehand_ends_with_its_run() -> None:
    assert told("""
        const code = {
          url: "https://code.example/a.lisp", method: "GET", credential: undefined, tags: { purpose: "import" },
        };
        consent.allowImports();
        await begin();
        await open(code, "");
        tell(sent.length);
        // A line below the output: another run, which no Run has begun.
        dispatch({ type: "run-began", code: "", isEditor: false });
        dispatch({ type: "engine-changed", phase: "running", isBusy: true, now: 0 });
        const sending = open(code, "").then(({ error }) => error ?? "sent");
        await new Promise((done) => setTimeout(done));
        tell(get().consent?.imported);
        consent.answer("no", []);
        tell(await sending);
    """) == [1, "https://code.example/a.lisp", "refused"]
