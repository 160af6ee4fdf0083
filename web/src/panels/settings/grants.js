/** Lists what the visitor has allowed programs of links for good, and takes it back. */
import { byId, element } from "../../dom.js";
import { hostOf } from "../../models/addresses.js";
import { findProvider } from "../../models/providers.js";
import { button } from "./parts.js";

/** @param {string} allowed an origin, and whose account @returns {string} */
function describeHost(allowed) {
  const [origin, provider] = allowed.split(" ");
  return provider ? `${hostOf(origin)} on your ${findProvider(provider)?.label ?? provider} account` : hostOf(origin);
}

/** @param {import("../page.js").Page} page */
export function showGrants({ subscribe, judge }) {
  const box = byId("grants");

  /** @param {import("../../state/settings.js").Grant} grant */
  function row({ hash, title, hosts, files }) {
    const sees = files.length ? `; sees ${files.join(", ")}` : "";
    const text = `“${title}”: ${hosts.map(describeHost).join(", ")}${sees} `;
    return element("li", {}, text, button("Take back", () => judge.grants.revoke(hash), { class: "small" }));
  }

  subscribe(
    ({ grants }) => grants,
    (grants) => {
      box.hidden = !grants.length;
      box.replaceChildren(
        element("p", {}, "Programs of links that may always contact somebody:"),
        element("ul", {}, ...grants.map(row)),
      );
    },
  );
}
