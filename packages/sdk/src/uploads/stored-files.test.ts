import assert from "node:assert/strict";
import { it, mock } from "node:test";
import { frenchTimes } from "@consigne/contract/civil-time";
import type { ByteContext } from "../byte-context.ts";
import { findStored } from "./stored-files.ts";
import type { OutgoingFile } from "./upload-attempt.ts";

const DAY_MS = 24 * 3_600_000;
const serverNow = new Date("2026-03-01T12:00:00Z");
const whirlpool = "ab".repeat(64);

const listed = (filename: string, at: Date) => ({ url: `https://h.example/?${filename}`, filename, at });
const old = Array.from({ length: 5000 }, (_, index) =>
  listed(`old-${index}`, new Date(serverNow.getTime() - 2 * DAY_MS)),
);
const fresh = listed("fresh.bin", serverNow);

/** A folder of more files than a listing holds: the new one comes only to who asks for what is new. */
function crowdedFolder() {
  const asked: (string | undefined)[] = [];
  const call = async (_name: string, { sent_after: since }: { sent_after?: string }) => {
    asked.push(since);
    const shown =
      since === undefined ? old : [...old, fresh].filter(({ at }) => frenchTimes.toWire(at) > since).slice(-5000);
    const items = shown.map(({ url, filename, at }) => ({
      url,
      filename,
      size: 3,
      date: frenchTimes.toWire(at),
      checksum: filename === "fresh.bin" ? whirlpool : "cd".repeat(64),
    }));
    return { status: "OK", count: items.length, items };
  };
  const context = { caller: { call } } as unknown as ByteContext;
  const sent = { index: 0, name: "fresh.bin", sizeBytes: 3, whirlpool } as OutgoingFile;
  return { asked, find: () => findStored(context, [sent], 7, undefined) };
}

for (const [clock, offsetMs, questions] of [
  ["right", 0, 2],
  ["an hour ahead", 3_600_000, 2],
  ["a month ahead", 30 * DAY_MS, 3],
  ["a month back", -30 * DAY_MS, 2],
] as const) {
  it(`finds a new file in a full listing from a clock that is ${clock}`, async () => {
    mock.timers.enable({ apis: ["Date"], now: serverNow.getTime() + offsetMs });
    try {
      const folder = crowdedFolder();
      const { found, missing } = await folder.find();
      assert.deepEqual(
        found.map(({ file }) => file.url),
        [fresh.url],
      );
      assert.deepEqual(missing, []);
      assert.equal(folder.asked.length, questions);
    } finally {
      mock.timers.reset();
    }
  });
}
