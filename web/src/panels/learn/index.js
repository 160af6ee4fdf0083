/**
 * The help menu, and the Learn panel that it opens: a tour, the manual and all names of the language, beside
 * the program. What the panel shows, and its style, are loaded when it is first opened.
 */
import { byId, element } from "../../dom.js";
import { text } from "../../texts/texts.js";

/** @param {import("../page.js").Page} page */
function bindMenu({ dispatch }) {
  const menu = /** @type {HTMLDetailsElement} */ (byId("help-menu"));
  const close = () => {
    menu.open = false;
  };
  /** @param {string} id @param {string} place */
  const bind = (id, place) =>
    byId(id).addEventListener("click", () => {
      close();
      dispatch({ type: "learn-opened", place });
    });
  bind("learn-tour", "tour");
  bind("learn-manual", "manual");
  bind("learn-names", "names");
  byId("help-commands").addEventListener("click", () => {
    close();
    dispatch({ type: "dialog-opened", dialog: "palette" });
  });
  byId("help-keys").addEventListener("click", () => {
    close();
    dispatch({ type: "dialog-opened", dialog: "keys" });
  });
  // A menu closes when something else is meant.
  menu.addEventListener("focusout", (event) => {
    if (!menu.contains(/** @type {Node | null} */ (event.relatedTarget))) close();
  });
  menu.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    close();
    byId("learn").focus();
  });
  const { version, source, issues } = __ABOUT__;
  byId("help-version").textContent = text("Version {version}", { version });
  for (const [id, address] of [["help-source", source], ["help-issues", issues]]) {
    const link = /** @type {HTMLAnchorElement} */ (byId(id));
    link.hidden = !address;
    if (address) link.href = address;
  }
}

/** @param {import("../page.js").Page} page */
export function mount(page) {
  const { dispatch, subscribe, get } = page;
  const box = byId("learn-panel");
  /** @type {Promise<import("./view.js").View> | null} */
  let coming = null;

  const close = () => {
    dispatch({ type: "learn-closed" });
    byId("learn").focus();
  };

  async function load() {
    const [{ createView }, learning] = await Promise.all([import("./view.js"), page.loadLearning()]);
    return createView(page, box, learning, close);
  }

  /** @param {string} place */
  async function show(place) {
    try {
      const view = await (coming ??= load());
      if (get().learn === place) view.show(place);
    } catch (error) {
      console.warn("the Learn panel did not load:", error);
      coming = null;
      const again = element("button", { type: "button", onclick: () => void show(place) }, text("Try again"));
      box.replaceChildren(element("p", {}, text("This did not load. Look at the connection and try again.")), again, element("button", { type: "button", onclick: close }, text("Close")));
    }
  }

  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  });
  bindMenu(page);
  subscribe(
    ({ learn }) => learn,
    (place) => {
      document.documentElement.classList.toggle("learning", place !== null);
      box.hidden = place === null;
      if (place !== null) void show(place);
    },
  );
}
