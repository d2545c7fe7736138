import { type FileDescription, type FolderListing, isPlaceAddress } from "@consigne/sdk";
import { openClient } from "../client/open-client.ts";
import { formatBytes } from "../command-line/amounts.ts";
import { defineCommand, jsonOption } from "../command-line/command.ts";
import { optionalSecret, passwordOption } from "../command-line/password-option.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { findTarget, readTarget } from "../remote/remote-files.ts";

export const statCommand = defineCommand({
  name: "stat",
  description: "Show everything the server says about a file, a folder or a link.",
  arguments: [
    { label: "path", description: "file or folder, such as `:/photos/cat.jpg`, or a link", completes: "remote" },
  ],
  options: [
    passwordOption,
    ...connectionOptions,
    jsonOption(
      "kind",
      "path",
      "name",
      "id",
      "createdAt",
      "uploadedAt",
      "sizeBytes",
      "url",
      "whirlpool",
      "contentType",
      "description",
      "hasPassword",
      "isDamaged",
      "isBlocked",
      "isInline",
      "allowsPlainHttp",
      "usesCdn",
      "access",
      "fileCount",
      "folderCount",
      "publicUrl",
      "shares",
    ),
  ],
  examples: [
    { line: "consigne stat --json :/photos/cat.jpg | jq -r .whirlpool", purpose: "print the checksum of a file" },
  ],
  async handler(call) {
    const target = readTarget(call.arguments[0] ?? "");
    const password = await optionalSecret(call);
    using open = await openClient(call, { profile: target.path?.profile });
    const found = await findTarget(open, target, { password });
    const facts =
      found.kind === "folder"
        ? folderFacts(found.listing, found.text)
        : fileFacts(await open.client.files.info(found.file.url, { password, signal: open.signal }), found.text);
    if (call.options.json) return call.output.print(JSON.stringify(facts));
    for (const [name, value] of Object.entries(facts)) {
      if (value === undefined || value === false) continue;
      call.output.print(`${name.padEnd(16)} ${visible(factText(name, value))}`);
    }
  },
});

function fileFacts(file: FileDescription, path: string) {
  const url = file.url === "" || isPlaceAddress(file.url) ? undefined : file.url;
  const { name, sizeBytes, uploadedAt, whirlpool, contentType, hasPassword, isInline, access, description } = file;
  return {
    kind: "file",
    path,
    name,
    sizeBytes,
    url,
    uploadedAt,
    whirlpool,
    contentType,
    description,
    hasPassword,
    isDamaged: file.isDamaged,
    isBlocked: file.isBlocked,
    isInline,
    allowsPlainHttp: file.allowsPlainHttp,
    usesCdn: file.usesCdn,
    access,
  };
}

function folderFacts(folder: FolderListing, path: string) {
  const { id, name, createdAt, fileCount, sizeBytes, folders, publicUrl, hasPassword, shares } = folder;
  return {
    kind: "folder",
    path,
    name,
    id,
    createdAt,
    fileCount,
    sizeBytes,
    folderCount: folders.length,
    publicUrl,
    hasPassword,
    shares,
  };
}

function factText(name: string, value: unknown): string {
  if (name === "sizeBytes") return `${formatBytes(Number(value))} (${Number(value)} bytes)`;
  if (value instanceof Date) return value.toISOString();
  return typeof value === "string" ? value : JSON.stringify(value);
}
