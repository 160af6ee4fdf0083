/** Looks for model servers on this machine, and says what keeps them from answering this page. */
import { element } from "../../dom.js";
import { MIXED_CONTENT, adviseOn, findLocalServers } from "../../models/local-servers.js";
import { text } from "../../texts/texts.js";
import { button, note } from "./parts.js";

/** @typedef {import("../../models/local-servers.js").Found} Found */

/** Those that can be used first. */
const ORDER = ["found", "closed", "forbidden", "silent"];

/** @param {import("./parts.js").Place} place @param {import("./parts.js").Options} options */
export function showServers({ fill, attempt }, { baseUrlOf, onServer }) {
  const results = element("div", { class: "servers", "data-testid": "servers", role: "status" });
  async function look() {
    results.replaceChildren(note(text("Looking … the browser may ask whether this page may reach your machine.")));
    const found = await findLocalServers(baseUrlOf);
    const some = found.some(({ state }) => state === "found" || state === "closed");
    const order = [...found].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
    const shown = order.map((each) => describeServer(each, onServer));
    results.replaceChildren(...shown, ...(some ? [] : [note(text(MIXED_CONTENT))]));
  }
  fill(button(text("Look for local servers"), () => attempt(look), { "data-testid": "look" }), results);
}

/** @param {Found} found @param {import("./parts.js").Options["onServer"]} onServer */
function describeServer(found, onServer) {
  const { text: advice, commands } = adviseOn(found);
  const models = found.models.map((model) =>
    button(model, () => onServer(found.server.provider, model), { class: "small model" }),
  );
  return element(
    "section",
    { class: `server ${found.state}` },
    element("p", {}, advice),
    ...commands.map((command) => element("pre", {}, command)),
    models.length > 0 && element("div", { class: "models" }, ...models),
  );
}
