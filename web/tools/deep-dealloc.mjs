/**
 * Lets Python free data of any depth in a browser.
 *
 * CPython frees nested objects by nested calls. It puts objects aside for later ("trashcan") when
 * the stack runs low, and measures that by its own stack pointer. In WebAssembly this pointer only
 * moves in functions that keep something in memory, and those that free objects keep nothing: the
 * pointer stands still while the browser's real stack overflows, some thousand levels down, which
 * ends Python for good. The remedy is to move the pointer where an object is freed, around the two
 * calls of `tp_dealloc` in `_Py_Dealloc` (CPython 3.14, Objects/object.c):
 *
 *     local.get 0  local.get X  call_indirect T 0
 * becomes
 *     pointer -= BYTES_PER_LEVEL  (the same)  pointer += BYTES_PER_LEVEL
 *
 * Nothing is written to that memory. Any other shape of the function is refused, so that a new
 * release of Pyodide cannot go by unnoticed. The binary format is that of the WebAssembly
 * specification, chapter 5.
 */

/**
 * How far one freed object moves the pointer. Python's stack has 10 MB there: objects are put aside
 * from about 600 levels on, where the browser's stack of about 1 MB bears some 2,000.
 */
const BYTES_PER_LEVEL = 16 * 1024;
const CALLS = 2;

const SECTION = { type: 1, import: 2, export: 7, code: 10 };
const KIND = { function: 0, table: 1, memory: 2, global: 3, tag: 4 };
const I32 = 0x7f;
const OP = { callIndirect: 0x11, localGet: 0x20, globalGet: 0x23, globalSet: 0x24 };
const OP_NUMBER = { const: 0x41, add: 0x6a, subtract: 0x6b };

/** Reads a module from front to back. */
class Cursor {
  /**
   * @param {Uint8Array} bytes
   * @param {number} [position]
   */
  constructor(bytes, position = 0) {
    this.bytes = bytes;
    this.position = position;
  }

  byte() {
    return this.bytes[this.position++];
  }

  /** An unsigned integer in LEB128. */
  unsigned() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  name() {
    const length = this.unsigned();
    const start = this.position;
    this.position += length;
    return new TextDecoder().decode(this.bytes.subarray(start, this.position));
  }

  /** Skips the limits of a memory or table. */
  limits() {
    const flags = this.byte();
    this.unsigned();
    if (flags & 1) this.unsigned();
  }
}

/**
 * @param {number} value
 * @returns {number[]} the value in unsigned LEB128
 */
function unsignedLeb(value) {
  const bytes = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}

/**
 * @param {number} value not negative
 * @returns {number[]} the value in signed LEB128, where a leading bit of 64 would mean "negative"
 */
function signedLeb(value) {
  const bytes = [];
  for (; value >= 64; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}

/**
 * @param {Uint8Array} module
 * @returns {Map<number, {head: number, start: number, end: number}>} where each section lies
 */
function sections(module) {
  const found = new Map();
  const cursor = new Cursor(module, 8); // after the magic number and the version
  while (cursor.position < module.length) {
    const head = cursor.position;
    const id = cursor.byte();
    const size = cursor.unsigned();
    found.set(id, { head, start: cursor.position, end: cursor.position + size });
    cursor.position += size;
  }
  return found;
}

/**
 * @param {Uint8Array} module
 * @param {number} start of the type section's content
 * @returns {number} index of the type of a function that takes one address and returns nothing
 */
function destructorType(module, start) {
  const cursor = new Cursor(module, start);
  const count = cursor.unsigned();
  for (let index = 0; index < count; index++) {
    cursor.byte(); // a function type
    const parameters = cursor.unsigned();
    const first = cursor.bytes[cursor.position];
    cursor.position += parameters;
    const results = cursor.unsigned();
    cursor.position += results;
    if (parameters === 1 && first === I32 && results === 0) return index;
  }
  throw new Error("the module has no function that takes an address and returns nothing");
}

/**
 * @param {Uint8Array} module
 * @param {number} start of the import section's content
 * @returns {number} how many functions are imported
 */
function countImportedFunctions(module, start) {
  const cursor = new Cursor(module, start);
  let functions = 0;
  for (let left = cursor.unsigned(); left > 0; left--) {
    cursor.name();
    cursor.name();
    const kind = cursor.byte();
    if (kind === KIND.function) functions += 1;
    if (kind === KIND.function || kind === KIND.tag) {
      if (kind === KIND.tag) cursor.byte();
      cursor.unsigned();
    } else if (kind === KIND.global) {
      cursor.position += 2;
    } else {
      if (kind === KIND.table) cursor.byte();
      cursor.limits();
    }
  }
  return functions;
}

/**
 * @param {Uint8Array} module
 * @param {number} start of the export section's content
 * @returns {Map<string, number>} index of each export
 */
function exportIndexes(module, start) {
  const cursor = new Cursor(module, start);
  const indexes = new Map();
  for (let left = cursor.unsigned(); left > 0; left--) {
    const name = cursor.name();
    cursor.byte();
    indexes.set(name, cursor.unsigned());
  }
  return indexes;
}

/**
 * @param {Uint8Array} module
 * @param {number} start of the code section's content
 * @param {number} index of a function, imported ones not counted
 * @returns {{head: number, start: number, end: number}} where its body lies
 */
function functionBody(module, start, index) {
  const cursor = new Cursor(module, start);
  cursor.unsigned();
  for (let skipped = 0; ; skipped++) {
    const head = cursor.position;
    const size = cursor.unsigned();
    if (skipped === index) return { head, start: cursor.position, end: cursor.position + size };
    cursor.position += size;
  }
}

/**
 * @param {Uint8Array} body of `_Py_Dealloc`
 * @param {number} pointer index of the global that holds the stack pointer
 * @param {number} type index of the type of `tp_dealloc`
 * @returns {number[]} the body that moves the pointer
 */
function movePointer(body, pointer, type) {
  /** @param {number} operator */
  const move = (operator) => [
    ...[OP.globalGet, ...unsignedLeb(pointer)],
    ...[OP_NUMBER.const, ...signedLeb(BYTES_PER_LEVEL), operator],
    ...[OP.globalSet, ...unsignedLeb(pointer)],
  ];
  const changed = [];
  let calls = 0;
  for (let at = 0; at < body.length; ) {
    const call = body.subarray(at, at + 7);
    // One byte each for the local and the type, which are small numbers.
    const found =
      call[0] === OP.localGet &&
      call[1] === 0 &&
      call[2] === OP.localGet &&
      call[4] === OP.callIndirect &&
      call[5] === type &&
      call[6] === 0;
    if (found) {
      changed.push(...move(OP_NUMBER.subtract), ...call, ...move(OP_NUMBER.add));
      calls += 1;
      at += call.length;
    } else {
      changed.push(body[at++]);
    }
  }
  if (calls !== CALLS) {
    throw new Error(`_Py_Dealloc has ${calls} calls of tp_dealloc, not ${CALLS}: read deep-dealloc.mjs`);
  }
  return changed;
}

/**
 * @param {Uint8Array} module Pyodide's WebAssembly module
 * @returns {Uint8Array} the module that frees data of any depth
 */
export function freeDeepData(module) {
  const found = sections(module);
  /** @param {number} id */
  const section = (id) => {
    const place = found.get(id);
    if (!place) throw new Error(`the module has no section ${id}`);
    return place;
  };
  const exported = exportIndexes(module, section(SECTION.export).start);
  const dealloc = exported.get("_Py_Dealloc");
  const pointer = exported.get("__stack_pointer");
  if (dealloc === undefined || pointer === undefined) {
    throw new Error("Pyodide no longer exports _Py_Dealloc and __stack_pointer: read deep-dealloc.mjs");
  }
  const code = section(SECTION.code);
  const imported = countImportedFunctions(module, section(SECTION.import).start);
  const body = functionBody(module, code.start, dealloc - imported);
  const type = destructorType(module, section(SECTION.type).start);
  const changed = movePointer(module.subarray(body.start, body.end), pointer, type);
  const content = Buffer.concat([
    module.subarray(code.start, body.head),
    Uint8Array.from([...unsignedLeb(changed.length), ...changed]),
    module.subarray(body.end, code.end),
  ]);
  const result = Buffer.concat([
    module.subarray(0, code.head),
    Uint8Array.from([SECTION.code, ...unsignedLeb(content.length)]),
    content,
    module.subarray(code.end),
  ]);
  if (!WebAssembly.validate(result)) throw new Error("the changed module is not valid");
  return result;
}
