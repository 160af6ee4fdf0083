/** Lists what the visitor has allowed programs of links for good, and takes it back. */
import { byId, element } from "../../dom.js";
import { hostOf } from "../../models/addresses.js";
import { IMPORT } from "../../models/consent.js";
import { findProvider } from "../../models/providers.js";
import { text } from "../../texts/texts.js";
import { button } from "./parts.js";

/** @param {string} allowed an origin, and whose account, or that code may come from it @returns {string} */
function describeHost(allowed) {
  if (allowed.startsWith(IMPORT)) return text("code from {host}", { host: describeHost(allowed.slice(IMPORT.length)) });
  const [origin, provider] = allowed.split(" ");
  return provider ? text("{host} on your {provider} account", { host: hostOf(origin), provider: findProvider(provider)?.label ?? provider }) : hostOf(origin);
}

/** @param {import("../page.js").Page} page */
export function showGrants({ subscribe, judge }) {
  const box = byId("grants");

  /** @param {import("../../state/settings.js").Grant} grant */
  function row({ hash, title, hosts, files }) {
    const given = { title, hosts: hosts.map(describeHost).join(", "), files: files.join(", ") };
    const words = files.length ? text("“{title}”: {hosts}; sees {files}", given) : text("“{title}”: {hosts}", given);
    return element("li", {}, `${words} `, button(text("Take back"), () => judge.grants.revoke(hash), { class: "small" }));
  }

  subscribe(
    ({ grants }) => grants,
    (grants) => {
      box.hidden = !grants.length;
      box.replaceChildren(
        element("p", {}, text("Programs of links that may always contact somebody:")),
        element("ul", {}, ...grants.map(row)),
      );
    },
  );
}
