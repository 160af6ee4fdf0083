/**
 * What earlier visits left in the browser's storage, read with care: whatever lies there, the page starts.
 *
 * A value that is not what it should be (another program, an older page or half a write left it) is put
 * aside under another name, `lispcore.broken.…`, and reset; `listenForTroubles` hears of it. Nothing here
 * throws: a browser that refuses to store costs only what would have been stored.
 */

/** What is put aside is called so; what follows is the name that it had. */
const BROKEN = "lispcore.broken.";
const OWN = "lispcore.";
/** So many copies of one value are kept: who breaks it at each visit does not fill the storage. */
const MAX_COPIES = 3;

/**
 * @typedef {object} Trouble
 * @property {string} name of the value
 * @property {string | null} copy the name under which it is kept now, null if that was not possible
 * @property {string} text what is said of it
 */

/** @type {Trouble[]} those that nobody was told of yet */
const untold = [];
/** @type {((trouble: Trouble) => void) | null} */
let tell = null;

/** @param {(trouble: Trouble) => void} listener is told of every value that was bad, also of earlier ones */
export function listenForTroubles(listener) {
  tell = listener;
  for (const trouble of untold.splice(0)) listener(trouble);
}

/** @param {() => Storage} get @returns {Storage} one in memory where the browser allows none */
export function openStorage(get) {
  try {
    const storage = get();
    storage.getItem(OWN);
    return storage;
  } catch {
    return storageInMemory();
  }
}

/** @returns {Storage} that lasts as long as the page */
function storageInMemory() {
  /** @type {Map<string, string>} */
  const values = new Map();
  return {
    get length() {
      return values.size;
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (name) => values.get(name) ?? null,
    setItem: (name, value) => void values.set(name, String(value)),
    removeItem: (name) => void values.delete(name),
    clear: () => values.clear(),
  };
}

/** What lasts on this device, for all tabs. */
export const device = openStorage(() => window.localStorage);
/** What lasts as long as this tab. */
export const tab = openStorage(() => window.sessionStorage);

/** @param {Storage} storage @param {string} name @returns {string | null} a text, as it is */
export function readText(storage, name) {
  try {
    return storage.getItem(name);
  } catch {
    return null;
  }
}

/** @param {Storage} storage @param {string} name @param {string} text @returns {boolean} whether it is kept */
export function writeText(storage, name, text) {
  try {
    storage.setItem(name, text);
    return true;
  } catch {
    return false; // it is full, or closed
  }
}

/** @param {Storage} storage @param {string} name */
export function removeStored(storage, name) {
  try {
    storage.removeItem(name);
  } catch {
    // Closed: there is nothing to remove.
  }
}

/**
 * Reads a value that was written as JSON. One that the schema refuses is reset, said, and a copy kept.
 * @template {import("valibot").GenericSchema} S
 * @param {Storage} storage
 * @param {string} name
 * @param {S} schema of valibot, which is asked in the way that schemas of any library are
 * @param {string} [what] what it is called in the sentence that is said
 * @returns {import("valibot").InferOutput<S> | undefined} undefined if there is none, or none that can be read
 */
export function readStored(storage, name, schema, what = name) {
  const text = readText(storage, name);
  if (text === null) return undefined;
  try {
    const read = /** @type {any} */ (schema["~standard"].validate(JSON.parse(text)));
    if (read.issues) throw new TypeError(read.issues[0].message);
    return read.value;
  } catch {
    putAside(storage, name, text, what);
    return undefined;
  }
}

/** @param {Storage} storage @param {string} name @param {unknown} value @returns {boolean} whether it is kept */
export const writeStored = (storage, name, value) => writeText(storage, name, JSON.stringify(value));

/** @param {string} name @returns {string[]} under which copies of a bad value may lie, oldest place first */
export function namesOfCopies(name) {
  const first = BROKEN + (name.startsWith(OWN) ? name.slice(OWN.length) : name);
  return Array.from({ length: MAX_COPIES }, (_, at) => (at ? `${first}.${at + 1}` : first));
}

/** Forgets a value, and all that was put aside of it. @param {Storage} storage @param {string} name */
export function forgetStored(storage, name) {
  for (const each of [name, ...namesOfCopies(name)]) removeStored(storage, each);
}

/**
 * Resets a value that cannot be read, says so and keeps a copy.
 * @param {Storage} storage @param {string} name @param {string} text @param {string} what
 */
export function putAside(storage, name, text, what) {
  const names = namesOfCopies(name);
  const copy = names.find((each) => [null, text].includes(readText(storage, each))) ?? names[0];
  // First away with it: a full storage has no place for two of them.
  removeStored(storage, name);
  const isKept = writeText(storage, copy, text);
  const kept = isKept ? ` What was there is kept in this browser's storage as “${copy}”.` : "";
  report({
    name,
    copy: isKept ? copy : null,
    text: `${what} could not be read and was reset.${kept}`,
  });
}

/** @param {Trouble} trouble */
export function report(trouble) {
  if (tell) tell(trouble);
  else untold.push(trouble);
}
