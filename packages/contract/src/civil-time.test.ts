import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { civilTimesIn, frenchTimes } from "./civil-time.ts";

const toWireTime = (instant: Date) => frenchTimes.toWire(instant);
const fromWireTime = (text: string) => frenchTimes.fromWire(text);

const paris = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/Paris",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

function byIntl(instant: Date): string {
  const part = Object.fromEntries(paris.formatToParts(instant).map(({ type, value }) => [type, value]));
  return `${part["year"]}-${part["month"]}-${part["day"]} ${part["hour"]}:${part["minute"]}:${part["second"]}`;
}

/** Repeatable numbers in [0, 1). */
function* numbersFrom(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

describe("wire time", () => {
  it("agrees with the time zone database at any instant since the rule took effect", () => {
    const numbers = numbersFrom(7);
    const [from, until] = [Date.UTC(1996, 0, 1), Date.UTC(2037, 11, 31)];
    for (let round = 0; round < 20_000; round += 1) {
      const instant = new Date(Math.floor(from + numbers.next().value * (until - from)));
      assert.equal(toWireTime(instant), byIntl(instant), instant.toISOString());
    }
  });

  it("agrees with the time zone database around every clock change", () => {
    for (let year = 1996; year <= 2037; year += 1) {
      for (const month of [2, 9]) {
        for (let day = 24; day <= 31; day += 1) {
          for (const seconds of [-3600, -1, 0, 1, 3599, 3600]) {
            const instant = new Date(Date.UTC(year, month, day, 1, 0, seconds));
            assert.equal(toWireTime(instant), byIntl(instant), instant.toISOString());
          }
        }
      }
    }
  });

  it("drops milliseconds and changes the year by the French clock", () => {
    assert.equal(toWireTime(new Date("2025-12-31T23:00:00.999Z")), "2026-01-01 00:00:00");
    assert.equal(toWireTime(new Date("2026-07-31T22:15:05.001Z")), "2026-08-01 00:15:05");
  });

  it("refuses to format an invalid date", () => {
    assert.throws(() => toWireTime(new Date(Number.NaN)), RangeError);
  });

  it("reads back what it wrote, except for the repeated hour", () => {
    const numbers = numbersFrom(11);
    for (let round = 0; round < 20_000; round += 1) {
      const instant = new Date(Math.floor(numbers.next().value * 4_000_000_000) * 1000);
      const read = fromWireTime(toWireTime(instant));
      const isRepeated = read?.getTime() === instant.getTime() - 3_600_000;
      assert.ok(isRepeated || read?.getTime() === instant.getTime(), instant.toISOString());
      if (isRepeated) assert.equal(toWireTime(read), toWireTime(instant));
    }
  });

  it("takes the hour that occurs twice for its first occurrence", () => {
    assert.equal(fromWireTime("2026-10-25 02:30:00")?.toISOString(), "2026-10-25T00:30:00.000Z");
    assert.equal(fromWireTime("2026-10-25 03:00:00")?.toISOString(), "2026-10-25T02:00:00.000Z");
  });

  it("reads a time in the skipped hour as one hour later", () => {
    const read = fromWireTime("2026-03-29 02:30:00");
    assert.equal(read?.toISOString(), "2026-03-29T01:30:00.000Z");
    assert.equal(toWireTime(read), "2026-03-29 03:30:00");
    assert.equal(fromWireTime("2026-03-29 01:59:59")?.toISOString(), "2026-03-29T00:59:59.000Z");
    assert.equal(fromWireTime("2026-03-29 03:00:00")?.toISOString(), "2026-03-29T01:00:00.000Z");
  });

  it("reads leap days only in leap years", () => {
    assert.equal(fromWireTime("2028-02-29 12:00:00")?.toISOString(), "2028-02-29T11:00:00.000Z");
    assert.equal(fromWireTime("2026-02-29 12:00:00"), undefined);
  });

  it("returns nothing for an invalid date", () => {
    const nonsense = [
      "",
      "yesterday",
      "0000-00-00 00:00:00",
      "2026-13-01 00:00:00",
      "2026-04-31 00:00:00",
      "2026-01-01 24:00:00",
      "2026-01-01 00:60:00",
      "2026-01-01 00:00:60",
      "2026-01-01T00:00:00",
      "2026-01-01 00:00:00Z",
      "2026-01-01",
      " 2026-01-01 00:00:00",
    ];
    for (const text of nonsense) assert.equal(fromWireTime(text), undefined, text);
  });
});

describe("times in other zones", () => {
  /** Half hours, changes of half an hour, of the southern year, and none. */
  const zones = ["UTC", "Asia/Kolkata", "Australia/Lord_Howe", "America/New_York", "Pacific/Auckland"];

  for (const zone of zones) {
    it(`agree with the time zone database and are read back as written: ${zone}`, () => {
      const times = civilTimesIn(zone);
      const shown = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
      const numbers = numbersFrom(5);
      for (let round = 0; round < 5000; round += 1) {
        const instant = new Date(Math.floor(numbers.next().value * 2_000_000_000) * 1000);
        const text = times.toWire(instant);
        assert.equal(text, shown.format(instant), instant.toISOString());
        const read = times.fromWire(text) ?? new Date(0);
        // Of an hour that comes twice the first pass.
        assert.equal(times.toWire(read), text);
        assert.ok(instant.getTime() - read.getTime() <= 3_600_000 && read <= instant, instant.toISOString());
      }
    });
  }

  it("agree with the French rule around French clock changes", () => {
    const byDatabase = civilTimesIn("europe/paris");
    for (const text of ["2026-10-25 02:30:00", "2026-10-25 03:00:00", "2026-03-29 02:30:00", "2026-03-29 01:59:59"]) {
      assert.equal(byDatabase.fromWire(text)?.toISOString(), frenchTimes.fromWire(text)?.toISOString(), text);
    }
  });

  it("are refused for an unknown zone", () => {
    for (const zone of ["Mars/Base", "", "Europe/Paris; rm"]) assert.throws(() => civilTimesIn(zone), RangeError);
  });
});
