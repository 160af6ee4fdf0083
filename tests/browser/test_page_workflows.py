"""A workflow in the page: its journal is a file of the program, and a reload loses nothing."""

from __future__ import annotations

from playground import Playground

PROGRAM = """(defworkflow audit "Looks." {:phases ["Look" "Wait"]}
  (phase "Look")
  (define files (checkpoint :files (begin (println "looking") (list "a" "b"))))
  (define words (step "Say something." {:name "speaker"}))
  (phase "Wait")
  (if (not (file/exists? "ready.txt")) (begin
      (println "folder" (:folder (last (workflow/runs)))) (println "waiting") (sleep 600000)))
  (println "went on with" (length files) (string? words))
  {:status :success})"""

# Resolves once the browser keeps files of these names.
STORED = """async (names) => {
  const answer = (request) => new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
  });
  const database = await answer(indexedDB.open("lispcore"));
  for (let tries = 0; tries < 300; tries++) {
    const kept = await answer(database.transaction("files").objectStore("files").getAllKeys());
    if (names.every((name) => kept.includes(name))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the files are not kept");
}"""


def test_a_workflow_goes_on_after_a_reload(playground: Playground) -> None:
    playground.start(PROGRAM)
    playground.wait_for_output("waiting")
    folder = playground.output().split("folder ")[1].split("\n")[0].split("waiting")[0].strip()
    playground.page.wait_for_function(
        "name => new TextDecoder().decode(playground.readFile(name)).includes('agent.result')",
        arg=f"{folder}/events.jsonl",
    )
    playground.page.evaluate(STORED, [f"{folder}/metadata.json", f"{folder}/events.jsonl"])
    playground.page.reload()
    playground.page.wait_for_function("window.playground")
    playground.page.evaluate("playground.ready")
    playground.page.evaluate("playground.writeFile('ready.txt', 'yes')")
    result = playground.run(PROGRAM)
    assert result["value"] == "{:status :success}"
    shown = "".join(result["output"])
    assert "went on with 2 #t" in shown
    assert "looking" not in shown
