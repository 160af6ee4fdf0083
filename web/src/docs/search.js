/** Finds names in the reference: shows the sections in which all words stand, and opens their chapters. */

const field = /** @type {HTMLInputElement} */ (document.getElementById("find"));
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
