/**
 * The model calls of the last run, and its recording.
 */

/** @typedef {import("./program.js").ProgramEvent} ProgramEvent */

/**
 * @typedef {object} CallsPart
 * @property {CallList} calls of the last run
 * @property {Recorded | null} recorded the recording of the last run, for Share
 *
 * @typedef {object} CallList
 * @property {number} run counts the runs: a new one has a new list
 * @property {Call[]} list
 * @property {readonly Step[]} steps agents and tools, in the order in which they began
 * @property {Preview | null} preview what was last looked at without being sent
 * @property {readonly string[]} pointed ids of those that somebody wants to see
 *
 * @typedef {object} Step what stands around calls
 * @property {number} id
 * @property {number} parent the step around it, 0 for none
 * @property {"agent" | "tool"} kind
 * @property {string} name
 * @property {number} startedAt milliseconds since 1970
 * @property {number | null} milliseconds that it took; null while it is under way
 * @property {string} arguments of a tool, as JSON
 * @property {string} result of a tool
 * @property {string} error "" for none
 *
 * @typedef {object} Preview
 * @property {string} provider
 * @property {string} model
 * @property {string} url
 * @property {string} method
 * @property {[string, string][]} headers
 * @property {string} request
 * @property {string[]} notes
 *
 * @typedef {object} Call
 * @property {string} id
 * @property {string} provider "" for a request that is no model call
 * @property {string} model
 * @property {string} url "" where nothing was sent (demo model)
 * @property {string} method
 * @property {number} status HTTP status, 0 while there is none
 * @property {"running" | "done" | "failed"} state
 * @property {number} startedAt milliseconds since 1970
 * @property {number | null} firstChunkMilliseconds
 * @property {number | null} totalMilliseconds
 * @property {string} request body as text, long base64 shortened
 * @property {string} response body as text
 * @property {string} text what the model said
 * @property {string} thoughts what it thought before, as far as it is told
 * @property {{title: string, url: string}[]} sources what it went by
 * @property {Record<string, any>[]} toolCalls
 * @property {Record<string, any> | null} usage
 * @property {string | null} stopReason
 * @property {string[]} notes
 * @property {string | null} error
 * @property {number | null} costUsd of the whole call; null while it is not known
 * @property {string | null} agent name of the agent that asked
 * @property {number} turn which of the agent's calls it is, from 1
 * @property {number} parent the step around it, 0 for none
 * @property {[string, string][]} headers that were sent, without keys
 * @property {[number, string, number][]} events of the reply: seconds since the start, kind, characters
 * @property {number} recorded its number in the recording of the run, 0 without one
 * @property {string | null} repeats the id of the call that it was made after
 * @property {number} attempt which request of its call it is, from 1
 * @property {number} attempts how many requests its call took
 */

/**
 * @typedef {object} RecordedCall
 * @property {number} number in the order in which the program made them
 * @property {string} line of the tape, without keys
 * @property {string} asked the question in words; it stays on this device
 *
 * @typedef {object} Recorded
 * @property {string} code
 * @property {RecordedCall[]} calls in the order of their numbers
 * @property {number} characters of their lines
 * @property {boolean} isTooLarge
 * @property {"running" | "whole" | "stopped"} state
 * @property {import("../engine/protocol.js").ModelSettings} settings
 * @property {Map<string, Uint8Array<ArrayBuffer>>} files that the program names
 */

/**
 * @typedef {{type: "call-added", call: Call}
 *   | {type: "step-added", step: Step}
 *   | {type: "step-ended", id: number, change: Partial<Step>}
 *   | {type: "calls-pointed", ids: string[]}
 *   | {type: "call-previewed", preview: Preview | null}
 *   | {type: "call-changed", run: number, index: number, change: Partial<Call>}
 *   | {type: "recorded-changed", recorded: Recorded | null}
 *   | {type: "run-restored", calls: Call[], recorded: Recorded | null}} CallEvent
 */

/** More calls of one run are not kept, and no more steps. */
const MAX_CALLS = 500;

/** @type {CallsPart} */
export const first = { calls: { run: 0, list: [], steps: [], preview: null, pointed: [] }, recorded: null };

/** @type {import("./reducers.js").Reducers<CallEvent, ProgramEvent, CallsPart, CallsPart>} */
export const reducers = {
  "call-added": ({ calls }, { call }) =>
    calls.list.length < MAX_CALLS ? { calls: { ...calls, list: [...calls.list, call] } } : {},
  "call-changed": ({ calls }, { run, index, change }) =>
    run === calls.run && index in calls.list
      ? { calls: { ...calls, list: calls.list.with(index, { ...calls.list[index], ...change }) } }
      : {},
  "step-added": ({ calls }, { step }) =>
    calls.steps.length < MAX_CALLS ? { calls: { ...calls, steps: [...calls.steps, step] } } : {},
  "step-ended": ({ calls }, { id, change }) => ({
    calls: { ...calls, steps: calls.steps.map((step) => (step.id === id ? { ...step, ...change } : step)) },
  }),
  "calls-pointed": ({ calls }, { ids }) => ({ calls: { ...calls, pointed: ids } }),
  "call-previewed": ({ calls }, { preview }) => ({ calls: { ...calls, preview } }),
  "recorded-changed": (_, { recorded }) => ({ recorded }),
  // Whoever has begun to run something wants to see that.
  "run-restored": ({ calls }, { calls: list, recorded }) =>
    calls.run === 0 && !calls.list.length ? { calls: { ...calls, run: 1, list }, recorded } : {},

  "run-began": ({ calls }) => ({ calls: { run: calls.run + 1, list: [], steps: [], preview: null, pointed: [] } }),
};
