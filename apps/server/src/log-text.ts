import { terminalText } from "./terminal-text.ts";

const levels = new Map([
  [20, "DEBUG"],
  [30, "INFO"],
  [40, "WARN"],
  [50, "ERROR"],
]);

/** Longer values are cut, because the line is for people. The JSON format has everything. */
const LONGEST_VALUE = 300;
const PLAIN = /^[\w./:@+-]+$/;

/** Formats a JSON line of the log for people: local time, level, message, fields. */
export function logText(json: string): string {
  const event = parseEvent(json);
  if (event === undefined) return terminalText(json);
  const { time, level, msg, err, ...fields } = event;
  const start = [
    localTime(Number(time)),
    (levels.get(Number(level)) ?? String(level)).padEnd(5),
    typeof msg === "string" ? msg : "",
  ];
  const all = { ...fields, ...describeError(err) };
  const pairs = Object.entries(all).flatMap(([name, value]) => pairsOf(name, value));
  return terminalText([...start, ...pairs].join(" "));
}

function parseEvent(json: string): Record<string, unknown> | undefined {
  try {
    const event: unknown = JSON.parse(json);
    return typeof event === "object" && event !== null ? { ...event } : undefined;
  } catch {
    return undefined;
  }
}

function localTime(instant: number): string {
  const date = new Date(instant);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}

/** What happened and where, without the rest of the stack. */
function describeError(error: unknown): Record<string, unknown> {
  if (typeof error !== "object" || error === null) return error === undefined ? {} : { err: error };
  const { type, message, stack }: { type?: unknown; message?: unknown; stack?: unknown } = error;
  const frame = typeof stack === "string" ? /^ *at (.+)$/m.exec(stack)?.[1] : undefined;
  return { err: `${String(type)}: ${String(message)}`, ...(frame === undefined ? {} : { at: frame }) };
}

/** Flattens the fields of an event: `mail.kind=server mail.host=…`. */
function pairsOf(name: string, value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${name}=${valueText(value)}`];
  return Object.entries(value).map(([part, each]) => `${name}.${part}=${valueText(each)}`);
}

function valueText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const short = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
  return typeof value !== "string" || PLAIN.test(short) ? short : JSON.stringify(short);
}
