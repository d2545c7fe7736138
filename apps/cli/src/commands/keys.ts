import { type ReadyLine, readyLines } from "@consigne/contract/ready-lines";
import type {
  AccountKey,
  Client,
  CreatedKey,
  KeyArea,
  KeyChanges,
  KeyRight,
  KeyScopes,
  KeyTemplate,
} from "@consigne/sdk";
import { type OpenClient, openClient } from "../client/open-client.ts";
import { siteOf } from "../client/site.ts";
import { counted, parseDuration } from "../command-line/amounts.ts";
import {
  type CommandCall,
  type CommandGroupSpec,
  defineCommand,
  dryRunOption,
  jsonOption,
  type JsonValues,
  yesOption,
} from "../command-line/command.ts";
import { confirm } from "../command-line/confirm.ts";
import { CliError, UsageError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { parseExpiry } from "../command-line/expiry.ts";
import { timeText } from "../command-line/times.ts";
import { visible } from "../command-line/visible-text.ts";
import { type ConnectionValues, connectionOptions } from "../profiles/connection.ts";
import { findFolder } from "../remote/remote-files.ts";
import { readRemotePath } from "../remote/remote-path.ts";

const areas: readonly string[] = [
  "account",
  "files",
  "uploads",
  "downloads",
  "shares",
  "remote",
  "keys",
] satisfies KeyArea[];
const templates: readonly KeyTemplate[] = ["rclone", "upload-only", "read-only", "everything"];

const keyArgument = { label: "key", description: "id, name or first characters of the key, as in `keys ls`" };
const keyFields = [
  "id",
  "name",
  "hint",
  "state",
  "scopes",
  "folderId",
  "addresses",
  "createdAt",
  "expiresAt",
  "lastUsedAt",
  "lastUsedFrom",
  "createdBy",
] as const;

const grantOptions = [
  { flags: "--template <name>", description: `rights for a purpose: ${templates.join(", ")}`, parse: readTemplate },
  {
    flags: "--scope <area=right>",
    description: `grant only these rights; areas: ${areas.join(", ")}; rights: read, write`,
    isRepeatable: true,
    parse: readScope,
  },
  {
    flags: "--folder <path>",
    description: "limit the key to this folder, which becomes its root",
    completes: "remote",
  },
  { flags: "--ip <block>", description: "accept the key only from this address or CIDR block", isRepeatable: true },
  { flags: "--expires <time>", description: "when it expires: in 30d, or on 2027-01-31", parse: parseExpiry },
] as const;

export const keysCommands: CommandGroupSpec = {
  name: "keys",
  description: "Create, list, rename, rotate and revoke API keys. Needs a key with the right `keys`.",
  commands: [
    defineCommand({
      name: "ls",
      description: "List the keys of the account.",
      isDefault: true,
      options: [...connectionOptions, jsonOption(...keyFields)],
      async handler(call) {
        using open = await openKeys(call);
        const keys = await open.client.keys.list({ signal: open.signal });
        for (const key of keys) printKey(call, key, keys);
      },
    }),
    defineCommand({
      name: "new",
      description: "Create a key and show it once.",
      arguments: [{ label: "name", description: "what the key is for" }],
      options: [...grantOptions, dryRunOption, ...connectionOptions, jsonOption("apiKey", "created", ...keyFields)],
      examples: [
        {
          line: "consigne keys new nas --template rclone --expires 365d",
          purpose: "create a key for rclone that expires in a year",
        },
      ],
      async handler(call) {
        const [name = ""] = call.arguments;
        const { template, scope, folder, ip, expires } = call.options;
        if (template !== undefined && scope.length > 0) throw new UsageError("Give --template or --scope, not both.");
        const path = folder === undefined ? undefined : readRemotePath(folder, "limit a key to it");
        using open = await openKeys(call, path?.profile);
        const changes: KeyChanges = {
          scopes: scope.length === 0 ? undefined : (Object.assign({}, ...scope) as KeyScopes),
          folderId: path === undefined ? undefined : (await findFolder(open, { path })).listing.id,
          addresses: ip.length === 0 ? undefined : ip,
          expiresAt: expires,
        };
        if (call.options.dryRun) return printDryRun(call, { name, created: false }, `would create: ${visible(name)}`);
        const created = await open.client.keys.create({ name, template, ...changes }, open);
        printCreated(call, open.client, { ...created, template });
      },
    }),
    defineCommand({
      name: "rename",
      description: "Rename a key.",
      arguments: [keyArgument, { label: "name", description: "the new name" }],
      options: [dryRunOption, ...connectionOptions, jsonOption("renamed", ...keyFields)],
      async handler(call) {
        const [text = "", name = ""] = call.arguments;
        using open = await openKeys(call);
        const key = await findKey(open, text);
        const isDryRun = call.options.dryRun;
        const renamed = isDryRun ? { ...key, name } : await open.client.keys.update(key.id, { name }, open);
        if (call.options.json) call.output.print(JSON.stringify({ ...fieldsOf(renamed), renamed: !isDryRun }));
        else call.output.note(`${isDryRun ? "would rename" : "renamed"}: ${visible(key.name)} to ${visible(name)}`);
      },
    }),
    defineCommand({
      name: "rotate",
      description: "Replace a key with a new one that has the same name and rights. The new key is shown once.",
      arguments: [keyArgument],
      options: [
        {
          flags: "--grace <time>",
          description: "how long the old key still works, up to 30d (0: not at all)",
          parse: parseDuration,
        },
        dryRunOption,
        ...connectionOptions,
        jsonOption("apiKey", "created", "replacedId", "replacedExpiresAt", ...keyFields),
      ],
      examples: [
        {
          line: "consigne keys rotate nas --grace 2d",
          purpose: "keep the old key for two days, until it is replaced everywhere",
        },
      ],
      async handler(call) {
        const [text = ""] = call.arguments;
        using open = await openKeys(call);
        const key = await findKey(open, text);
        if (call.options.dryRun)
          return printDryRun(call, { ...fieldsOf(key), created: false }, `would replace: ${visible(key.name)}`);
        const graceMs = call.options.grace ?? 0;
        const created = await open.client.keys.rotate(key.id, { graceMs }, open);
        const expiresAt = graceMs === 0 ? undefined : created.replaced.expiresAt;
        printCreated(call, open.client, created, { replacedId: key.id, replacedExpiresAt: expiresAt });
        call.output.note(
          expiresAt === undefined ? "The old key no longer works." : `The old key works until ${timeText(expiresAt)}.`,
        );
      },
    }),
    defineCommand({
      name: "rm",
      description: "Revoke a key and the download links created with it. This cannot be undone.",
      arguments: [keyArgument],
      options: [
        { flags: "--with-created", description: "also revoke the keys it created, and the keys that those created" },
        yesOption,
        dryRunOption,
        ...connectionOptions,
        jsonOption("revoked", "createdKeys", ...keyFields),
      ],
      async handler(call) {
        const [text = ""] = call.arguments;
        using open = await openKeys(call);
        await revoke(call, open, await findKey(open, text));
      },
    }),
  ],
};

type RevokeValues = JsonValues & { readonly withCreated: boolean; readonly dryRun: boolean; readonly yes: boolean };

async function revoke(call: CommandCall<RevokeValues>, open: OpenClient, key: AccountKey): Promise<void> {
  const { withCreated, dryRun: isDryRun, json } = call.options;
  const { keys } = open.client;
  const created = await keys.listCreated(key.id, { signal: open.signal });
  if (!isDryRun) {
    const name = `${visible(key.name)} (${visible(key.hint)}...)`;
    const both = `${name} and ${counted(created.length, "key")} it created`;
    const what = withCreated && created.length > 0 ? both : name;
    const question = `Revoke the key ${what}? ${[usedText(key), ...createdLines(created)].join("\n")}`;
    if (!(await confirm(call, question))) throw new CliError("refused", "The key was not revoked.");
  }
  const { createdKeys, ...revoked } = isDryRun
    ? { ...key, createdKeys: created }
    : await keys.revoke(key.id, { ...open, withCreated });
  if (json) {
    const fields = { ...fieldsOf(revoked), createdKeys: createdKeys.map(fieldsOf), revoked: !isDryRun };
    call.output.print(JSON.stringify(fields));
    return;
  }
  const said = isDryRun ? "would revoke" : "revoked";
  call.output.note(`${said}: ${visible(key.name)}`);
  for (const { name, hint } of withCreated ? createdKeys : [])
    call.output.note(`${said}: ${visible(name)} (${visible(hint)}...)`);
  if (withCreated || createdKeys.length === 0) return;
  call.output.note(
    [...createdLines(createdKeys), `To revoke them too: consigne keys rm ${visible(key.id)} --with-created`].join("\n"),
  );
}

function createdLines(created: readonly AccountKey[]): string[] {
  if (created.length === 0) return [];
  const names = created.map(({ name, hint }) => `  ${visible(name)} (${visible(hint)}...)`);
  const works = created.length === 1 ? "works" : "work";
  return [`It created ${counted(created.length, "key")} that still ${works}:`, ...names];
}

/** @throws {CliError} if the server has no such calls, like 1fichier.com */
async function openKeys(call: CommandCall<ConnectionValues>, profile?: string): Promise<OpenClient> {
  const open = await openClient(call, { profile });
  if ((await open.client.about())?.extensions.includes("keys") === true) return open;
  open[Symbol.dispose]();
  throw new CliError(
    "not-supported",
    `${siteOf(open.connection.url.value)} cannot manage API keys through its API; use its website or ask its operator. ` +
      "`consigne login` stores a key that you have.",
  );
}

async function findKey({ client, signal }: OpenClient, text: string): Promise<AccountKey> {
  const keys = await client.keys.list({ signal });
  const active = keys.filter(({ state }) => state === "active");
  for (const found of [
    keys.filter(({ id }) => id === text),
    active.filter(({ name }) => name === text),
    active.filter(({ hint }) => hint === text),
  ]) {
    if (found.length > 1)
      throw new UsageError(
        `${found.length} keys have the name or first characters "${visible(text)}"; use an id, as in \`keys ls\`.`,
      );
    if (found[0] !== undefined) return found[0];
  }
  throw new CliError("not-found", `There is no key "${visible(text)}"; \`consigne keys ls\` lists them.`, {
    exitCode: exitCodes.notFound,
  });
}

function fieldsOf({ raw: _raw, ...fields }: AccountKey): Omit<AccountKey, "raw"> {
  return fields;
}

function printKey({ options, output }: CommandCall<JsonValues>, key: AccountKey, keys: readonly AccountKey[]): void {
  if (options.json) {
    output.print(JSON.stringify(fieldsOf(key)));
    return;
  }
  const end =
    key.state === "active" ? (key.expiresAt === undefined ? "" : `expires ${timeText(key.expiresAt)}`) : key.state;
  const cells = [
    visible(key.id),
    `${visible(key.hint)}...`,
    visible(key.name),
    scopesText(key.scopes),
    usedText(key),
    end,
    key.createdBy === undefined ? "" : `created by ${visible(nameOf(key.createdBy, keys))}`,
  ];
  output.print(cells.filter((cell) => cell !== "").join("  "));
}

/** Its id if it is no longer listed. */
function nameOf(id: string, keys: readonly AccountKey[]): string {
  return keys.find((key) => key.id === id)?.name ?? id;
}

function usedText({ lastUsedAt, lastUsedFrom }: AccountKey): string {
  if (lastUsedAt === undefined) return "never used";
  return `used ${timeText(lastUsedAt)}${lastUsedFrom === undefined ? "" : ` from ${visible(lastUsedFrom)}`}`;
}

function scopesText(scopes: KeyScopes): string {
  const named = Object.entries(scopes).map(([area, right]) => `${area}=${right}`);
  return named.length === 0 ? "nothing" : visible(named.join(","));
}

function printCreated(
  { options, output }: CommandCall<JsonValues>,
  { apiUrl }: Client,
  { key, apiKey, template }: CreatedKey & { template?: KeyTemplate | undefined },
  more: object = {},
): void {
  if (options.json) {
    output.print(JSON.stringify({ apiKey, created: true, ...fieldsOf(key), ...more }));
    return;
  }
  output.print(apiKey);
  output.note("Store it now: it will not be shown again.");
  for (const { tool, text } of readyLines(apiKey, apiUrl, key.scopes, template))
    output.note(`${toolText(tool)}:\n  ${text.replaceAll("\n", "\n  ")}`);
}

const toolText = (tool: ReadyLine["tool"]): string =>
  tool === "rclone.conf" ? "rclone.conf (add this to the file that `rclone config file` names)" : tool;

function printDryRun({ options, output }: CommandCall<JsonValues>, fields: object, note: string): void {
  if (options.json) output.print(JSON.stringify(fields));
  else output.note(note);
}

function readTemplate(text: string, flag: string): KeyTemplate {
  const template = templates.find((each) => each === text);
  if (template !== undefined) return template;
  throw new UsageError(`${flag} takes ${templates.join(", ")}, not "${visible(text)}".`);
}

function readScope(text: string, flag: string): KeyScopes {
  const [area = "", right = "", ...rest] = text.split("=");
  if (areas.includes(area) && isRight(right) && rest.length === 0) return { [area]: right };
  throw new UsageError(`${flag} takes an area and a right, such as files=read, not "${visible(text)}".`);
}

const isRight = (text: string): text is KeyRight => text === "read" || text === "write";
