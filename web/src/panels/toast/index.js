/** Says something for a few seconds, above everything else. */
import { byId } from "../../dom.js";

const SHOWN_MILLISECONDS = 4000;

/** @param {import("../page.js").Page} page */
export function mount({ subscribe }) {
  const box = byId("toast");
  let timer = 0;
  subscribe(
    ({ toast }) => toast,
    (toast) => {
      if (!toast) return;
      box.textContent = toast.text;
      box.classList.add("shown");
      clearTimeout(timer);
      timer = window.setTimeout(() => box.classList.remove("shown"), SHOWN_MILLISECONDS);
    },
  );
}
