/** Which part of a program has which colour: of the editor, and of the manual's static pages. */
import { tags } from "@lezer/highlight";

export const COLORS = [
  { tag: tags.keyword, class: "tok-keyword" },
  { tag: tags.definition(tags.variableName), class: "tok-definition" },
  { tag: tags.function(tags.variableName), class: "tok-function" },
  { tag: tags.atom, class: "tok-atom" },
  { tag: [tags.bool, tags.number, tags.character], class: "tok-number" },
  { tag: tags.string, class: "tok-string" },
  { tag: tags.regexp, class: "tok-regexp" },
  { tag: tags.comment, class: "tok-comment" },
  { tag: [tags.paren, tags.squareBracket, tags.brace], class: "tok-bracket" },
  { tag: tags.meta, class: "tok-meta" },
];
