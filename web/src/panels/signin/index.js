/**
 * The question whether to sign in somewhere for a program. The visitor goes there by a link, in a tab of its
 * own, and the program waits until they come back or say no.
 */
import { byId } from "../../dom.js";
import { text } from "../../texts/texts.js";
import { bindDialog } from "../dialog.js";

/** @param {import("../page.js").Page} page */
export function mount({ get, dispatch, subscribe, judge }) {
  const go = /** @type {HTMLAnchorElement} */ (byId("sign-in-go"));
  const waits = byId("sign-in-waits");

  function fill() {
    const question = get().signIn;
    if (!question) return;
    const { url, host, server, isLimited } = question;
    byId("sign-in-wish").textContent = text("It wants to use {server} in your name. You sign in at {host}, in another tab.", { server, host });
    byId("sign-in-about").textContent = isLimited
      ? text("This program came with a link: what you allow there it can do, whoever wrote it. Your password stays there; the program gets a token that is forgotten when this page is closed.")
      : text("What you allow there your program can do. Your password stays there; the program gets a token that is forgotten when this page is closed.");
    go.href = url;
    go.textContent = text("Sign in at {host}", { host });
    waits.hidden = true;
  }

  go.addEventListener("click", () => {
    waits.hidden = false;
    waits.textContent = text("Waiting until you come back …");
  });
  byId("sign-in-no").addEventListener("click", () => judge.signIn.decline());
  // Escape says no, too.
  byId("sign-in-dialog").addEventListener("cancel", (event) => {
    event.preventDefault();
    judge.signIn.decline();
  });
  bindDialog({ dispatch, subscribe }, "sign-in", {
    box: /** @type {HTMLDialogElement} */ (byId("sign-in-dialog")),
    beforeOpen: fill,
    afterOpen: () => byId("sign-in-title").focus(),
  });
}
