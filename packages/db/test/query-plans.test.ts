import { may } from "@consigne/core/testing";
import type { Repositories } from "@consigne/core";
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createRepositories } from "../src/repositories/create-repositories.ts";
import { migrateSqlite } from "../src/index.ts";
import { SqliteConnection } from "../src/sqlite/sqlite-connection.ts";
import { SqliteRowSource } from "../src/sqlite/sqlite-row-source.ts";
import { makeFolder } from "./_folder.ts";
import type { TemporaryFolder } from "./_folder.ts";

/** Records the statements it runs, so that a test can ask SQLite for their plans. */
class ListeningConnection extends SqliteConnection {
  readonly heard: string[] = [];

  override execute<R>(sql: string, parameters: readonly unknown[] = []) {
    this.heard.push(sql);
    return super.execute<R>(sql, parameters);
  }
}

const time = new Date();
const position = { createdAt: time, id: "f" };
const surplus = [
  { accountId: "a" },
  { accountId: "a", ownerId: "b" },
  { accountId: undefined, address: "operator" },
  { accountId: undefined },
].map((kind, index) => ({
  id: `r${index}`,
  at: time,
  apiKeyId: undefined,
  address: "192.0.2.7",
  action: "file.move",
  objectId: "f",
  details: {},
  ...kind,
}));
const filter = { createdAfter: time, createdBefore: time, limit: 10 };

const times = { now: time, latestLease: time, latestRetry: time };
const page = { skip: 0, limit: 10, isDescending: false, condition: undefined };
const some = { ...page, condition: { namePart: "n" } };

/** Every read and removal on a growing table, and the index each must use. */
const expectations: Record<string, [call: (rows: Repositories) => Promise<unknown>, ...plan: RegExp[]]> = {
  "key by hash": [
    (rows) => rows.apiKeys.findWithAccountByHash("h"),
    /api_keys USING INDEX .*\(hash=/,
    /accounts USING/,
    /folders USING .*folders_root/,
  ],
  "account by e-mail": [(rows) => rows.accounts.findByEmail("e"), /accounts USING INDEX .*\(email_key=/],
  "page of accounts": [
    (rows) => rows.accounts.list({ after: { createdAt: time, id: "a" }, limit: 10 }),
    /accounts USING INDEX accounts_created \(\(created_at,id\)>\(\?,\?\)\)/,
  ],
  "open additional links of an account": [
    (rows) => rows.links.listFurtherOpen("a", { now: time, limit: 10 }),
    /links USING INDEX links_owner \(owner_id=/,
  ],
  "links of an account to disable": [
    (rows) => rows.links.switchOffFurther(may("a")),
    /links USING (COVERING )?INDEX links_owner \(owner_id=/,
  ],
  "unused files of guests": [
    (rows) => rows.files.listUnusedOfGuests(time, 10),
    /files USING INDEX files_of_guests \(guest_used_at/,
  ],
  "all files of guests": [(rows) => rows.files.getUsageOfGuests(), /files USING INDEX files_of_guests/],
  "page of a trash": [
    (rows) => rows.trash.list("a", { beforeId: 9, limit: 10 }),
    /trash_entries USING INDEX trash_entries_account \(account_id=\? AND id</,
  ],
  "open entry of a folder": [
    (rows) => rows.trash.findOpen("a", "7"),
    /trash_entries USING INDEX trash_entries_open \(account_id=\? AND target_id=/,
  ],
  "trash entries that make room": [
    (rows) => rows.trash.listOldest("a", 10, 7),
    /trash_entries USING INDEX trash_entries_account \(account_id=/,
  ],
  "versions of a file": [
    (rows) => rows.versions.listByFile("f", 10),
    /file_versions USING INDEX file_versions_file \(file_id=/,
  ],
  "version of a file with a content": [
    (rows) => rows.versions.findByContent("f", "b"),
    /file_versions USING INDEX file_versions_(file|blob) /,
  ],
  "numbers of versions": [
    (rows) => rows.versions.countByFiles(["f", "g"]),
    /file_versions USING (COVERING )?INDEX file_versions_file \(file_id=/,
  ],
  "oldest versions of an account": [
    (rows) => rows.versions.listOldest("a", 10),
    /file_versions USING INDEX file_versions_account \(account_id=/,
  ],
  "versions that are due": [
    (rows) => rows.versions.endDue(time, 10),
    /file_versions USING (COVERING )?INDEX file_versions_end \(ends_at</,
  ],
  "versions of removed files": [
    (rows) => rows.versions.endByFiles([may("f"), may("g")]),
    /file_versions USING (COVERING )?INDEX file_versions_file \(file_id=/,
  ],
  "ended versions": [(rows) => rows.versions.sweep(10), /file_versions USING (COVERING )?INDEX file_versions_ended/],
  "entries of the trash that are due": [
    (rows) => rows.trash.endDue(time, 10),
    /trash_entries USING (COVERING )?INDEX trash_entries_end \(ends_at</,
  ],
  "ended entries of the trash": [
    (rows) => rows.trash.sweep(10),
    /trash_entries USING (COVERING )?INDEX trash_entries_ended/,
  ],
  "folders in an entry of the trash": [
    (rows) => rows.trash.listFolders(1, 10),
    /trash_folders USING INDEX trash_folders_entry \(entry_id=/,
  ],
  "files in an entry of the trash": [
    (rows) => rows.trash.listFiles(1, 10),
    /trash_files USING INDEX trash_files_entry \(entry_id=/,
  ],
  "block of a content": [
    (rows) => rows.contentBlocks.findByIdentity({ whirlpool: "w", sizeBytes: 1 }),
    /content_blocks USING INDEX content_blocks_identity/,
  ],
  "page of blocks": [
    (rows) => rows.contentBlocks.list({ id: "b", blockedAt: time }, 10),
    /content_blocks USING INDEX content_blocks_age \(\(blocked_at,id\)<\(\?,\?\)\)/,
  ],
  "notes of a topic": [(rows) => rows.notes.listLast("day", 10), /notes USING INDEX .*\(topic=\?\)/],
  "notes up to a name": [(rows) => rows.notes.listLast("day", 10, "2026-11-29"), /notes USING INDEX .*name<\?\)/],
  "surplus notes": [(rows) => rows.notes.removeAllBut("day", 10), /notes USING .*INDEX .*\(topic=\?/],
  "keys of an account": [(rows) => rows.apiKeys.listByAccount("a", { limit: 10 }), /api_keys_account/],
  "later page of keys": [
    (rows) => rows.apiKeys.listByAccount("a", { after: position, limit: 10 }),
    /api_keys_account \(account_id=\? AND \(created_at,id\)>\(\?,\?\)\)/,
  ],
  "working keys of an account": [(rows) => rows.apiKeys.countWorking("a"), /api_keys_account/],
  "surplus keys of an account": [(rows) => rows.apiKeys.removeEndedBut("a", 1), /api_keys_account/],
  "session by hash": [
    (rows) => rows.sessions.findWithAccountByHash("h"),
    /sessions USING INDEX .*\(hash=/,
    /accounts USING/,
    /folders USING .*folders_root/,
  ],
  "sessions of an account": [(rows) => rows.sessions.listByAccount("a", 10), /sessions_account \(account_id=\?\)/],
  "removal of the sessions of an account": [
    (rows) => rows.sessions.removeByAccount(may("a"), { ending: { as: "replaced", at: time }, but: "s" }),
    /sessions_account/,
  ],
  "the latest sessions of an account": [
    (rows) => rows.sessions.removeAllButLatest(may("a"), 10, time),
    /sessions USING COVERING INDEX sessions_account \(account_id=\?\)/,
  ],
  "end of a session": [(rows) => rows.sessions.findEndedByHash("h"), /ended_sessions USING INDEX .*\(hash=/],
  "ends of sessions long ago": [
    (rows) => rows.sessions.forgetEndedBefore(time),
    /ended_sessions USING COVERING INDEX ended_sessions_end \(ended_at<\?\)/,
  ],
  "ends of the sessions of an account": [
    (rows) => rows.sessions.forgetByAccount(may("a")),
    /ended_sessions USING .*INDEX ended_sessions_account \(account_id=\?\)/,
  ],
  "sessions over": [
    (rows) => rows.sessions.removeExpired({ now: time, latest: time }),
    /sessions USING COVERING INDEX sessions_end \(ends_at<\?\)/,
    /sessions USING COVERING INDEX sessions_end \(ends_at>\?\)/,
  ],
  "accounts to be removed": [
    (rows) => rows.accounts.listDue(time, 1),
    /accounts USING INDEX accounts_due \(removes_at<\?\)/,
  ],
  "invitation by hash": [(rows) => rows.invitations.findByHash("h"), /invitations USING INDEX .*\(hash=/],
  "open invitation of an address": [
    (rows) => rows.invitations.findOpenByEmail("a"),
    /invitations USING INDEX invitations_open \(email_key=\?\)/,
  ],
  "open invitations": [
    (rows) => rows.invitations.countOpen(),
    /invitations USING (COVERING )?INDEX invitations_open \(email_key>\?\)/,
  ],
  "later page of invitations": [
    (rows) => rows.invitations.list({ after: { createdAt: time, id: "i" }, limit: 10 }),
    /invitations USING INDEX invitations_created \(\(created_at,id\)<\(\?,\?\)\)/,
  ],
  "invitations over": [
    (rows) => rows.invitations.removeEndingBefore(time),
    /invitations USING COVERING INDEX invitations_end \(ends_at<\?\)/,
  ],
  "people a folder is shared with": [
    (rows) => rows.folderShares.listOfFolder(1),
    /folder_shares USING INDEX .*\(folder_id=\?\)/,
  ],
  "what an account shares": [
    (rows) => rows.folderShares.countOfOwner("a"),
    /folder_shares USING COVERING INDEX folder_shares_owner \(owner_id=\?\)/,
  ],
  "whether an owner shares anything with an account": [
    (rows) => rows.folderShares.isAnyReceived("a", "b"),
    /folder_shares USING COVERING INDEX folder_shares_received \(account_id=\? AND owner_id=\?\)/,
  ],
  "those a changed folder is shared with": [
    (rows) => rows.changes.note("a", { topic: "folder", id: 1 }),
    /folder_shares USING COVERING INDEX folder_shares_owner \(owner_id=\?\)/,
  ],
  "grants of some folders": [(rows) => rows.folderShares.listGrants("a", [1, 2]), /folder_shares USING INDEX .*\(/],
  "mailed token by hash": [(rows) => rows.mailedTokens.findByHash("h"), /mailed_tokens USING INDEX .*\(hash=/],
  "mailed tokens of the last hour": [
    (rows) => rows.mailedTokens.countSince("a", "password-reset", time),
    /mailed_tokens USING COVERING INDEX mailed_tokens_account \(account_id=\? AND purpose=\? AND created_at>\?\)/,
  ],
  "usable mailed tokens of an account": [
    (rows) => rows.mailedTokens.endByAccount("a", "spent", time),
    /mailed_tokens USING INDEX mailed_tokens_usable \(account_id=\?\)/,
  ],
  "removal of the mailed tokens of an account": [
    (rows) => rows.mailedTokens.removeByAccount("a"),
    /mailed_tokens USING (COVERING )?INDEX mailed_tokens_account \(account_id=\?\)/,
  ],
  "mailed tokens over": [
    (rows) => rows.mailedTokens.removeEndingBefore(time),
    /mailed_tokens USING COVERING INDEX mailed_tokens_end \(ends_at<\?\)/,
  ],
  "file by id": [(rows) => rows.files.findById("f"), /files USING INDEX .*\(id=/, /blobs USING INDEX .*\(key=/],
  "files by ids": [(rows) => rows.files.findByIds(["f", "g"]), /files USING INDEX .*\(id=/],
  "files changed together": [
    (rows) => rows.files.updateMany(["f", "g"].map((id) => ({ id: may(id), changes: { folderId: may(1) } }))),
    /files USING INDEX .*\(id=/,
    /files USING (COVERING )?INDEX .*\(id=/,
  ],
  "files removed together": [
    (rows) => rows.files.removeMany([may("f"), may("g")]),
    /files USING COVERING INDEX .*\(id=/,
  ],
  "folders by ids": [(rows) => rows.folders.findByIds([1, 2]), /folders USING INTEGER PRIMARY KEY/],
  "empty folders": [
    (rows) => rows.folders.removeEmpty([may(1), may(2)]),
    /folders USING INTEGER PRIMARY KEY/,
    /files USING COVERING INDEX files_\w+ \(folder_id=\?\)/,
  ],
  "keys by ids": [(rows) => rows.apiKeys.findByIds(["k", "l"]), /api_keys USING INDEX .*\(id=/],
  "accounts by ids": [(rows) => rows.accounts.findByIds(["a", "b"]), /accounts USING INDEX .*\(id=/],
  "contents in use": [
    (rows) => rows.blobs.listReferenced(["k", "l"]),
    /blobs USING (COVERING )?INDEX .*\(key=/,
    /files_blob \(blob_key=/,
  ],
  "damaged contents": [(rows) => rows.blobs.countDamaged(9), /blobs_damaged/],
  "bytes of contents replaced": [
    (rows) => rows.blobs.replaceKeys(["k", "l"].map((id) => ({ id, key: `new ${id}` }))),
    /blobs USING COVERING INDEX .*\(key=/,
  ],
  "files of a folder": [
    (rows) => rows.files.listByFolder(1, filter),
    /files_folder \(folder_id=\? AND created_at>\? AND created_at<\?\)/,
  ],
  "files of an account": [
    (rows) => rows.files.listByAccount("a", filter),
    /files_account \(account_id=\? AND created_at>\? AND created_at<\?\)/,
  ],
  "later page of a folder": [
    (rows) => rows.files.listByFolder(1, { newestFirst: true, after: position, limit: 10 }),
    /files_folder \(folder_id=\? AND \(created_at,id\)<\(\?,\?\)\)/,
  ],
  "later page of an account": [
    (rows) => rows.files.listByAccount("a", { after: position, limit: 10 }),
    /files_account \(account_id=\? AND \(created_at,id\)>\(\?,\?\)\)/,
  ],
  "positions in a folder": [
    (rows) => rows.files.listPositions({ folderId: 1 }, { ...filter, newestFirst: true, after: position }),
    /COVERING INDEX files_folder/,
  ],
  "files by name": [(rows) => rows.files.listByName(1, "n", 9), /files_name \(folder_id=\? AND name=\?\)/],
  "file by name and content": [
    (rows) => rows.files.findByContent(1, "n", { whirlpool: "w", sizeBytes: 1 }),
    /files_name \(folder_id=\? AND name=\?\)/,
  ],
  "file by name": [(rows) => rows.files.findByName(1, "n"), /files_name \(folder_id=\? AND name=\?\)/],
  "files in order of names": [
    (rows) => rows.entries.listFiles(1, { ...page, sort: "name" }),
    /files USING COVERING INDEX files_by_name \(folder_id=\?\)/,
  ],
  "files in order of names, after one": [
    (rows) => rows.entries.listFiles(1, { ...page, sort: "name", after: { key: "n", id: "f" } }),
    /files USING COVERING INDEX files_by_name \(folder_id=\? AND \(sort_name,id\)>\(\?,\?\)\)/,
  ],
  "files in order of sizes": [
    (rows) => rows.entries.listFiles(1, { ...page, sort: "size", isDescending: true }),
    /files USING COVERING INDEX files_by_size \(folder_id=\?\)/,
  ],
  "files in order of dates": [
    (rows) => rows.entries.listFiles(1, { ...page, sort: "date", after: { key: 1, id: "f" } }),
    /files USING COVERING INDEX files_folder \(folder_id=\? AND \(created_at,id\)>\(\?,\?\)\)/,
  ],
  "files in order of downloads": [
    (rows) => rows.entries.listFiles(1, { ...page, sort: "downloads" }),
    /files USING COVERING INDEX files_by_downloads \(folder_id=\?\)/,
  ],
  "some files in order of names": [
    (rows) => rows.entries.listFiles(1, { ...some, sort: "name" }),
    /files USING COVERING INDEX files_by_name \(folder_id=\?\)/,
  ],
  "folders in order of names": [
    (rows) => rows.entries.listFolders(1, { ...some, sort: "name", after: { key: "n", id: 1 } }),
    /folders USING COVERING INDEX folders_by_name \(parent_id=\?/,
  ],
  "folders in order of dates": [
    (rows) => rows.entries.listFolders(1, { ...page, sort: "date" }),
    /folders USING COVERING INDEX folders_by_date \(parent_id=\?\)/,
  ],
  "files of an account by names": [
    (rows) => rows.entries.searchFiles("a", { parts: ["n"], after: { key: "n", id: "f" } }),
    /files USING COVERING INDEX files_of_account_by_name \(account_id=\? AND \(sort_name,id\)>\(\?,\?\)\)/,
  ],
  "folders of an account by names": [
    (rows) => rows.entries.searchFolders("a", { parts: ["n"], after: undefined }),
    /folders USING COVERING INDEX folders_of_account_by_name \(account_id=\?\)/,
  ],
  "usage of an account": [(rows) => rows.files.getUsage("a"), /accounts USING INDEX .*\(id=/],
  // No other case asks for this folder. Later reads are answered from the cache and run no statement.
  "counters of a folder": [(rows) => rows.folders.getCounters(2), /folders USING INTEGER PRIMARY KEY/],
  "count for each account": [
    (rows) => rows.counters.compareAccounts("a", 10),
    /accounts USING INDEX .*\(id>/,
    /files USING COVERING INDEX files_\w+ \(account_id=\?\)/,
    /folders USING COVERING INDEX folders_\w+ \(account_id=\?\)/,
  ],
  "files and folders of an account": [(rows) => rows.accounts.countEntries("a"), /accounts USING INDEX .*\(id=/],
  "count for each folder": [
    (rows) => rows.counters.compareFolders(1, 10),
    /folders USING INTEGER PRIMARY KEY/,
    /files USING COVERING INDEX files_\w+ \(folder_id=\?\)/,
    /child USING COVERING INDEX folders_levels \(parent_id=\?\)/,
  ],
  "folder by name": [(rows) => rows.folders.findChild(1, "n"), /\(parent_id=\? AND name=\?\)/],
  "children of a folder": [
    (rows) => rows.folders.listChildren(1, { afterName: "a", limit: 10 }),
    /\(parent_id=\? AND name>\?\)/,
  ],
  "folders of an account": [
    (rows) => rows.folders.listByAccount("a", { after: { levelsBelow: 1, id: 1 }, limit: 10 }),
    /folders_account \(account_id=\? AND levels_below=\? AND id>\?\)/,
    /folders_account \(account_id=\? AND levels_below>\?\)/,
  ],
  "shared folders of an account": [
    (rows) => rows.folders.listShared("a", { after: 1, limit: 10 }),
    /folders_shared \(account_id=\? AND id>\?\)/,
  ],
  "end of all shares of an account": [(rows) => rows.folders.endShares(may("a")), /folders_shared \(account_id=\?\)/],
  "removal of an account": [(rows) => rows.accounts.remove(may("a")), /folders USING INDEX folders_root/],
  "removal of all keys of an account": [(rows) => rows.apiKeys.removeByAccount(may("a")), /api_keys_account/],
  "folder by share": [(rows) => rows.folders.findByPublicShareId("s"), /\(public_share_id=\?\)/],
  "removal of a folder": [
    (rows) => rows.folders.remove(may(1)),
    /folders USING INTEGER PRIMARY KEY/,
    /files USING COVERING INDEX/,
    /child USING COVERING INDEX/,
  ],
  "blob by identity": [
    (rows) => rows.blobs.findByIdentities([{ whirlpool: "w", sizeBytes: 1 }]),
    /blobs_identity|\(whirlpool=\?\)/,
  ],
  "blob by its bytes": [(rows) => rows.blobs.findByKeys(["k", "l"]), /blobs_bytes \(bytes_key=\?\)/],
  "discarded bytes": [(rows) => rows.discardedBytes.list("k", 10), /discarded_bytes .*\(key>\?\)/],
  "unreferenced blobs": [
    (rows) => rows.blobs.removeUnreferenced(["k", "l"]),
    /\(key=\?\)/,
    /files_blob \(blob_key=\?\)/,
  ],
  "page of blobs": [(rows) => rows.blobs.listPage("k", 10), /blobs USING INDEX .*\(key>\?\)/],
  "files of a blob": [(rows) => rows.blobs.listFileIds("k", 10), /COVERING INDEX files_blob \(blob_key=\?\)/],
  "upload by id": [(rows) => rows.uploads.findById("u"), /\(id=\?\)/],
  "reports of an account": [
    (rows) => rows.uploads.removeOldestReports({ accountId: "a" }, { count: 0, bytes: 0 }),
    /USING COVERING INDEX uploads_account \(account_id=\?/,
  ],
  "reports of a network": [
    (rows) => rows.uploads.removeOldestReports({ network: "n" }, { count: 0, bytes: 0 }),
    /USING COVERING INDEX uploads_network \(network=\?/,
  ],
  "reports of all guests": [
    (rows) => rows.uploads.removeOldestReports("all guests", { count: 0, bytes: 0 }),
    /USING COVERING INDEX uploads_account \(account_id=\?/,
  ],
  "expired uploads": [(rows) => rows.uploads.removeExpired(time, time), /uploads_expiry/],
  "download token": [(rows) => rows.downloadTokens.findByHash("h"), /\(hash=\?\)/],
  "start of a download token": [(rows) => rows.downloadTokens.start("h", time, "a"), /\(hash=\?\)/],
  link: [(rows) => rows.links.findById("l"), /\(id=\?\)/],
  "links of a file": [(rows) => rows.links.listOf({ fileId: may("f") }), /links_file/],
  "links of a folder": [(rows) => rows.links.listOf({ folderId: may(1) }), /links_folder/],
  "tokens of a link": [(rows) => rows.downloadTokens.removeByLinks(["l"]), /download_tokens_link/],
  "downloads of files": [(rows) => rows.files.noteDownloads(["f"]), /\(id=\?\)/],
  "tokens of a file": [(rows) => rows.downloadTokens.removeByFiles([may("f")]), /download_tokens_file/],
  "tokens of a moved link": [(rows) => rows.downloadTokens.moveWithOwnLink(may("f"), may("g")), /download_tokens_file/],
  "tokens of a key": [(rows) => rows.downloadTokens.removeByApiKeys([may("k")]), /download_tokens_key/],
  "download tokens of sessions": [
    (rows) => rows.downloadTokens.removeOfSessions("a", { but: "s" }),
    /download_tokens USING INDEX download_tokens_keyless \(account_id=\?\)/,
  ],
  "tokens of an account's password": [
    (rows) => rows.downloadTokens.removeKeylessByAccount(may("a")),
    /download_tokens_keyless/,
  ],
  "expired tokens to end": [
    (rows) => rows.downloadTokens.endExpired({ now: time, unstarted: time }),
    /download_tokens_expiry/,
  ],
  "expired tokens": [
    (rows) => rows.downloadTokens.removeExpired({ now: time, unstarted: time, latest: time }),
    /download_tokens_expiry/,
  ],
  "expired links": [(rows) => rows.links.endExpired(time), /links_to_end \(ends_at<\?\)/],
  "one expired link": [(rows) => rows.links.endExpired(time, "l"), /links USING INDEX .*\(id=/],
  "expired keys": [(rows) => rows.apiKeys.endExpired(time), /api_keys_to_end \(expires_at<\?\)/],
  "one expired key": [(rows) => rows.apiKeys.endExpired(time, "k"), /api_keys USING INDEX .*\(id=/],
  "active locks": [(rows) => rows.floodLocks.listActive(time, undefined, 10), /flood_locks_end/],
  "active locks after one": [
    (rows) => rows.floodLocks.listActive(time, { lockedUntil: time, id: "l" }, 10),
    /flood_locks_end/,
  ],
  "the last of the active locks": [(rows) => rows.floodLocks.findLast(time), /flood_locks_end \(locked_until>\?\)/],
  "recent locks": [
    (rows) => rows.floodLocks.listRecent("ip", "s", time),
    /flood_locks_subject \(kind=\? AND subject=\? AND locked_at>\?\)/,
  ],
  "ended locks": [
    (rows) => rows.floodLocks.removeEndedBefore(time),
    /flood_locks_end \(locked_until<\?\)/,
    /flood_locks_released \(released_at<\?\)/,
  ],
  "latest audit records": [(rows) => rows.audit.list({ limit: 10 }), /audit_records_time/],
  "later page of audit records": [
    (rows) => rows.audit.list({ accountId: "a", after: { at: time, id: "r" }, limit: 10 }),
    /audit_records_account \(account_id=\? AND at<\?\)/,
    /audit_records_time \(at=\?\)/,
  ],
  "audit records of an account": [(rows) => rows.audit.list({ accountId: "a", limit: 10 }), /audit_records_account/],
  "audit records of an object": [(rows) => rows.audit.list({ objectId: "o", limit: 10 }), /audit_records_object/],
  "activity of an account": [
    (rows) => rows.audit.listOfAccount("a", { after: { at: time, id: "r" }, limit: 10 }),
    /audit_records_account \(account_id=\? AND at<\?\)/,
    /audit_records_owner \(owner_id=\? AND at<\?\)/,
    /audit_records_object \(object_id=\? AND at<\?\)/,
    /audit_records_time \(at=\?\)/,
  ],
  "old audit records": [(rows) => rows.audit.removeBefore(time), /audit_records_time/],
  "surplus audit records": [
    async (rows) => {
      await rows.audit.append(surplus);
      await rows.audit.removeAllBut(0);
    },
    /COVERING INDEX audit_records_without_account \(account_id=\? AND <expr>=\?\)/,
    /COVERING INDEX audit_records_without_account \(account_id=\? AND <expr>=\? AND at<\?\)/,
    /COVERING INDEX audit_records_account \(account_id>\?\)/,
    /COVERING INDEX audit_records_account \(account_id=\?\)/,
    /COVERING INDEX audit_records_account \(account_id=\? AND at<\?\)/,
    /COVERING INDEX audit_records_owner \(owner_id>\?\)/,
    /COVERING INDEX audit_records_owner \(owner_id=\?\)/,
    /COVERING INDEX audit_records_owner \(owner_id=\? AND at<\?\)/,
  ],
};

describe("query plans", () => {
  let folder: TemporaryFolder;
  let connection: ListeningConnection;
  let rows: Repositories;

  before(async () => {
    folder = await makeFolder();
    await migrateSqlite(folder.file);
    connection = new ListeningConnection({ path: folder.file, busyTimeoutMs: 1000 });
    rows = createRepositories(new SqliteRowSource(connection, connection));
  });

  after(async () => {
    connection.close();
    await folder[Symbol.asyncDispose]();
  });

  async function planOf(call: (rows: Repositories) => Promise<unknown>): Promise<string[]> {
    connection.heard.length = 0;
    await call(rows);
    const statements = connection.heard.filter((sql) => /^\s*(select|delete|update|with)/.test(sql));
    const plans = [];
    for (const statement of statements) {
      const { rows: steps } = await connection.execute<{ detail: string }>(`explain query plan ${statement}`);
      plans.push(...steps.map(({ detail }) => detail));
    }
    return plans;
  }

  for (const [name, [call, ...wanted]] of Object.entries(expectations)) {
    test(`use an index and no sorting for: ${name}`, async () => {
      const plan = await planOf(call);
      const whole = plan.join("\n");
      for (const step of wanted) assert.match(whole, step);
      assert.doesNotMatch(whole, /USE TEMP B-TREE/);
      const scans = plan.filter(
        (detail) => /^SCAN (?!.*USING )/.test(detail) && !/^SCAN (CONSTANT ROW|\d+ CONSTANT ROWS|given)/.test(detail),
      );
      assert.deepEqual(scans, []);
    });
  }

  test("find each account and lane's first waiting job without reading those after it", async () => {
    const bounds = { kinds: ["sample"], mostPerAccount: 1, mostPerLane: 1 };
    const calls: ((repositories: Repositories) => Promise<unknown>)[] = [
      ({ jobs }) => jobs.claim({ ...bounds, now: time, claimId: "c", worker: "w", leaseEndsAt: time }),
      ({ jobs }) => jobs.canClaim({ ...bounds, newcomersTo: "host a" }),
    ];
    for (const call of calls) {
      const plan = await planOf(call);
      const whole = plan.join("\n");
      assert.match(whole, /SEARCH waiting USING (COVERING )?INDEX jobs_waiting \(kind=\?\)/);
      assert.match(whole, /SEARCH waiting USING (COVERING )?INDEX jobs_waiting \(kind=\? AND <expr>>\?\)/);
      const others = plan.filter((step) => / jobs /.test(step) && !/INDEX (jobs_running|sqlite_)/.test(step));
      assert.deepEqual(others, []);
    }
  });

  test("find jobs of some kinds without reading all others", async () => {
    const whole = (await planOf(({ jobs }) => jobs.hasWork(times, ["sample"]))).join("\n");
    assert.match(whole, /jobs USING (COVERING )?INDEX jobs_waiting \(kind=\?\)/);
  });

  test("walk up a folder's ancestors by primary key", async () => {
    const whole = (await planOf((repositories) => repositories.folders.listAncestry(1))).join("\n");
    assert.match(whole, /RECURSIVE STEP/);
    assert.doesNotMatch(whole, /SCAN folders/);
    assert.equal(whole.match(/folders USING INTEGER PRIMARY KEY/g)?.length, 3);
  });
});
