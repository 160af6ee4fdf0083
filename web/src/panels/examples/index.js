/** The examples menu: puts a program into the editor, and what it reads among the files. */
import { byId, valueOf } from "../../dom.js";
import { EXAMPLES } from "./programs.js";
import { drawSample } from "./samples.js";

/** @param {HTMLSelectElement} select */
function fill(select) {
  for (const group of new Set(EXAMPLES.map((example) => example.group))) {
    const box = document.createElement("optgroup");
    box.label = group;
    EXAMPLES.forEach((example, index) => {
      if (example.group === group) box.append(new Option(example.title, String(index)));
    });
    select.append(box);
  }
}

/** @param {import("../page.js").Page} page */
export function mount({ get, dispatch, files, programs }) {
  const select = /** @type {HTMLSelectElement} */ (byId("examples"));
  fill(select);

  /** @param {string} name of a file that an example reads */
  async function addSample(name) {
    files.write(name, await drawSample(name));
    dispatch({ type: "said", text: `${name} was added as a sample; choose your own image to replace it` });
  }

  select.addEventListener("change", async (event) => {
    const example = EXAMPLES[Number(valueOf(event))];
    select.value = "";
    if (!example) return;
    for (const name of example.files ?? []) if (!get().files.has(name)) await addSample(name);
    programs.replace(example.code, `Example: ${example.title}`);
  });
}
