/** `window.playground`: the page of Lispcore for tests and agents. */

export interface ProgramError {
  type: string;
  message: string;
  /** From 1; 0 when it is not known. */
  line: number;
  column: number;
  hint: string | null;
  stack: unknown[];
}

export interface Result {
  /** The value of the last form as it is printed; null if there is none. */
  value: string | null;
  /** What was printed, in lines. */
  output: string[];
  error: ProgramError | null;
}

export interface Example {
  slug: string;
  topic: string;
  title: string;
  about: string;
}

export interface Entry {
  name: string;
  /** How it is used: `(string/trim text:string) -> string`. */
  signature: string;
  text: string;
  chapter: string;
  /** Programs, and the values that they give. */
  examples: [string, string][];
}

/** What a file holds; a string is written as UTF-8. */
export type Content = string | Uint8Array | ArrayBuffer | ArrayBufferView | number[];

/** What a program asks a person. */
export interface Asked {
  kind: "line" | "ask" | "confirm" | "choose" | "upload";
  question: string;
  /** What stands there already. */
  value: string;
  choices: string[];
  /** Several choices, or files. */
  multiple: boolean;
}

export interface Playground {
  /** Resolves once programs run; rejects where they never will. */
  readonly ready: Promise<void>;
  /**
   * Runs a program as a press of Run does, and shows it in the output pane: what is in the editor if left out.
   * With `allowImport` the visitor's own program imports code from addresses without a question.
   */
  run(code?: string, options?: { files?: Record<string, Content>; allowImport?: boolean }): Promise<Result>;
  stop(): void;
  /** What the program waits for; null if it waits for nobody. */
  question(): Asked | null;
  /** Resolves once a program asks. */
  whenAsked(): Promise<Asked>;
  /**
   * Answers it: a text; true or false; a choice or its place, or an array of those; files as `{name: content}`;
   * null declines.
   */
  answer(given: unknown): void;
  /** Bytes that Python's memory has in the interpreter at work, as it said a few seconds ago. */
  memory(): number;
  getCode(): string;
  setCode(text: string): void;
  /** All that the output pane shows, as text; of a long output the `innerText` of the pane has only what is in view. */
  output(): string;
  /** A link that carries the program; with `cassette`, the recording of the last run, too. */
  share(options?: { cassette?: boolean; title?: string; about?: string }): string;
  writeFile(name: string, content: Content): void;
  readFile(name: string): Uint8Array | undefined;
  /** The files that the page has, by the order of their names. */
  listFiles(): { name: string; size: number }[];
  /** The model calls of the last run, without keys. */
  calls(): Record<string, any>[];
  /** Chooses the provider that answers from now on. */
  configure(provider: string, choice?: { baseUrl?: string; key?: string; model?: string }): void;
  /** All examples; `openExample(slug)` puts one into the editor, and what was there into the history. */
  examples(): Example[];
  openExample(slug: string): Promise<void>;
  /** The documentation of a name; else of the names that hold the text, in themselves or in their words. */
  lookup(text: string): Entry[];
}

declare global {
  interface Window {
    playground: Playground;
  }
}
