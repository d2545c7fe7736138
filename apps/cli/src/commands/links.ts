import { isNotFoundError, type LinkRules } from "@consigne/sdk";
import { type OpenClient, openClient } from "../client/open-client.ts";
import { siteOf } from "../client/site.ts";
import { noteUnknownCountries } from "../client/unknown-countries.ts";
import { countWithin } from "../command-line/amounts.ts";
import { accessOptions, everybodyExcludes, everybodyOption, readAccess } from "../command-line/access-options.ts";
import {
  type CommandCall,
  type CommandGroupSpec,
  defineCommand,
  dryRunOption,
  jsonOption,
} from "../command-line/command.ts";
import { CliError, UsageError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { parseExpiry } from "../command-line/expiry.ts";
import type { OptionSpec, ValuesOf } from "../command-line/option.ts";
import { optionalSecret, passwordOption } from "../command-line/password-option.ts";
import { visible } from "../command-line/visible-text.ts";
import { type ConnectionValues, connectionOptions } from "../profiles/connection.ts";
import { findTarget, readOwnTarget } from "../remote/remote-files.ts";
import { findRemotePath } from "../remote/remote-path.ts";
import { lineOf, linkFields, rulesText } from "./links-print.ts";

const pathArgument = {
  label: "path",
  description: "file or folder, such as `:/photos`, or the link of a file",
  completes: "remote",
} as const;
const ruleOptions = [
  { ...passwordOption, description: "protect it with a password, from standard input or a prompt" },
  {
    flags: "--expires <time>",
    description: "when it expires: in 7d, or on 2027-01-31; `never` for no expiry",
    parse: (text: string, flag: string) => (text === "never" ? text : parseExpiry(text, flag)),
  },
  {
    flags: "--max-downloads <count>",
    description: "allow this many downloads; 0 for no limit",
    parse: countWithin({ most: 1_000_000_000 }),
  },
  ...accessOptions,
  { flags: "--note <text>", description: "a note only you can see" },
] as const satisfies readonly OptionSpec[];
const switchOptions = [
  { flags: "--no-password", description: "remove the password" },
  everybodyOption,
  { flags: "--off", description: "switch it off; it does not work until it is switched on again" },
  { flags: "--on", description: "switch it on again" },
] as const satisfies readonly OptionSpec[];

type RuleValues = ValuesOf<typeof ruleOptions>;
type ChangeCall = CommandCall<
  RuleValues & ValuesOf<typeof switchOptions> & ConnectionValues & { readonly dryRun: boolean; readonly json: boolean }
>;

export const linksCommands: CommandGroupSpec = {
  name: "links",
  description:
    "Add, show, change and remove links of a file or folder, each with its own password, expiry, download limit and access list.",
  commands: [
    defineCommand({
      name: "add",
      description: "Create another link to a file or folder, and print it.",
      arguments: [pathArgument],
      options: [...ruleOptions, dryRunOption, ...connectionOptions, jsonOption("path", "created", ...linkFields)],
      examples: [
        {
          line: "consigne links add --expires 7d --max-downloads 10 :/film.mkv",
          purpose: "create a link for ten downloads within a week",
        },
      ],
      async handler(call) {
        const { options, output } = call;
        const rules = await readRules(call);
        using open = await openLinks(call);
        const { entry, text } = await findEntry(call, open);
        if (options.dryRun) {
          if (options.json) return output.print(JSON.stringify({ path: text, created: false }));
          return output.print(`would create a link to ${[visible(text), ...rulesText(rules)].join(", ")}`);
        }
        await noteUnknownCountries(open, output, rules.access);
        const link = await open.client.links.add(entry, rules, { signal: open.signal });
        if (options.json) output.print(JSON.stringify({ path: text, created: true, ...link }));
        else output.print(visible(link.url));
      },
    }),
    defineCommand({
      name: "ls",
      description: "List the links of a file or folder: a file's own link first, then the others, oldest first.",
      arguments: [pathArgument],
      options: [...connectionOptions, jsonOption(...linkFields)],
      async handler(call) {
        using open = await openLinks(call);
        const { entry, text } = await findEntry(call, open);
        const links = await open.client.links.list(entry, { signal: open.signal });
        for (const link of links) call.output.print(call.options.json ? JSON.stringify(link) : lineOf(link));
        if (links.every(({ isOwn }) => isOwn)) call.output.note(`${visible(text)} has no additional links.`);
      },
    }),
    defineCommand({
      name: "change",
      description: "Change a link, which may be a file's own. What you do not set stays as it is.",
      arguments: [{ label: "link", description: "URL or id of the link, as in `links ls`" }],
      options: [
        ...ruleOptions,
        ...switchOptions,
        dryRunOption,
        ...connectionOptions,
        jsonOption("changed", ...linkFields),
      ],
      excludes: { "--password-stdin": ["--no-password"], "--off": ["--on"], ...everybodyExcludes },
      examples: [{ line: "consigne links change --off zyxwvutsrq9876543210", purpose: "switch a link off for now" }],
      handler: change,
    }),
    defineCommand({
      name: "rm",
      description: "Remove links, except a file's own. Downloads through them stop; the file or folder stays.",
      arguments: [{ label: "link", description: "URL or id of the link, as in `links ls`", isList: true }],
      options: [dryRunOption, ...connectionOptions, jsonOption("link", "removed")],
      async handler(call) {
        const { options, output } = call;
        const links = call.arguments.map(readLink);
        using open = await openLinks(call);
        let failure: CliError | undefined;
        for (const link of new Set(links)) {
          try {
            if (!options.dryRun) await orNoSuch(open.client.links.remove(link, { signal: open.signal }), link);
          } catch (error) {
            if (!(error instanceof CliError)) throw error;
            // A missing one does not stop the others.
            if (failure !== undefined) output.note(`consigne: ${failure.message}`);
            failure = error;
            continue;
          }
          if (options.json) output.print(JSON.stringify({ link, removed: !options.dryRun }));
          else if (options.dryRun) output.print(`would remove ${visible(link)}`);
        }
        if (failure !== undefined) throw failure;
      },
    }),
  ],
};

async function change(call: ChangeCall): Promise<void> {
  const { options, output } = call;
  const link = readLink(call.arguments[0] ?? "");
  const rules = { ...(await readRules(call)), ...readSwitches(options) };
  if (Object.values(rules).every((value) => value === undefined)) {
    throw new UsageError("Nothing to change was given; see `consigne links change --help`.");
  }
  using open = await openLinks(call);
  if (options.dryRun) {
    if (options.json) output.print(JSON.stringify({ changed: false }));
    else output.print(`would change ${[visible(link), ...rulesText(rules)].join(", ")}`);
    return;
  }
  await noteUnknownCountries(open, output, rules.access);
  const changed = await orNoSuch(open.client.links.change(link, rules, { signal: open.signal }), link);
  output.print(options.json ? JSON.stringify({ changed: true, ...changed }) : lineOf(changed));
}

async function readRules(call: CommandCall<RuleValues>): Promise<LinkRules> {
  const { expires, maxDownloads, note } = call.options;
  return {
    password: await optionalSecret(call),
    expiresAt: expires,
    maxDownloads,
    access: readAccess(call.options),
    note,
  };
}

function readSwitches({ password, everybody, on, off }: ValuesOf<typeof switchOptions>): LinkRules {
  return {
    ...(password ? {} : { password: "" }),
    ...(everybody ? { access: null } : {}),
    ...(on || off ? { isEnabled: on } : {}),
  };
}

/** @throws {UsageError} for a path, which may have several */
function readLink(text: string): string {
  if (findRemotePath(text) === undefined) return text;
  throw new UsageError(`"${visible(text)}" is a path; \`consigne links ls\` lists its links.`);
}

async function orNoSuch<Answer>(answer: Promise<Answer>, link: string): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!isNotFoundError(error)) throw error;
    const message = `There is no additional link ${visible(link)}; \`consigne links ls\` lists those of a file or folder.`;
    throw new CliError("not-found", message, { cause: error, exitCode: exitCodes.notFound });
  }
}

async function findEntry(call: CommandCall, open: OpenClient) {
  const found = await findTarget(open, readOwnTarget(call.arguments[0] ?? "", "see and change its additional links"));
  const entry = found.kind === "file" ? { fileId: found.file.url } : { folderId: found.listing.id };
  return { entry, text: found.text };
}

async function openLinks(call: CommandCall<ConnectionValues>): Promise<OpenClient> {
  const profile = call.arguments.map((text) => findRemotePath(text)?.profile).find((name) => name !== undefined);
  const open = await openClient(call, { profile });
  if ((await open.client.about())?.extensions.includes("links") === true) return open;
  open[Symbol.dispose]();
  throw new CliError(
    "not-supported",
    `${siteOf(open.connection.url.value)} does not support additional links: a file has its own link, a folder its public page.`,
  );
}
