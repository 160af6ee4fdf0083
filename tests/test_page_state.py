"""The page's state (web/src/state.js): what events make of it, and who is told. Run by Node.js."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from aimock import node

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / "web" / "src" / "state.js"
SECONDS = 60

pytestmark = pytest.mark.skipif(node() is None, reason="Node.js is not installed")


def run(body: str) -> Any:
    """Runs statements that call `tell` in a fresh state; returns what they told."""
    program = (
        f"import {{ createState, firstState }} from {json.dumps(STATE.as_uri())};\n"
        "const told = [];\n"
        "const tell = (value) => told.push(value);\n"
        "const { get, dispatch, subscribe } = createState(firstState());\n"
        f"{body}\n"
        "console.log(JSON.stringify(told));\n"
    )
    done = subprocess.run(
        [str(node()), "--input-type=module", "-"],
        input=program,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# -------------------------------------------------------------------------- dispatch and subscribe


def test_a_subscription_shows_what_is_there_and_what_changes() -> None:
    assert run("""
        subscribe((state) => state.draft.text, tell);
        dispatch({ type: "program-edited", text: "a" });
        dispatch({ type: "program-edited", text: "b" });
    """) == ["", "a", "b"]


def test_it_is_not_told_of_what_it_does_not_depend_on() -> None:
    assert run("""
        subscribe((state) => state.draft.text, tell);
        dispatch({ type: "said", text: "other" });
        dispatch({ type: "program-edited", text: "" });
    """) == [""]


def test_it_can_wait_for_the_first_change() -> None:
    assert run("""
        subscribe((state) => state.draft.text, tell, { now: false });
        dispatch({ type: "program-edited", text: "a" });
    """) == ["a"]


def test_items_of_a_list_are_compared() -> None:
    assert run("""
        subscribe(({ phase, draft }) => [phase, draft.text], tell);
        dispatch({ type: "said", text: "other" });
        dispatch({ type: "program-edited", text: "a" });
    """) == [["loading", ""], ["loading", "a"]]


def test_a_subscription_ends() -> None:
    assert run("""
        const end = subscribe((state) => state.draft.text, tell);
        end();
        dispatch({ type: "program-edited", text: "a" });
    """) == [""]


def test_one_that_ends_while_others_are_told_is_told_no_more() -> None:
    assert run("""
        subscribe((state) => state.draft.text, () => end?.(), { now: false });
        const end = subscribe((state) => state.draft.text, tell);
        dispatch({ type: "program-edited", text: "a" });
    """) == [""]


def test_everything_is_shown_when_dispatch_returns() -> None:
    assert run("""
        let shown = "";
        subscribe((state) => state.draft.text, (text) => { shown = text; });
        dispatch({ type: "program-edited", text: "a" });
        tell(shown);
    """) == ["a"]


def test_what_a_render_dispatches_is_shown_after_it() -> None:
    # Nobody sees the states out of order, and nobody sees a state that is over.
    assert run("""
        subscribe((state) => state.draft.text, (text) => {
            tell(`first ${text}`);
            if (text === "a") dispatch({ type: "program-edited", text: "b" });
            tell(`end of ${text}, now ${get().draft.text}`);
        });
        subscribe((state) => state.draft.text, (text) => tell(`second ${text}`));
        told.length = 0;
        dispatch({ type: "program-edited", text: "a" });
    """) == ["first a", "end of a, now b", "second b", "first b", "end of b, now b"]


def test_two_renders_that_contradict_each_other_are_found() -> None:
    [message] = run("""
        subscribe(({ draft }) => draft.text, (text) => {
            dispatch({ type: "program-edited", text: `${text}+` });
        }, { now: false });
        try { dispatch({ type: "program-edited", text: "a" }); } catch (error) { tell(error.message); }
    """)
    assert "does not come to rest" in message


def test_a_render_that_fails_keeps_nobody_from_showing() -> None:
    assert run("""
        subscribe((state) => state.draft.text, () => { throw new Error("broken"); }, { now: false });
        subscribe((state) => state.draft.text, tell);
        for (const text of ["a", "b"]) {
            try { dispatch({ type: "program-edited", text }); } catch (error) { tell(error.message); }
        }
    """) == ["", "a", "broken", "b", "broken"]


def test_a_state_is_never_changed_in_place() -> None:
    assert run("""
        const before = get();
        const kept = structuredClone(before);
        dispatch({ type: "program-edited", text: "a" });
        dispatch({ type: "file-put", name: "x", bytes: Uint8Array.of(1) });
        dispatch({ type: "call-added", call: { id: "1" } });
        dispatch({ type: "provider-chosen", name: "openai", choice: { model: "m" } });
        tell(JSON.stringify(before) === JSON.stringify(kept) && before.files.size === 0);
    """) == [True]


# -------------------------------------------------------------------------- events


def test_a_run_begins_when_the_interpreter_says_so() -> None:
    assert run("""
        const change = (phase, isBusy, now) => dispatch({ type: "engine-changed", phase, isBusy, now });
        change("ready", false, 1);
        change("running", true, 5);
        change("running", true, 9);
        tell([get().phase, get().isBusy, get().run.startedAt]);
    """) == [["running", True, 5]]


def test_the_start_is_told_while_the_interpreter_starts_only() -> None:
    assert run("""
        dispatch({ type: "start-went-on", text: "half", done: 0.5 });
        tell(get().start.text);
        dispatch({ type: "started" });
        dispatch({ type: "engine-changed", phase: "ready", isBusy: false, now: 0 });
        dispatch({ type: "start-went-on", text: "late", done: 0.9 });
        tell([get().start.text, get().start.done]);
        dispatch({ type: "engine-changed", phase: "loading", isBusy: false, now: 0 });
        dispatch({ type: "start-went-on", text: "again", done: 0.1 });
        tell([get().start.text, get().start.done]);
    """) == ["half", ["half", None], ["again", None]]


@pytest.mark.parametrize(
    ("event", "is_from_link"),
    [
        ('{ type: "program-edited", text: "changed" }', True),
        ('{ type: "program-edited", text: "  " }', False),
        ('{ type: "program-restored", text: "mine" }', False),
        ('{ type: "program-replaced", text: "(+ 1 2)", isFromLink: false, previous: null }', False),
    ],
)
def test_the_limit_of_a_link_stays_with_its_program(event: str, is_from_link: bool) -> None:
    assert run(f"""
        const text = "linked";
        dispatch({{ type: "program-replaced", text, isFromLink: true, previous: "mine" }});
        dispatch({event});
        tell(get().link.isFromLink);
    """) == [is_from_link]


@pytest.mark.parametrize(
    ("code", "is_editor", "is_live", "told", "is_played"),
    [
        ("recorded", True, False, "played", True),
        ("recorded", False, False, "played", True),
        ("edited", True, False, "played-changed", True),
        ("another", False, False, "offered", False),
        ("recorded", True, True, "live", False),
    ],
)
def test_a_recording_answers_its_own_program(
    code: str, is_editor: bool, is_live: bool, told: str, is_played: bool
) -> None:
    event = json.dumps({"type": "run-began", "code": code, "isEditor": is_editor})
    assert run(f"""
        const recording = {{ tape: "", settings: {{ default: null, providers: {{}} }}, files: new Map() }};
        dispatch({{ type: "recording-loaded", code: "recorded", recording }});
        dispatch({{ type: "live-chosen", isLive: {json.dumps(is_live)} }});
        dispatch({event});
        tell([get().loaded.told, get().run.isPlayed]);
    """) == [[told, is_played]]


def test_what_is_told_of_an_earlier_run_changes_nothing() -> None:
    assert run("""
        dispatch({ type: "call-added", call: { id: "1", model: "a" } });
        const { run } = get().calls;
        dispatch({ type: "run-began", code: "", isEditor: true });
        dispatch({ type: "call-added", call: { id: "2", model: "b" } });
        dispatch({ type: "call-changed", run, index: 0, change: { model: "late" } });
        dispatch({ type: "call-changed", run: run + 1, index: 7, change: { model: "nowhere" } });
        tell(get().calls.list);
    """) == [[{"id": "2", "model": "b"}]]


def test_more_calls_than_can_be_shown_are_not_kept() -> None:
    assert run("""
        for (let id = 0; id < 600; id++) dispatch({ type: "call-added", call: { id } });
        tell(get().calls.list.length);
    """) == [500]


def test_a_file_written_meanwhile_is_newer_than_the_kept_one() -> None:
    assert run("""
        dispatch({ type: "file-put", name: "a", bytes: "new" });
        dispatch({ type: "files-restored", files: [["a", "old"], ["b", "kept"]] });
        dispatch({ type: "file-removed", name: "c" });
        tell([...get().files].sort());
        dispatch({ type: "file-removed", name: "a" });
        tell([...get().files.keys()]);
    """) == [[["a", "new"], ["b", "kept"]], ["b"]]


def test_a_dialog_that_says_late_that_it_closed_closes_no_other() -> None:
    assert run("""
        dispatch({ type: "dialog-opened", dialog: "settings" });
        dispatch({ type: "dialog-opened", dialog: "share" });
        dispatch({ type: "dialog-closed", dialog: "settings" });
        tell(get().dialog);
        dispatch({ type: "dialog-closed", dialog: "share" });
        tell(get().dialog);
    """) == ["share", None]


def test_of_two_questions_the_second_waits_for_the_first() -> None:
    assert run("""
        const [consent, signIn] = [{ host: "a" }, { host: "b" }];
        dispatch({ type: "consent-asked", question: consent });
        dispatch({ type: "sign-in-asked", question: signIn });
        tell(get().dialog);
        dispatch({ type: "consent-answered" });
        tell(get().dialog);
        dispatch({ type: "consent-asked", question: consent });
        tell(get().dialog);
        dispatch({ type: "sign-in-ended" });
        tell(get().dialog);
        dispatch({ type: "consent-answered" });
        tell(get().dialog);
    """) == ["consent", "sign-in", "sign-in", "consent", None]


def test_choosing_a_provider_keeps_what_was_chosen_of_it_before() -> None:
    [settings] = run("""
        dispatch({ type: "provider-chosen", name: "openai", choice: { baseUrl: "https://x.example" } });
        dispatch({ type: "provider-chosen", name: "demo", choice: {} });
        dispatch({ type: "provider-chosen", name: "openai", choice: { model: "m" } });
        tell(get().settings);
    """)
    assert settings["default"] == "openai"
    assert settings["providers"]["openai"] == {"baseUrl": "https://x.example", "model": "m"}


def test_how_far_compiling_is_belongs_to_the_program_that_runs() -> None:
    assert run("""
        const phase = (phase) => dispatch({ type: "engine-changed", phase, isBusy: phase === "running", now: 5 });
        const compiled = (done) => { dispatch({ type: "compiling-went-on", done }); tell(get().compiling); };
        phase("ready");
        compiled(0.2);
        phase("running");
        compiled(0.4);
        compiled(null);
        compiled(0.6);
        phase("ready");
        tell(get().compiling);
    """) == [None, 0.4, None, 0.6, None]


def test_files_that_are_kept_again_can_still_be_brought_back() -> None:
    told = run(
        """
        const bytes = (text) => new TextEncoder().encode(text);
        dispatch({ type: "file-put", name: "a.txt", bytes: bytes("mine") });
        dispatch({ type: "file-written", name: "a.txt", bytes: bytes("program's") });
        const before = get();
        dispatch({ type: "files-kept-again", names: ["a.txt", "gone.txt"] });
        const text = (found) => new TextDecoder().decode(found);
        tell(before.files.get("a.txt") !== get().files.get("a.txt"));
        tell([text(get().files.get("a.txt")), text(get().earlier.get("a.txt")), [...get().made], get().files.size]);
        """
    )
    assert told == [True, ["program's", "mine", ["a.txt"], 1]]
