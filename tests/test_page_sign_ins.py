"""Signing in for a program: which addresses the page takes, and what comes back. Run by Node.js."""

from __future__ import annotations

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

START = """
import { createSignIn, whyNotSigned } from "SRC/models/sign-in.js";
const back = "https://page.example/oauth.html";
const address = (changes = {}) => {
  const url = new URL("https://login.example/authorize");
  const asked = { redirect_uri: back, state: "s".repeat(22), code_challenge: "c", code_challenge_method: "S256" };
  for (const [name, value] of Object.entries({ ...asked, ...changes })) url.searchParams.set(name, value);
  return url.href;
};
"""


def test_addresses_that_are_refused() -> None:
    told = run_page_modules(
        START,
        """
        tell(whyNotSigned(address(), back));
        tell(whyNotSigned(address().replace("https:", "http:"), back));
        tell(whyNotSigned(address().replace("https://login.example", "http://localhost:1"), back));
        tell(whyNotSigned("javascript:alert(1)", back));
        for (const changes of [{ redirect_uri: "https://evil.example" }, { state: "short" }, { code_challenge_method: "plain" }]) {
          tell(whyNotSigned(address(changes), back));
        }
        """,
    )
    assert [bool(each) for each in told] == [False, True, False, True, True, True, True]


def test_only_what_belongs_to_the_question_is_taken() -> None:
    told = run_page_modules(
        START,
        """
        const dispatched = [];
        let state = { phase: "running", run: { isPlayed: false, isLimited: false }, signIn: null };
        const dispatch = (event) => dispatched.push(event.type);
        const signIn = createSignIn({ get: () => state, dispatch }, back);
        tell(await signIn.ask({ url: "", server: "" }));
        const answer = signIn.ask({ url: address(), server: "https://mcp.example/mcp" });
        tell((await signIn.ask({ url: address(), server: "" })).message);
        const other = new BroadcastChannel("lispcore-sign-in");
        for (const bad of [null, "x", { state: "t".repeat(22), code: "evil" }, { state: "s".repeat(22), code: 5 }]) other.postMessage(bad);
        other.postMessage({ state: "s".repeat(22), code: "good", more: "x" });
        tell(await answer);
        other.close();
        const second = signIn.ask({ url: address(), server: "https://mcp.example/mcp" });
        signIn.decline();
        tell((await second).error);
        state = { ...state, run: { isPlayed: true, isLimited: false } };
        tell((await signIn.ask({ url: address(), server: "" })).error);
        tell(dispatched);
        """,
    )
    assert told[0] == {"address": "https://page.example/oauth.html"}
    assert "open already" in told[1]
    found = told[2]
    assert (found["code"], found["state"], "more" in found) == ("good", "s" * 22, False)
    assert told[3:5] == ["refused", "refused"]
    assert told[5] == ["sign-in-asked", "sign-in-ended"] * 2
