/**
 * The script of oauth.html: a visitor has come back from signing in. What the address says goes to the page
 * that asked, in another tab of this origin, and out of the address. Whether it belongs to a question of that
 * page is for that page to judge.
 */
const CHANNEL = "lispcore-sign-in";
const NAMES = ["code", "state", "iss", "error", "error_description"];

const query = new URLSearchParams(location.search);
history.replaceState(null, "", location.pathname);
const said = /** @type {HTMLElement} */ (document.getElementById("said"));
if (query.has("state")) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ""])));
  channel.close();
  said.textContent = navigator.language.startsWith("de")
    ? "Du kannst diese Seite schließen: Das Programm läuft dort weiter, wo du herkommst."
    : "You can close this page: the program goes on where you came from.";
} else {
  said.textContent = "Nothing is here.";
}
