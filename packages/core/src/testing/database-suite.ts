import { describe } from "node:test";
import { accountTests } from "./database-suite-accounts.ts";
import { apiKeyTests } from "./database-suite-keys.ts";
import { blobTests } from "./database-suite-blobs.ts";
import { contentBlockTests } from "./database-suite-content-blocks.ts";
import { changeTests } from "./database-suite-changes.ts";
import { counterTests } from "./database-suite-counters.ts";
import { downloadTokenTests } from "./database-suite-downloads.ts";
import { fileBatchTests } from "./database-suite-file-batches.ts";
import { fileTests } from "./database-suite-files.ts";
import { folderTests } from "./database-suite-folders.ts";
import { jobTests } from "./database-suite-jobs.ts";
import { auditTests, floodLockTests } from "./database-suite-records.ts";
import type { OpenDatabase } from "./database-suite-samples.ts";
import { entryTests } from "./database-suite-entries.ts";
import { serializableTests } from "./database-suite-serializable.ts";
import { mailedTokenTests } from "./database-suite-mailed-tokens.ts";
import { importRetryTests } from "./database-suite-import-retries.ts";
import { importTests } from "./database-suite-imports.ts";
import { remoteUploadTests } from "./database-suite-remote-uploads.ts";
import { noteTests } from "./database-suite-notes.ts";
import { sessionTests } from "./database-suite-sessions.ts";
import { transactionTests } from "./database-suite-transactions.ts";
import { turnTests } from "./database-suite-turns.ts";
import { trashTests } from "./database-suite-trash.ts";
import { versionTests } from "./database-suite-versions.ts";
import { uploadTests } from "./database-suite-uploads.ts";

/** Registers the tests every `Database` must pass. `open` is called once a test and must give an empty one. */
export function databaseSuite(name: string, open: OpenDatabase): void {
  describe(name, () => {
    describe("accounts", () => accountTests(open));
    describe("API keys", () => apiKeyTests(open));
    describe("sessions", () => sessionTests(open));
    describe("mailed tokens", () => mailedTokenTests(open));
    describe("folders", () => folderTests(open));
    describe("files", () => fileTests(open));
    describe("entries", () => entryTests(open));
    describe("trash", () => trashTests(open));
    describe("versions", () => versionTests(open));
    describe("many files", () => fileBatchTests(open));
    describe("blobs", () => blobTests(open));
    describe("content blocks", () => contentBlockTests(open));
    describe("counters", () => counterTests(open));
    describe("uploads", () => uploadTests(open));
    describe("download tokens", () => downloadTokenTests(open));
    describe("flood locks", () => floodLockTests(open));
    describe("audit", () => auditTests(open));
    describe("jobs", () => jobTests(open));
    describe("remote uploads", () => remoteUploadTests(open));
    describe("notes", () => noteTests(open));
    describe("imports", () => importTests(open));
    describe("changes", () => changeTests(open));
    describe("imports begun anew", () => importRetryTests(open));
    describe("turns of the event loop", () => turnTests(open));
    describe("transactions", () => transactionTests(open));
    describe("transactions at the same time", () => serializableTests(open));
  });
}
