/** Finds the last question in the body of a request, whatever wire format that is in. */

/** @param {unknown} content a text, or parts of which some are texts @returns {string} */
function textOf(content) {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => (typeof part === "string" ? part : part?.text)).filter((each) => typeof each === "string").join("");
}

/** @param {string} request JSON @returns {string} what the user said last, "" where that is not to be seen */
export function questionIn(request) {
  let body;
  try {
    body = JSON.parse(request) ?? {};
  } catch {
    return "";
  }
  const { messages, contents, input, prompt } = body;
  if (typeof input === "string" || typeof prompt === "string") return input ?? prompt;
  const rows = [messages, contents, input].find(Array.isArray) ?? [];
  const last = rows.findLast((/** @type {any} */ each) => each?.role === "user" || each?.role === undefined);
  return textOf(last?.content ?? last?.parts ?? last?.text);
}
