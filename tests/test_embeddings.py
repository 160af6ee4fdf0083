"""Programs that embed and rank: whom they ask, in what portions, and what comes back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value

JSON = {"content-type": "application/json"}


def vectors(*rows: list[float], tokens: int = 2) -> FakeResponse:
    data = [{"index": at, "embedding": row} for at, row in enumerate(rows)]
    body = {"data": data, "model": "m-1", "usage": {"prompt_tokens": tokens}}
    return FakeResponse(json.dumps(body).encode(), headers=JSON)


def ranking(*scores: tuple[int, float]) -> FakeResponse:
    rows = [{"index": index, "relevance_score": score} for index, score in scores]
    return FakeResponse(json.dumps({"results": rows}).encode(), headers=JSON)


def host_with(keys: list[str], *replies: Any, default: str | None = None) -> FakeHost:
    host = FakeHost(*replies)
    keyed = {"base_url": "", "model": "", "has_key": True}
    host.settings = {"default": default, "providers": dict.fromkeys(keys, keyed)}
    return host


def run(host: FakeHost, program: str) -> str:
    return print_value(Interpreter(host).eval(program))


def asked(host: FakeHost) -> list[str]:
    return [request.url.partition("://")[2].partition("/")[0] for request in host.requests]


def sent(host: FakeHost, number: int = -1) -> Any:
    return json.loads(host.requests[number].body)


EMBED = '(embedding/->list (llm/embed "hello"))'


# --- whom ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "default", "origin"),
    [
        (["jina"], None, "api.jina.ai"),
        (["openai", "voyage", "jina"], "openai", "api.jina.ai"),
        (["openai", "voyage"], "openai", "api.voyageai.com"),
        (["anthropic", "nomic"], "anthropic", "api-atlas.nomic.ai"),
        (["anthropic", "openai"], "anthropic", "api.openai.com"),
        (["together"], "together", "api.together.xyz"),
        (["gemini"], "gemini", "generativelanguage.googleapis.com"),
        (["ollama"], "ollama", "localhost:11434"),
    ],
)
def test_the_first_provider_with_a_key_is_asked(
    keys: list[str], default: str | None, origin: str
) -> None:
    host = host_with(keys, vectors([0.5, -1]), default=default)
    assert run(host, EMBED) == "(0.5 -1.0)"
    assert asked(host) == [origin]
    credential = host.requests[0].credential
    assert credential is not None


def test_what_the_program_configures_counts_first() -> None:
    host = host_with(["jina"], vectors([1]), vectors([2]), vectors([3]), vectors([4]))
    program = f"""
    (define a {EMBED})
    (llm/configure :openai {{:api-key "k" :base-url "http://h:1/v1"}})
    (define b {EMBED})
    (llm/configure-embeddings :voyage {{:api-key "v" :default-model "voyage-3-large"}})
    (define c {EMBED})
    (llm/configure :mine {{:base-url "http://chat:1"}})
    (list a b c {EMBED})
    """
    assert run(host, program) == "((1.0) (2.0) (3.0) (4.0))"
    assert asked(host) == ["api.jina.ai", "h:1", "api.voyageai.com", "api.voyageai.com"]
    assert sent(host)["model"] == "voyage-3-large"
    assert ("authorization", "Bearer v") in host.requests[-1].headers


def test_configure_of_a_provider_that_only_embeds() -> None:
    host = host_with([], vectors([1]))
    program = f'(llm/configure :jina {{:api-key "k"}}) (list {EMBED} (llm/default-provider))'
    assert run(host, program) == "((1.0) :demo)"
    assert asked(host) == ["api.jina.ai"]


def test_a_server_that_speaks_like_openai() -> None:
    host = host_with([], vectors([1]), ranking((0, 1.0)))
    program = """
    (llm/configure-embeddings :mine {:base-url "http://h:1/v1" :model "e" :api-key "k"})
    (list (embedding/length (llm/embed "x")) (length (llm/rerank "q" ["d"] {:model "r"})))
    """
    assert run(host, program) == "(1 1)"
    assert [request.url for request in host.requests] == [
        "http://h:1/v1/embeddings",
        "http://h:1/v1/rerank",
    ]
    assert (sent(host, 0)["model"], sent(host, 1)["model"]) == ("e", "r")


def test_the_environment_can_choose() -> None:
    host = host_with(["jina", "cohere"], FakeResponse(b'{"embeddings": {"float": [[1]]}}'))
    host.variables |= {"SEMA_EMBEDDING_PROVIDER": "cohere", "SEMA_EMBEDDING_MODEL": "embed-v4.0"}
    assert run(host, EMBED) == "(1.0)"
    assert asked(host) == ["api.cohere.com"]
    assert sent(host)["model"] == "embed-v4.0"


def test_the_demo_model_is_not_left_behind_its_users_back() -> None:
    host = host_with(["openai"], default="demo")
    assert run(host, '(embedding/length (llm/embed "x"))') == "256"
    assert host.requests == []


def test_a_provider_that_only_embeds_may_be_the_choice_of_the_settings() -> None:
    host = host_with(["jina"], vectors([1]), default="jina")
    host.settings["providers"]["jina"]["model"] = "jina-embeddings-v9"
    program = f'(list {EMBED} (llm/default-provider) (string? (llm/complete "hi")))'
    assert run(host, program) == "((1.0) :demo #t)"
    assert sent(host)["model"] == "jina-embeddings-v9"


def test_nobody_to_ask() -> None:
    host = host_with(["anthropic"], default="anthropic")
    with pytest.raises(LispError, match="Anthropic has no embeddings") as caught:
        run(host, EMBED)
    assert caught.value.kind == "llm"
    assert "llm/configure-embeddings" in str(caught.value.hint)
    with pytest.raises(LispError, match="rerank provider not found") as caught:
        run(host, '(llm/rerank "q" ["d"])')
    assert "COHERE_API_KEY" in str(caught.value.hint)


def test_real_embeddings_are_not_ranked_by_the_demo() -> None:
    host = host_with([])
    with pytest.raises(LispError, match="rerank provider not found"):
        run(host, '(llm/configure-embeddings :openai {:api-key "k"}) (llm/rerank "q" ["d"])')


def test_a_key_that_is_missing_is_named_before_anything_is_sent() -> None:
    host = host_with([])
    program = '(try (begin (llm/configure-embeddings :voyage) (llm/embed "x")) (catch e e))'
    caught = run(host, program)
    assert ':reason "missing-key"' in caught
    assert "VOYAGE_API_KEY" in caught
    assert host.requests == []


# --- what ----------------------------------------------------------------------------------------


def test_a_list_gives_a_list_in_its_order_with_one_request() -> None:
    host = host_with(["openai"], vectors([1, 0], [0, 1], [1, 1]), default="openai")
    assert run(host, '(map embedding/->list (llm/embed ["a" "b" "c"]))') == (
        "((1.0 0.0) (0.0 1.0) (1.0 1.0))"
    )
    assert sent(host)["input"] == ["a", "b", "c"]
    assert run(host_with([]), "(llm/embed [])") == "()"


def test_many_texts_go_in_portions_and_their_tokens_are_added() -> None:
    replies = [vectors(*[[1.0]] * size, tokens=size) for size in (128, 128, 44)]
    host = host_with(["voyage"], *replies)
    program = """
    (define all (llm/embed (map str (range 300))))
    (list (length all) (:prompt-tokens (llm/last-usage)) (:total-tokens (llm/session-usage)))
    """
    assert run(host, program) == "(300 300 300)"
    assert [len(sent(host, at)["input"]) for at in range(3)] == [128, 128, 44]


def test_options() -> None:
    host = host_with(["voyage"], vectors([1]))
    options = '{:model "voyage-3-lite" :dimensions 64 :input-type :query :timeout 2500}'
    run(host, f'(llm/embed "x" {options})')
    body = {"input": ["x"], "model": "voyage-3-lite", "output_dimension": 64}
    assert sent(host) == {**body, "input_type": "query"}
    assert host.requests[0].timeout_seconds == 2.5


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("(llm/embed 5)", "expected string or list of strings, got int"),
        ('(llm/embed ["a" 5])', "each text expected string, got int"),
        ('(llm/embed "x" {:modle "m"})', "unknown option :modle"),
        ('(llm/embed "x" {:dimensions 0})', ":dimensions expected an integer from 1"),
        ('(llm/embed "x" {:input-type :poem})', ":input-type expected"),
        ('(llm/embed "x" {:timeout -1})', ":timeout expected"),
        ("(llm/embed (map str (range 100001)))", "the limit is 100000"),
        ('(llm/rerank 5 ["d"])', "expected string, got int"),
        ('(llm/rerank "q" "d")', "expected list or vector"),
        ('(llm/rerank "q" ["d"] {:top-k 0})', ":top-k expected an integer from 1"),
        ('(llm/rerank "q" ["d"] {:provider "nobody"})', "rerank provider not found: nobody"),
        ('(llm/configure-embeddings :groq {:api-key "k"})', ":groq has no embeddings"),
        ('(llm/configure-embeddings :openai {:base-url "h:1"})', "is no address"),
        ('(llm/similarity [1] "x")', "expected embedding or list of numbers"),
        ('(llm/similarity [1 "x"] [1 2])', "expected number"),
        ("(llm/similarity [] [])", "empty"),
    ],
)
def test_mistakes(program: str, message: str) -> None:
    with pytest.raises(LispError, match=message.replace("[", r"\[")):
        run(host_with([]), program)


def test_a_refusal_can_be_caught_with_all_that_is_known() -> None:
    refusal = FakeResponse(b'{"detail": "Provided API key is invalid."}', status=401, headers=JSON)
    program = (
        '(try (llm/embed "x") (catch e (list (:type e) (:provider e) (:status e) (:advice e))))'
    )
    caught = run(host_with(["voyage"], refusal), program)
    assert caught.startswith('(:llm "voyage" 401 ')
    assert "key" in caught


def test_a_passing_failure_is_asked_again() -> None:
    busy = FakeResponse(b'{"message": "overloaded"}', status=503, headers=JSON)
    host = host_with(["jina"], busy, vectors([1]))
    assert run(host, EMBED) == "(1.0)"
    assert len(host.requests) == 2


def test_too_few_vectors_are_an_error() -> None:
    host = host_with(["jina"], vectors([1], [2]))
    with pytest.raises(LispError, match="asked for 3 embeddings, got 2"):
        run(host, '(llm/embed ["a" "b" "c"])')


def test_a_server_that_takes_one_text_at_a_time() -> None:
    host = host_with(["jina"], *(vectors([number]) for number in (9, 1, 2, 3)))
    assert run(host, '(map embedding/->list (llm/embed ["a" "b" "c"]))') == "((1.0) (2.0) (3.0))"
    assert [sent(host, at)["input"] for at in (1, 2, 3)] == [["a"], ["b"], ["c"]]
    unknown = FakeResponse(b'{"error": {"message": "Not found"}}', status=404, headers=JSON)
    single = [FakeResponse(b'{"embedding": {"values": [%d]}}' % at, headers=JSON) for at in (1, 2)]
    host = host_with(["gemini"], unknown, *single, default="gemini")
    assert run(host, '(map embedding/->list (llm/embed ["a" "b"]))') == "((1.0) (2.0))"
    host = host_with(["gemini"], unknown, unknown, default="gemini")
    with pytest.raises(LispError, match="404"):
        run(host, '(llm/embed ["a" "b"])')


def test_a_record_of_the_call_is_kept_without_the_key() -> None:
    host = host_with([], vectors([1]))
    run(host, f'(llm/configure-embeddings :openai {{:api-key "sk-secret-1"}}) {EMBED}')
    assert [record["type"] for record in host.records[:2]] == ["call-start", "call-end"]
    assert host.records[1]["usage"]["prompt_tokens"] == 2
    assert "sk-secret-1" not in json.dumps(host.records)


# --- rankings -------------------------------------------------------------------------------------


def test_documents_by_their_relevance() -> None:
    host = host_with(["cohere"], ranking((2, 0.9), (0, 0.1)))
    assert run(host, '(llm/rerank "q" ["x" "y" "z"] {:top-k 2})') == (
        '({:document "z" :index 2 :score 0.9} {:document "x" :index 0 :score 0.1})'
    )
    assert sent(host)["top_n"] == 2


def test_the_provider_can_be_chosen_for_one_call() -> None:
    host = host_with(["cohere", "voyage"], FakeResponse(b'{"data": [{"index": 0, "score": 1}]}'))
    assert run(host, '(:score (first (llm/rerank "q" ["x"] {:provider :voyage})))') == "1.0"
    assert asked(host) == ["api.voyageai.com"]


def test_a_document_that_was_not_sent() -> None:
    host = host_with(["cohere"], ranking((5, 0.9)))
    with pytest.raises(LispError, match="not sent"):
        run(host, '(llm/rerank "q" ["x"])')


# --- the demo model, and all of it together ------------------------------------------------------


def test_the_demo_models_embeddings_are_the_same_everywhere() -> None:
    program = '(take 3 (filter (fn (x) (not (= x 0.0))) (embedding/->list (llm/embed "Lisp"))))'
    assert run(FakeHost(), program) == run(FakeHost(), program)
    similar = """
    (define q (llm/embed "How do I read a file?"))
    (define near (llm/similarity q (llm/embed "file/read reads the text of a file")))
    (define far (llm/similarity q (llm/embed "a vector points somewhere")))
    (list (> near 0.4) (< far 0.2) (llm/similarity q (llm/embed "")))
    """
    assert run(FakeHost(), similar) == "(#t #t 0.0)"
    assert run(FakeHost(), '(embedding/length (llm/embed "x" {:dimensions 64}))') == "64"


# The pipeline of the dialect's guide: files are embedded in batches, kept in a store, found,
# ranked, and put before the model.
PIPELINE = """
(define (build-index!)
  (let* ((files (file/glob "notes/**/*.md"))
         (docs (map (lambda (p) {:name (path/stem p) :path p :text (string/take (file/read p) 900)})
                    files))
         (vecs (flat-map (lambda (b) (llm/embed b))
                         (list/chunk 2 (map (lambda (d) (:text d)) docs)))))
    (map (lambda (doc vec) (vector-store/add "docs" (:name doc) vec doc)) docs vecs)
    (vector-store/save "docs")))

(vector-store/open "docs" "docs.vec")
(when (= (vector-store/count "docs") 0) (build-index!))
(define question "How do I read a file from disk and split it into lines?")
(define candidates (vector-store/search "docs" (llm/embed question) 3))
(define texts (map (lambda (c) (:text (:metadata c))) candidates))
(define reranked (llm/rerank question texts {:top-k 2}))
(for-each (lambda (r)
            (let ((name (:id (nth candidates (:index r)))) (score (math/round-to (:score r) 3)))
              (println f"  ${score}  ${name}")))
          reranked)
(define context (string/join (map (lambda (r) (nth texts (:index r))) reranked) "\\n\\n---\\n\\n"))
(define prompt f"Using ONLY the documentation below, answer.\\n\\n${context}\\n\\nQ: ${question}")
(println (llm/complete prompt {:max-tokens 400}))
(:id (nth candidates (:index (first reranked))))
"""
NOTES = {
    "file-read-lines": "Read a file from disk and split it into a list of lines.",
    "http-get": "Send a request to a server and return the response.",
    "list-sort": "Return a list with its items in ascending order.",
    "file-write": "Write a text to a file on disk.",
    "math-sin": "Return the sine of an angle in radians.",
}


def test_retrieve_rerank_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "notes" / "inner"
    folder.mkdir(parents=True)
    for name, text in NOTES.items():
        (folder / f"{name}.md").write_text(text)
    host = FakeHost()
    assert run(host, PIPELINE) == '"file-read-lines"'
    said = "".join(text for _, text in host.written)
    assert "  0.9" in said
    assert "file-read-lines" in said
    assert "demo model" in said
    again = FakeHost()
    assert run(again, PIPELINE) == '"file-read-lines"'
    embedded = [record for record in again.records if "input" in str(record.get("body", ""))]
    assert len(embedded) == 1  # the question alone: the store was kept
