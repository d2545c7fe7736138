import { ArgumentError, type DomainError, isDomainError } from "../errors.ts";
import {
  type AdmittedFile,
  admitToManageFile,
  admitToRemoveFile,
  type FileAccessRows,
  requireSound,
} from "../files/file-access.ts";
import { fileRecords } from "../files/file-records.ts";
import { type BriefFile, briefFile } from "../files/file.ts";
import { forManyFiles } from "../files/many-files.ts";
import { isOwnLink, MOST_LINKS } from "../links/link.ts";
import type { AccountActor } from "../policy/actor.ts";
import type { Repositories } from "../ports/database.ts";
import { MOST_VERSIONS } from "./file-version.ts";
import { versionEnd } from "./version-access.ts";

/** Replaces the bytes of one file with those of another, recently uploaded one, which is removed. */
export interface Replacement {
  readonly fileId: string;
  readonly by: string;
}

export type ReplaceOutcome =
  /** `unchanged`: both already had the same content. */
  | { readonly outcome: "done" | "unchanged"; readonly file: BriefFile }
  | { readonly outcome: "failed"; readonly error: DomainError };

interface Admitted {
  target: AdmittedFile<"file.manage">;
  source: AdmittedFile<"file.remove">;
  /** The link of the source was given out before its bytes had arrived. */
  isPromised: boolean;
  at: number;
}

/**
 * Gives files the bytes of others; each replacement succeeds or fails on its own; outcomes in the given order. Link,
 * rules, place and name stay; the previous content becomes a version. Runs in a transaction.
 */
export async function replaceSome(
  rows: Repositories,
  caller: AccountActor,
  { replacements, days, now }: { replacements: readonly Replacement[]; days: number; now: Date },
): Promise<{ outcomes: ReplaceOutcome[]; hasDiscarded: boolean }> {
  const outcomes: ReplaceOutcome[] = [];
  const admitted = await admitAll(rows, caller, { replacements, now }, outcomes);
  for (const { target, source, at } of admitted) outcomes[at] = outcomeOf(target, source);
  const changed = admitted.filter(({ target, source }) => target.file.blobId !== source.file.blobId);
  const targetIds = changed.map(({ target }) => target.id);
  const replacedByKeyId = caller.key?.id;
  if (days > 0) {
    const endsAt = versionEnd(now, days);
    await rows.versions.keepCurrent(targetIds.map((fileId) => ({ fileId, replacedAt: now, endsAt, replacedByKeyId })));
  }
  await rows.files.replaceContents(
    changed.map(({ target: { id }, source: { file } }) => {
      const { blobId, contentType, createdAt } = file;
      return { id, blobId, contentType, createdAt };
    }),
  );
  const sourceIds = admitted.map(({ source }) => source.id);
  // Before the file is removed, and its own link with it.
  for (const pair of admitted) if (pair.isPromised) await keepPromise(rows, pair);
  await rows.downloadTokens.removeByFiles(sourceIds);
  await rows.files.removeMany(sourceIds);
  await trim(rows, changed);
  const given = days > 0 ? [] : changed.map(({ target }) => target.file.blobId);
  const discarded = await rows.blobs.removeUnreferenced(given);
  await rows.discardedBytes.add(discarded, now);
  const replaced = changed.map(({ target }) => briefFile(target.file));
  const sources = new Map(changed.map(({ target, source }) => [target.file.id, source.file.id]));
  // So that the record shows which upload the bytes came from.
  const detailsOf = ({ id }: BriefFile) => ({ by: sources.get(id) ?? "" });
  await rows.audit.append(fileRecords(caller, now, "file.replace", replaced, detailsOf));
  return { outcomes, hasDiscarded: discarded.length > 0 };
}

function outcomeOf({ file }: AdmittedFile<"file.manage">, { file: by }: AdmittedFile<"file.remove">): ReplaceOutcome {
  if (file.blobId === by.blobId) return { outcome: "unchanged", file: briefFile(file) };
  const { blobId, blobKey, isDamaged, isBlocked, sizeBytes, whirlpool, contentType, createdAt } = by;
  const content = { blobId, blobKey, isDamaged, isBlocked, sizeBytes, whirlpool, contentType, createdAt };
  return { outcome: "done", file: { ...briefFile(file), ...content } };
}

/** Returns the admissible replacements. Refusals go to `outcomes`; nothing was written for them. */
async function admitAll(
  rows: Repositories,
  caller: AccountActor,
  { replacements, now }: { replacements: readonly Replacement[]; now: Date },
  outcomes: ReplaceOutcome[],
): Promise<Admitted[]> {
  const references = replacements.flatMap(({ fileId, by }) => [{ fileId }, { fileId: by }]);
  const access = forManyFiles(rows, caller, references);
  const sourceIds = replacements.map(({ by }) => by);
  const withVersions = await rows.versions.countByFiles(sourceIds);
  const promised = new Set(await rows.partUploads.findPromised(sourceIds));
  const admitted: Admitted[] = [];
  const named = new Set<string>();
  for (const [at, replacement] of replacements.entries()) {
    try {
      const pair = await admitPair(access, caller, replacement, now);
      const { fileId, by } = replacement;
      if (fileId === by || named.has(fileId) || named.has(by))
        throw new ArgumentError("replaced-twice", "A file can be named only once in a call.");
      if (withVersions.has(by))
        throw new ArgumentError(
          "replacement-has-versions",
          "The new file has older versions of its own; nothing was replaced.",
        );
      if (promised.has(by)) await requireRoomForLink(rows, fileId);
      named.add(fileId).add(by);
      admitted.push({ ...pair, at, isPromised: promised.has(by) });
    } catch (error) {
      if (!isDomainError(error)) throw error;
      outcomes[at] = { outcome: "failed", error };
    }
  }
  return admitted;
}

async function admitPair(
  access: FileAccessRows,
  caller: AccountActor,
  { fileId, by }: Replacement,
  now: Date,
): Promise<Pick<Admitted, "target" | "source">> {
  const target = await admitToManageFile(access, caller, { fileId }, now);
  const source = await admitToRemoveFile(access, caller, { reference: { fileId: by } }, now);
  requireSound(source.file);
  return { target, source };
}

async function requireRoomForLink(rows: Pick<Repositories, "links">, fileId: string): Promise<void> {
  const further = (await rows.links.listOf({ fileId })).filter((link) => !isOwnLink(link));
  if (further.length < MOST_LINKS) return;
  throw new ArgumentError(
    "replacement-has-too-many-links",
    `This file already has ${MOST_LINKS} additional links and needs one more for the link of the new file; nothing was replaced. Remove one.`,
    MOST_LINKS,
  );
}

/**
 * Somebody who got the link before the bytes had arrived can still download them with it, under the same rules and as often
 * as before. Downloads in progress continue.
 */
async function keepPromise(
  rows: Pick<Repositories, "downloadTokens" | "links">,
  { target, source }: Admitted,
): Promise<void> {
  const { id, passwordHash, accessList, createdAt } = source.file;
  await rows.links.createOrMove({
    id,
    target: { fileId: target.id },
    passwordHash,
    accessList,
    endsAt: undefined,
    maxDownloads: undefined,
    isOn: true,
    note: "",
    createdAt,
  });
  await rows.downloadTokens.moveWithOwnLink(source.id, target.id);
}

async function trim(rows: Repositories, changed: readonly Admitted[]): Promise<void> {
  const counts = await rows.versions.countByFiles(changed.map(({ target }) => target.id));
  for (const { target } of changed) {
    if ((counts.get(target.id) ?? 0) <= MOST_VERSIONS) continue;
    await rows.versions.endOfFile(target.id, { allBut: MOST_VERSIONS });
  }
}
