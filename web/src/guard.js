/**
 * Says so when the page's script does not start: a browser that cannot read it, or a file that did not
 * arrive, would leave a page on which nothing happens. Runs before that script, understands nothing of
 * the page, and is written so that browsers of ten years ago can read it.
 */
(function () {
  var OURS = "[src*='assets/start-']";
  var ADVICE = " A current Chrome, Edge, Firefox or Safari can; if yours is one, reload the page.";
  // There the page's scripts are those of a stranger: hosts do not hand them out.
  var SANDBOXED =
    'This page stands in a sandboxed frame, in which programs cannot run. Whoever shows it can allow it: sandbox="allow-scripts allow-same-origin".';

  /** @param {string} reason */
  function say(reason) {
    var isSandboxed = window.origin === "null";
    // A page that has started speaks for itself, and so does one that does not want to (place.js).
    if ("playground" in window || document.querySelector(".framed")) return;
    var text = isSandboxed ? SANDBOXED : "This page could not start in this browser." + ADVICE;
    var note = document.createElement("p");
    note.className = "banner";
    note.setAttribute("role", "alert");
    note.setAttribute("data-testid", "not-started");
    note.textContent = text + " (" + reason + ")";
    document.body.insertBefore(note, document.body.firstChild);
    var ready = Promise.reject(new Error(note.textContent));
    ready.catch(function () {});
    /** @type {any} */ (window).playground = { ready: ready };
  }

  window.addEventListener(
    "error",
    function (event) {
      var target = event.target;
      if (target instanceof HTMLScriptElement) {
        if (target.matches(OURS)) say("its script did not arrive");
      } else if (event.message) say(event.message);
    },
    true,
  );
})();
