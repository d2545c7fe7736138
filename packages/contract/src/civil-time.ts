/** `YYYY-MM-DD HH:MM:SS`, without a zone: the only form of a date on the wire. */
const WIRE_TIME = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** `Date.UTC` maps years below 100 to the 20th century, and no file is that old. */
const FIRST_YEAR = 1000;
const QUARTER_MS = HOUR_MS / 4;
const MOST_QUARTERS = 10_000;

/** The wall-clock times of a time zone. */
export interface CivilTimes {
  /** IANA name, such as `Europe/Paris` or `UTC`. */
  readonly zone: string;
  /** The wire form of an instant, cut to whole seconds. @throws {RangeError} for an invalid date */
  toWire(instant: Date): string;
  /**
   * The instant that a wire time stands for. An hour that occurs twice in autumn is read as the first one; an hour that
   * is skipped in spring is read as one hour later. Undefined if the text is not a date.
   */
  fromWire(text: string): Date | undefined;
}

/** Offset of a zone from UTC at an instant, in milliseconds. */
type Offset = (ms: number) => number;

class ZoneTimes implements CivilTimes {
  readonly zone: string;
  readonly #offset: Offset;
  /** Days since 1970 of the day in `#date`: most times in a list are close together. */
  #day = Number.NaN;
  #date = "";

  constructor(zone: string, offset: Offset) {
    this.zone = zone;
    this.#offset = offset;
  }

  toWire(instant: Date): string {
    const ms = instant.getTime();
    if (Number.isNaN(ms)) throw new RangeError("An invalid date has no wire form.");
    const local = ms + this.#offset(ms);
    const day = Math.floor(local / DAY_MS);
    if (day !== this.#day) {
      const date = new Date(local);
      this.#date = `${pad4(date.getUTCFullYear())}-${pad2(date.getUTCMonth() + 1)}-${pad2(date.getUTCDate())}`;
      this.#day = day;
    }
    const seconds = Math.floor((local - day * DAY_MS) / 1000);
    const [hour, minute] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    return `${this.#date} ${pad2(hour)}:${pad2(minute)}:${pad2(seconds % 60)}`;
  }

  fromWire(text: string): Date | undefined {
    const civil = readCivil(text);
    if (civil === undefined) return undefined;
    // Clocks change at most once in two days.
    const [before, after] = [this.#offset(civil - DAY_MS), this.#offset(civil + DAY_MS)];
    const readings = [civil - Math.max(before, after), civil - Math.min(before, after)];
    return new Date(readings.find((ms) => ms + this.#offset(ms) === civil) ?? civil - before);
  }
}

/** French civil time, by the EU rule in force since 1996: what 1fichier.com writes. */
export const frenchTimes: CivilTimes = new ZoneTimes("Europe/Paris", frenchOffset);

/** @throws {RangeError} for an unknown zone */
export function civilTimesIn(zone: string): CivilTimes {
  if (zone === frenchTimes.zone) return frenchTimes;
  return new ZoneTimes(zone, /^(?:Etc\/)?UTC$/i.test(zone) ? () => 0 : offsetByDatabase(zone));
}

/** As if it were UTC. */
function readCivil(text: string): number | undefined {
  const found = WIRE_TIME.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map(Number);
  if (year < FIRST_YEAR || month < 1 || day < 1 || hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const civil = Date.UTC(year, month - 1, day, hours, minutes, seconds);
  const read = new Date(civil);
  return read.getUTCMonth() === month - 1 && read.getUTCDate() === day ? civil : undefined;
}

/** Offsets change only on a quarter hour, and a listing needs the same few again and again. */
function offsetByDatabase(zone: string): Offset {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    dateStyle: "short",
    timeStyle: "medium",
  });
  const known = new Map<number, number>();
  return (ms) => {
    const quarter = Math.floor(ms / QUARTER_MS);
    let offset = known.get(quarter);
    if (offset === undefined) {
      const parts = Object.fromEntries(
        format.formatToParts(quarter * QUARTER_MS).map(({ type, value }) => [type, +value]),
      );
      const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
      offset = Date.UTC(year, month - 1, day, hour, minute, second) - quarter * QUARTER_MS;
      if (known.size >= MOST_QUARTERS) known.clear();
      known.set(quarter, offset);
    }
    return offset;
  };
}

let yearFrom = 0;
let yearUntil = 0;
let summerFrom = 0;
let summerUntil = 0;

function frenchOffset(ms: number): number {
  if (ms < yearFrom || ms >= yearUntil) {
    const year = new Date(ms).getUTCFullYear();
    [yearFrom, yearUntil] = [startOfYear(year), startOfYear(year + 1)];
    summerFrom = lastSunday(year, 2) + HOUR_MS;
    summerUntil = lastSunday(year, 9) + HOUR_MS;
  }
  return ms >= summerFrom && ms < summerUntil ? 2 * HOUR_MS : HOUR_MS;
}

/** Not `Date.UTC`, which maps years below 100 to others. */
const startOfYear = (year: number): number => new Date(0).setUTCFullYear(year, 0, 1);

/** Midnight UTC of the last Sunday of a month with 31 days. */
function lastSunday(year: number, month: number): number {
  const last = Date.UTC(year, month, 31);
  return last - new Date(last).getUTCDay() * DAY_MS;
}

const pad2 = (value: number): string => (value < 10 ? `0${value}` : `${value}`);
const pad4 = (value: number): string => `${value}`.padStart(4, "0");
