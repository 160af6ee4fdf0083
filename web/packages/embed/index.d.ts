/** Code blocks of any page as Lisp programs that run in the Lispcore playground. */

export type Theme = "system" | "light" | "dark" | "contrast";

export interface Options {
  /** Address of the playground: the folder in which its index.html is, with a slash at the end. */
  page: string;
  /** The colours of the frame; those of the system if left out. */
  theme?: Theme;
  /** Height of the frame in pixels (420 if left out), or "auto": it grows with what it shows. */
  height?: number | "auto";
  /** What a screen reader calls the frame. */
  title?: string;
}

/** How a program ended: the detail of the event "lispcore:result". */
export interface Result {
  /** The value of the last form as it is printed; null if there is none. */
  value: string | null;
  /** The lines that were printed. */
  output: string[];
  error: { type: string; message: string; line: number; column: number; hint: string | null } | null;
}

export interface Snippet {
  /** Stands behind the block; "lispcore:result" events come from it. */
  element: HTMLElement;
  /** Does what a press of Run does. */
  run(): void;
  setTheme(theme: Theme): void;
  /** Leaves the block as it was. */
  remove(): void;
}

/** Makes a snippet of one block. */
export function activate(block: HTMLElement, options: Options): Snippet;

/**
 * Makes snippets of all blocks that are marked (`<pre data-lispcore>`, class `language-lispcore`) and are none
 * yet. `data-theme`, `data-height` and `data-title` of a block come before the options.
 */
export function activateAll(options: Options, within?: ParentNode): Snippet[];

/** What the tag `<script src="…/embed.js" defer>` does. */
export function activateByTag(script: HTMLScriptElement): void;

/** The address that shows a program in the playground. */
export function addressOf(page: string, code: string, parameters?: Record<string, string>): string;

declare global {
  interface HTMLElementEventMap {
    "lispcore:result": CustomEvent<Result>;
  }
}
