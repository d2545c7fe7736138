/** `YYYY-MM-DD HH:MM:SS` in French civil time, without a zone: the only form of a date on the wire. */
const WIRE_TIME = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** `Date.UTC` takes years below 100 for years of the 20th century, and no file is that old. */
const FIRST_YEAR = 1000;

let boundsYear = Number.NaN;
let summerFrom = 0;
let summerUntil = 0;

/**
 * The wire form of an instant, French civil time by the EU rule in force since 1996. Milliseconds are cut off.
 * @throws {RangeError} for an invalid date
 */
export function toWireTime(instant: Date): string {
  const ms = instant.getTime();
  if (Number.isNaN(ms)) throw new RangeError("An invalid date has no wire form.");
  const local = new Date(ms + offsetMs(ms));
  const date = `${pad4(local.getUTCFullYear())}-${pad2(local.getUTCMonth() + 1)}-${pad2(local.getUTCDate())}`;
  return `${date} ${pad2(local.getUTCHours())}:${pad2(local.getUTCMinutes())}:${pad2(local.getUTCSeconds())}`;
}

/**
 * The instant a wire time means. The hour that comes twice in autumn means its first pass, an hour that is skipped in
 * spring is read as one hour later. Undefined when the text is no date.
 */
export function fromWireTime(text: string): Date | undefined {
  const found = WIRE_TIME.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map(Number);
  if (year < FIRST_YEAR || month < 1 || day < 1 || hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const civil = Date.UTC(year, month - 1, day, hours, minutes, seconds);
  const read = new Date(civil);
  if (read.getUTCMonth() !== month - 1 || read.getUTCDate() !== day) return undefined;
  const asSummer = civil - 2 * HOUR_MS;
  return new Date(offsetMs(asSummer) === 2 * HOUR_MS ? asSummer : civil - HOUR_MS);
}

function offsetMs(ms: number): number {
  const year = new Date(ms).getUTCFullYear();
  if (year !== boundsYear) {
    boundsYear = year;
    summerFrom = lastSunday(year, 2) + HOUR_MS;
    summerUntil = lastSunday(year, 9) + HOUR_MS;
  }
  return ms >= summerFrom && ms < summerUntil ? 2 * HOUR_MS : HOUR_MS;
}

/** Midnight UTC of the last Sunday of a month with 31 days. */
function lastSunday(year: number, month: number): number {
  const last = Date.UTC(year, month, 31);
  return last - new Date(last).getUTCDay() * DAY_MS;
}

const pad2 = (value: number): string => (value < 10 ? `0${value}` : `${value}`);
const pad4 = (value: number): string => `${value}`.padStart(4, "0");
