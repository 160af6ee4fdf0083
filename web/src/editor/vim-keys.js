/** Vim's keys, loaded when somebody switches them on. */
export { vim } from "@replit/codemirror-vim";
