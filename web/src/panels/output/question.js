/** What a program asks, in the output pane, until it is answered or no longer wanted: a line of input, or a form. */
import { element, filesOf, formatBytes } from "../../dom.js";
import { text } from "../../texts/texts.js";

/** So many choices stand one below the other; more are a list that opens. */
const MOST_SEEN = 12;
/** A larger file is not handed over. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * @typedef {import("../../engine/protocol.js").Form} Form
 * @typedef {import("../../engine/protocol.js").Answer} Answer
 * @typedef {object} Fields of a form
 * @property {HTMLElement} node
 * @property {HTMLElement} focus what the visitor comes to first
 * @property {(data: FormData) => Answer} read what was entered
 */

/** @param {string} label @param {() => void} onclick @param {string} [title] */
const button = (label, onclick, title) => element("button", { type: "button", onclick, title }, label);

/** @param {string} prompt @returns {Fields} */
function buildLine(prompt) {
  const label = prompt || text("Input for the program");
  const field = element("input", { type: "text", name: "line", "aria-label": label, autocomplete: "off" });
  const node = element("span", { class: "question-line" }, element("label", {}, prompt || text("Input")), field);
  return { node, focus: field, read: (data) => String(data.get("line")) };
}

/** @param {Form} form @returns {Fields} */
function buildText({ question, value, lines }) {
  const field = element(lines ? "textarea" : "input", { name: "line", value, autocomplete: "off" });
  if (lines) field.setAttribute("rows", "5");
  const node = element("label", { class: "question-field" }, question, field);
  // A form sends the ends of lines as the network wants them.
  return { node, focus: field, read: (data) => String(data.get("line")).replaceAll("\r\n", "\n") };
}

/** @param {Form} form @returns {Fields} */
function buildChoice({ question, choices, multiple }) {
  const read = (/** @type {FormData} */ data) => data.getAll("choice").map(Number);
  if (!multiple && choices.length > MOST_SEEN) {
    const field = element("select", { name: "choice" }, ...choices.map((each, at) => element("option", { value: at }, each)));
    return { node: element("label", { class: "question-field" }, question, field), focus: field, read };
  }
  const fields = choices.map((_, at) =>
    element("input", { type: multiple ? "checkbox" : "radio", name: "choice", value: String(at), required: !multiple }),
  );
  const items = choices.map((each, at) => element("label", { class: "question-choice" }, fields[at], element("span", {}, each)));
  const node = element("fieldset", {}, element("legend", {}, question), element("div", { class: "question-choices" }, ...items));
  return { node, focus: fields[0], read };
}

/** @param {Form} form @returns {Fields} */
function buildFile({ question, multiple, types }) {
  const problem = element("p", { class: "question-problem", role: "alert", hidden: true });
  const field = element("input", { type: "file", name: "file", multiple, required: true, accept: types.join(","), onchange });
  /** @param {Event} event */
  function onchange(event) {
    const large = filesOf(event).find(({ size }) => size > MOST_BYTES);
    problem.hidden = !large;
    problem.replaceChildren(large ? text("{name} is larger than {most}: choose another file.", { name: large.name, most: formatBytes(MOST_BYTES) }) : "");
    /** @type {HTMLInputElement} */ (field).setCustomValidity(large ? text("This file is too large.") : "");
  }
  const node = element("div", {}, element("label", { class: "question-field" }, question, field), problem);
  return { node, focus: field, read: (data) => /** @type {File[]} */ (data.getAll("file")) };
}

/** @param {Form} form @param {(answer: Answer) => void} answer @returns {HTMLElement[]} the buttons */
function buildButtons(form, answer) {
  if (form.kind === "confirm") return [button(text("Yes"), () => answer(true)), button(text("No"), () => answer(false))];
  return [element("button", { type: "submit", class: "primary" }, text("Send")), button(text("Skip"), () => answer(null), text("Answer nothing"))];
}

/** @param {Form} form @returns {Fields} */
function buildFields(form) {
  if (form.kind === "ask") return buildText(form);
  if (form.kind === "choose") return buildChoice(form);
  if (form.kind === "upload") return buildFile(form);
  const node = element("p", { class: "question-text", tabIndex: -1 }, form.question);
  return { node, focus: node, read: () => null };
}

/**
 * @param {import("../../state/questions.js").Question} question
 * @param {import("../page.js").Page} page
 * @returns {import("./sheet.js").Block}
 */
export function buildQuestion(question, { get, subscribe, answer }) {
  const { prompt, form } = question;
  // The program may have been stopped while this was on its way.
  if (get().question !== question) return { node: element("div"), text: () => "" };
  const fields = form ? buildFields(form) : buildLine(prompt);
  const line = [element("button", { type: "submit" }, text("Enter")), button(text("End"), () => answer(null), text("End of input"))];
  /** @param {SubmitEvent} event */
  function onsubmit(event) {
    event.preventDefault();
    answer(fields.read(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget))));
  }
  const buttons = form ? buildButtons(form, answer) : line;
  const kind = form ? `question form-${form.kind}` : "question";
  const about = { class: kind, onsubmit, "aria-label": form ? text("The program asks") : undefined };
  const node = element("form", about, fields.node, element("span", { class: "question-buttons" }, ...buttons));
  let isOpen = true;
  const end = subscribe(
    (state) => state.question === question,
    () => {
      isOpen = false;
      node.remove();
      end();
    },
    { now: false },
  );
  // It is not in the page yet.
  queueMicrotask(() => fields.focus.focus());
  const words = [prompt || text("Input"), ...(form?.choices ?? [])].join("\n");
  return { node, text: () => (isOpen ? words : "") };
}
