import { Type } from "../schema-builders.ts";
import { defineEndpoint } from "../endpoint.ts";
import { adminExtension as extension, FRESH, oneOf } from "./admin-parts.ts";
import * as sample from "./example-values.ts";
import * as wire from "../wire-types.ts";

const CHECK_STATES = ["idle", "waiting", "running", "stopped"] as const;

/** Within `admin/show`. Identical files are one content. */
export const storage = () =>
  Type.Object(
    {
      check_every_days: wire.count("Days from the start of one check to the start of the next; 0: only on request."),
      check_state: oneOf(
        CHECK_STATES,
        "`waiting`: a check is about to start. `running`: a check is in progress; it may pause for some minutes. " +
          "`stopped`: a check was interrupted, and only `admin/storage/check` continues it.",
      ),
      check: Type.Optional(
        Type.Object(
          {
            started_at: wire.instant("When it started."),
            checked_contents: wire.count("Contents checked so far."),
            checked_bytes: wire.sizeBytes("Their bytes."),
            total_contents: wire.count("Contents to check, as counted at its start."),
            total_bytes: wire.sizeBytes("Their bytes."),
            damaged_contents: wire.count("Contents found damaged so far, including those known before."),
          },
          { description: "The check in progress, also if it is `stopped`." },
        ),
      ),
      last_check: Type.Optional(
        Type.Object(
          {
            started_at: wire.instant("When it started."),
            ended_at: wire.instant("When it ended."),
            contents: wire.count("Contents checked."),
            bytes: wire.sizeBytes("Their bytes."),
            damaged_contents: wire.count("Contents found damaged."),
          },
          { description: "The last complete check; absent before the first one." },
        ),
      ),
      damaged_contents: wire.count(
        "Contents that are damaged now, whether a check, `fsck` or a download found them; counted up to 500.",
      ),
      blocked_contents: wire.count("Contents that an administrator has blocked; counted up to 500."),
      collection: Type.Optional(
        Type.Object(
          {
            ended_at: wire.instant("When it ended."),
            unreferenced_contents: wire.count("Contents found that belong to no file and are older than a week."),
            unreferenced_bytes: wire.sizeBytes("Their bytes."),
            removed_contents: wire.count("Contents removed."),
            removed_bytes: wire.sizeBytes("Their bytes."),
            is_stopped: wire.flag(
              "1: nothing was removed, because so much belongs to no file that this may be the wrong database.",
            ),
          },
          {
            description: "The last daily removal of stored data that belongs to no file; absent before the first one.",
          },
        ),
      ),
    },
    {
      description:
        "The storage, and the check that compares all stored data with its checksums. Identical files are one content.",
    },
  );

export const sampleStorage = {
  check_every_days: 30,
  check_state: "running",
  check: {
    started_at: "2026-01-31T08:00:00Z",
    checked_contents: 4,
    checked_bytes: 4_000,
    total_contents: 12,
    total_bytes: 12_345,
    damaged_contents: 0,
  },
  last_check: {
    started_at: "2026-01-01T08:00:00Z",
    ended_at: "2026-01-25T10:00:00Z",
    contents: 10,
    bytes: 10_000,
    damaged_contents: 0,
  },
  damaged_contents: 0,
  blocked_contents: 0,
  collection: {
    ended_at: "2026-01-31T03:00:00Z",
    unreferenced_contents: 1,
    unreferenced_bytes: 345,
    removed_contents: 1,
    removed_bytes: 345,
    is_stopped: 0,
  },
} as const;

const adminStorageCheck = defineEndpoint({
  ...extension("storage.check", "write"),
  summary: "Check the storage now",
  description:
    "Starts a check of all stored data, or continues one that was interrupted, also if regular checks are switched " +
    "off. It reads no faster than a regular check, so it may take days; `admin/show` reports its progress. " +
    `Does nothing while a check is in progress. ${FRESH}`,
  request: Type.Object({ pretty: wire.pretty }),
  response: Type.Object({
    status: wire.ok(),
    is_started: wire.flag("1: started or continued; 0: a check was already in progress, or about to start."),
  }),
  errors: ["recentPasswordRequired"],
  example: { request: {}, response: { ...sample.ok, is_started: 1 } },
});

export const storageCheckEndpoints = { adminStorageCheck };
