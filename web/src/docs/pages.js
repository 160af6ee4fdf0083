/**
 * The script of the manual's pages: gives them the colours that the visitor has chosen in the playground,
 * and finds names in the reference: shows the sections in which all words stand, and opens their chapters.
 */

const THEMES = ["light", "dark", "contrast"];

/** Where the browser allows no storage, the system's colours stay. */
function takeTheme() {
  try {
    const theme = localStorage.getItem("lispcore.theme") ?? "";
    if (THEMES.includes(theme)) document.documentElement.setAttribute("data-theme", theme);
  } catch {
    // Closed.
  }
}

/** @param {HTMLInputElement} field */
function searchWith(field) {
  const said = /** @type {HTMLElement} */ (document.getElementById("found"));
  const chapters = [...document.querySelectorAll("details.chapter")].map((element) => ({
    element: /** @type {HTMLDetailsElement} */ (element),
    sections: [...element.querySelectorAll("section")].map((section) => ({
      section,
      text: (section.textContent ?? "").toLowerCase(),
    })),
  }));

  function find() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { element, sections } of chapters) {
      let here = 0;
      for (const { section, text } of sections) {
        const isFound = words.every((word) => text.includes(word));
        section.hidden = !isFound;
        if (isFound) here++;
      }
      element.hidden = here === 0;
      element.open = words.length > 0 && here > 0;
      count += here;
    }
    said.textContent = words.length ? `Found: ${count}` : "";
  }

  /** Opens the chapter of the name in the address. */
  function follow() {
    const target = document.getElementById(location.hash.slice(1));
    const chapter = target?.closest("details");
    if (chapter) chapter.open = true;
    target?.scrollIntoView();
  }

  field.addEventListener("input", find);
  window.addEventListener("hashchange", follow);
  follow();
}

takeTheme();
const field = document.getElementById("find");
if (field) searchWith(/** @type {HTMLInputElement} */ (field));
