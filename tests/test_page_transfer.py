"""A request under way in the page (web/src/models/transfer.js). Run by Node.js."""

from __future__ import annotations

from browserless import run_page
from page_modules import needs_node

pytestmark = needs_node

MODULES = {"models/transfer.js": "Transfer, beginReading", "models/relay-error.js": "RelayError"}
BEGIN = """
const silence = { begins: (seconds) => tell(`silent ${seconds}`), ends() {} };
const plain = { feed: (piece) => piece, end: () => bytes("") };
const listener = { raw() {}, clean() {} };
const bodyOf = (pieces, error) => new Response(new ReadableStream({
  async start(controller) {
    for (const piece of pieces) { controller.enqueue(bytes(piece)); await sleep(1); }
    if (error) controller.error(new Error(error)); else controller.close();
  },
}));
const answerOf = (pieces, error) => beginReading(bodyOf(pieces, error));
const pullAll = async (transfer) => {
  for (;;) {
    const { header, body } = await transfer.pull();
    if (body) tell(words(body));
    if (header.error || header.done) { tell(header.error ?? "done"); return; }
  }
};
"""


def test_what_has_arrived_is_handed_out_before_the_news_that_nothing_follows() -> None:
    assert run_page(
        MODULES,
        BEGIN
        + """
        const transfer = new Transfer("host", null, silence);
        await transfer.read(answerOf(["a", "b"], "gone"), plain, listener);
        await pullAll(transfer);
        const stopped = new Transfer("host", null, silence);
        const reading = stopped.read(answerOf(["c"], "gone"), plain, listener);
        await sleep(1);
        stopped.fail(new RelayError("lost", "enough"));
        await reading;
        await pullAll(stopped);
        """,
    ) == ["ab", "lost", "c", "lost"]


def test_what_the_scrubber_held_back_comes_at_the_end() -> None:
    assert run_page(
        {**MODULES, "models/scrubber.js": "createScrubber"},
        BEGIN
        + """
        for (const error of ["", "gone"]) {
          const transfer = new Transfer("host", null, silence);
          const scrubber = createScrubber(["secret-key-0123"]).stream();
          await transfer.read(answerOf(["x secret-key-", "0123 y secret"], error), scrubber, listener);
          await pullAll(transfer);
        }
        """,
    ) == ["x [key] y secret", "done", "x [key] y secret", "lost"]


def test_pieces_that_come_fast_are_handed_on_together_and_none_is_lost() -> None:
    told = run_page(
        {"models/transfer.js": "createGatherer"},
        """
        const handed = [];
        const gatherer = createGatherer((all) => handed.push(words(all)));
        for (let number = 0; number < 1000; number++) gatherer.add(bytes(`${number} `));
        tell(handed.length < 20);
        tell(handed[0]);
        gatherer.flush();
        tell(handed.join("") === Array.from({ length: 1000 }, (_, number) => `${number} `).join(""));
        const before = handed.length;
        gatherer.flush();
        tell(handed.length === before);
        """,
    )
    assert told == [True, "0 ", True, True]


def test_a_reply_in_many_pieces_is_read_to_its_end() -> None:
    assert run_page(
        MODULES,
        BEGIN
        + """
        let calls = 0;
        const counting = { raw() { calls++; }, clean() {} };
        const transfer = new Transfer("host", null, silence);
        const pieces = Array.from({ length: 300 }, (_, number) => `${number} `);
        const body = new Response(new ReadableStream({
          start(controller) {
            for (const piece of pieces) controller.enqueue(bytes(piece));
            controller.close();
          },
        }));
        await transfer.read(beginReading(body), plain, counting);
        const { body: all } = await transfer.pull();
        tell(words(all) === pieces.join(""));
        tell(calls < 100);
        """,
    ) == [True, True]


def test_what_arrived_before_the_connection_broke_is_there_however_busy_the_page_is() -> None:
    # A stream that breaks forgets what nobody has asked for yet, as those of browsers do.
    assert run_page(
        MODULES,
        BEGIN
        + """
        const answer = beginReading(bodyOf(["one ", "two ", "three"], "gone"));
        await sleep(0); // the page does something else first
        const transfer = new Transfer("host", null, silence);
        const busy = { raw() { const end = performance.now() + 3; while (performance.now() < end); }, clean() {} };
        await transfer.read(answer, plain, busy);
        await pullAll(transfer);
        """,
    ) == ["one two three", "lost"]


def test_only_a_long_stream_is_waited_for() -> None:
    """What the browser has not handed out when a connection breaks is lost."""
    assert run_page(
        {"models/transfer.js": "createGatherer"},
        """
        let handed = 0;
        const gatherer = createGatherer((all) => { handed += all.length; });
        for (let number = 0; number < 900; number++) gatherer.add(bytes("x"));
        tell(gatherer.rest());
        for (let number = 0; number < 200; number++) gatherer.add(bytes("x"));
        await gatherer.rest();
        tell(handed);
        tell(gatherer.rest());
        """,
    ) == [None, 1100, None]
