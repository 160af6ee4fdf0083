/** What stands in the editor when the page opens. */
import { FIRST_EXAMPLE } from "../panels/examples/first.js";
import { drafts } from "../storage/drafts.js";

/** @returns {Pick<import("../state.js").State, "draft" | "link">} */
export function firstProgram() {
  const { text, isFromLink, place } = drafts.load() ?? { text: FIRST_EXAMPLE, isFromLink: false, place: null };
  return {
    draft: { text: text ?? "", problem: null, previous: drafts.before(), number: 0, place },
    link: { isFromLink },
  };
}
