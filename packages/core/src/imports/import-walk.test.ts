import assert from "node:assert/strict";
import { test } from "node:test";
import { isDomainError } from "../errors.ts";
import type { Import } from "./import.ts";
import { storedReason, MOST_IMPORT_TEXT_BYTES } from "./import-texts.ts";
import { requireBounded } from "./import-walk.ts";

const nothing = { count: 0, bytes: 0 };
const tallies = {
  folders: { open: 1, done: 0, failed: 0 },
  files: { open: nothing, done: nothing, present: nothing, failed: nothing },
  collisions: 0,
  maybePresent: 0,
};
const found = (reference: string) => ({
  isFolder: false,
  parent: 0,
  reference,
  name: "é",
  folderId: 7,
  sizeBytes: 1,
  whirlpool: undefined,
  state: "open" as const,
  notBefore: new Date(0),
  messages: [],
  collides: false,
  isMaybePresent: false,
});

test("an import ends with an explanation if its file names take more than the database should hold", () => {
  const left = Buffer.byteLength("ééé");
  const textBytes = MOST_IMPORT_TEXT_BYTES - left;
  requireBounded({ tallies, textBytes }, [found("éé")]);
  assert.throws(
    () => requireBounded({ tallies, textBytes }, [found("éé"), found("")]),
    (error) =>
      isDomainError(error, "too-many-files") && /up to 128 MiB; import it in several parts/.test(error.message),
  );
});

test("an import without room for texts keeps little more than the kind of a failure", async () => {
  const reason = { code: "source-says", text: "no such file, ".repeat(20) } as const;
  const keptOf = (textBytes: number) => {
    const imports = { findById: async () => ({ textBytes }) as Import };
    return storedReason({ imports } as unknown as Parameters<typeof storedReason>[0], 3, reason);
  };
  assert.deepEqual(await keptOf(MOST_IMPORT_TEXT_BYTES - 1), [reason]);
  const [kept] = await keptOf(MOST_IMPORT_TEXT_BYTES);
  assert.equal(kept?.code, "source-says");
  assert.ok(JSON.stringify(kept).length < 70, JSON.stringify(kept));
});
