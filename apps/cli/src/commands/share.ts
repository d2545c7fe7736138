import type { FolderShare } from "@consigne/sdk";
import { rightText } from "../command-line/right-text.ts";
import { openClient } from "../client/open-client.ts";
import { defineCommand, dryRunOption, jsonOption, type CommandCall, type JsonValues } from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import { optionalSecret, passwordOption } from "../command-line/password-option.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { findFolder, readOwnTarget } from "../remote/remote-files.ts";

export const shareCommand = defineCommand({
  name: "share",
  description: "Show or change who can see a folder: its public page, and the accounts it is shared with.",
  arguments: [{ label: "path", description: "folder, such as `:/photos`", completes: "remote" }],
  options: [
    { flags: "--public", description: "create a public page for it" },
    { flags: "--private", description: "remove the public page" },
    { ...passwordOption, description: "protect the public page with a password, from standard input or a prompt" },
    {
      flags: "--with <mail>",
      description: "share with a person; `mail:write` allows changes, `mail:names` hides links",
      isRepeatable: true,
      parse: parseShare,
    },
    { flags: "--without <mail>", description: "stop sharing with a person", isRepeatable: true },
    dryRunOption,
    ...connectionOptions,
    jsonOption("path", "publicUrl", "shares"),
  ],
  excludes: { "--private": ["--public", "--password-stdin"] },
  examples: [
    { line: "consigne share --public :/photos", purpose: "create a public page and print its URL" },
    {
      line: "consigne share --with ann@example.org:write :/team",
      purpose: "let another account read and change a folder",
    },
  ],
  async handler(call) {
    const { options } = call;
    const target = readOwnTarget(call.arguments[0] ?? "", "share it");
    const { public: isPublic, private: isPrivate } = options;
    const password = await optionalSecret(call);
    using open = await openClient(call, { profile: target.path?.profile });
    const { client, signal } = open;
    const { listing, text } = await findFolder(open, target);
    const isDryRun = options.dryRun;
    const shares = changedShares(call, listing.shares);
    let { publicUrl } = listing;
    if (isPublic || password !== undefined) {
      publicUrl = isDryRun ? "(would be created)" : await client.shares.publish(listing.id, { password, signal });
    }
    if (isPrivate) {
      if (!isDryRun) await client.shares.withdraw(listing.id, { signal });
      publicUrl = undefined;
    }
    if (shares !== undefined && !isDryRun) await client.shares.setShares(listing.id, shares, { signal });
    print(call, text, publicUrl, shares ?? listing.shares);
  },
});

type ShareCall = CommandCall<
  JsonValues & { readonly with: readonly FolderShare[]; readonly without: readonly string[] }
>;

/** @throws {UsageError} */
function parseShare(text: string, flag: string): FolderShare {
  const [, email = "", right] = /^([^:]+@[^:]+?)(?::(.*))?$/.exec(text) ?? [];
  if (email === "" || ![undefined, "read", "write", "names"].includes(right)) {
    throw new UsageError(
      `${flag} takes an e-mail address, which :read, :write or :names may follow, not "${visible(text)}".`,
    );
  }
  return { email, canWrite: right === "write", hidesLinks: right === "names" };
}

/** Undefined: unchanged. */
function changedShares({ options }: ShareCall, present: readonly FolderShare[]): FolderShare[] | undefined {
  const [added, removed] = [options.with, options.without];
  if (added.length + removed.length === 0) return undefined;
  const shares = new Map(present.map((share) => [keyOf(share), share]));
  for (const mail of removed) {
    if (!shares.delete(mail.toLowerCase())) throw new UsageError(`The folder is not shared with ${visible(mail)}.`);
  }
  for (const share of added) shares.set(keyOf(share), share);
  return [...shares.values()];
}

const keyOf = ({ email }: FolderShare): string => email.toLowerCase();

function print(
  { options, output }: ShareCall,
  path: string,
  publicUrl: string | undefined,
  shares: readonly FolderShare[],
): void {
  const accounts = shares.map(({ email, canWrite, hidesLinks }) => ({ email, canWrite, hidesLinks }));
  if (options.json) return output.print(JSON.stringify({ path, publicUrl, shares: accounts }));
  if (publicUrl !== undefined) output.print(visible(publicUrl));
  for (const share of accounts) output.print(`${visible(share.email)}  ${rightText(share)}`);
  if (publicUrl === undefined && accounts.length === 0) output.note(`${visible(path)} is not shared.`);
}
