import { type ApiKey, isAddressPattern, type KeyScopes, scopesOf, servedScopeAreas, usualScopes } from "@consigne/core";
import type { Command } from "./typed-commander.ts";
import { InvalidArgumentError } from "commander";
import { type CommandOutput, print, tableLines } from "../operator-output.ts";
import { collect, parseFutureInstant } from "./option-values.ts";
import { withServices } from "./with-services.ts";

const servedScopes = ({ scopes }: ApiKey) => Object.fromEntries(servedScopeAreas.map((area) => [area, scopes[area]]));

const describe = (key: ApiKey) => ({
  id: key.id,
  name: key.name,
  hint: key.hint,
  scopes: servedScopes(key),
  folderId: key.fenceFolderId,
  addresses: key.allowedAddresses,
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt?.toISOString(),
  endedAt: key.endedAt?.toISOString(),
  revokedAt: key.revokedAt?.toISOString(),
  lastUsedAt: key.lastUsedAt?.toISOString(),
  lastUsedFrom: key.lastUsedFrom,
  createdBy: key.createdByKeyId,
});

export function addKeys(program: Command, output: CommandOutput): void {
  const key = program.command("key").description("manage API keys");
  addCreation(key, output);
  key
    .command("list <email>")
    .description("list the keys of an account, shown by their first four characters; the rest is stored only as a hash")
    .option("--json", "print one JSON document")
    .action(async (email, options) => {
      const keys = await withServices(async (services) => {
        const account = await services.accounts.getByEmail("operator", email);
        return (await services.keys.list("operator", account)).all();
      });
      const rows = keys.map((each) => [
        each.id,
        `${each.hint}...`,
        each.name,
        stateOf(each),
        each.expiresAt?.toISOString() ?? "never",
        each.lastUsedAt?.toISOString() ?? "never",
        each.createdByKeyId ?? "",
      ]);
      print(
        output,
        options.json === true,
        keys.map(describe),
        tableLines([["ID", "KEY", "NAME", "STATE", "EXPIRES", "LAST USED", "CREATED BY"], ...rows]),
      );
    });
  key
    .command("extend <id>")
    .description("change when a key expires; an expired key works again")
    .requiredOption("--expires <date>", "the new expiry date, such as 2027-01-31 (UTC), or never", (text) =>
      text === "never" ? text : parseFutureInstant(text),
    )
    .option("--json", "print one JSON document")
    .action(async (id, { expires, json }) => {
      const expiresAt = expires === "never" ? undefined : expires;
      await withServices((services) => services.keys.change("operator", id, { expiresAt }));
      const text = expiresAt === undefined ? "never expires" : `expires at ${expiresAt.toISOString()}`;
      print(output, json === true, { id, expiresAt: expiresAt?.toISOString() }, [`Key ${id} ${text}.`]);
    });
  addRevocation(key, output);
}

function addRevocation(key: Command, output: CommandOutput): void {
  key
    .command("revoke <id>")
    .description("revoke a key and the download links created with it; lists the active keys it created")
    .option("--with-created", "also revoke the keys it created, and the keys that those created")
    .option("--json", "print one JSON document")
    .action(async (id, { withCreated = false, json }) => {
      const { created } = await withServices((services) => services.keys.revoke("operator", id, { withCreated }));
      const rows = created.map((each) => [each.id, `${each.hint}...`, each.name]);
      const lines = withCreated
        ? created.map((each) => `Key ${each.id} (${each.name}), which it created, is revoked.`)
        : ["Keys it created still work; pass --with-created to revoke them too:", ...tableLines(rows)];
      print(output, json === true, { id, isRevoked: true, createdKeys: created.map(describe) }, [
        `Key ${id} is revoked.`,
        ...(created.length === 0 ? [] : lines),
      ]);
    });
}

function addCreation(key: Command, output: CommandOutput): void {
  key
    .command("add <email>")
    .description("create a key and show it once")
    .option("--name <name>", "what the key is for", "created by the operator")
    .option(
      "--scope <area=right>",
      `grant only these rights (default: everything except managing keys); areas: ${servedScopeAreas.join(", ")}; rights: read, write (repeatable)`,
      parseScope,
    )
    .option(
      "--folder <path|id>",
      "limit the key to this folder, which becomes its root: a path such as /photos, or a folder id",
      parseFolder,
    )
    .option("--ip <block>", "accept the key only from this address or CIDR block (repeatable)", parseAddress)
    .option("--expires <date>", "when the key expires, such as 2027-01-31 (UTC)", parseFutureInstant)
    .option("--json", "print one JSON document")
    .action(async (email, options) => {
      const { folder } = options;
      const created = await withServices(async ({ accounts, folders, keys }) => {
        const account = await accounts.getByEmail("operator", email);
        return keys.create("operator", account, {
          name: options.name,
          scopes: options.scope ?? usualScopes,
          fenceFolderId:
            typeof folder === "string" ? (await folders.getByPath("operator", account, folder)).id : folder,
          allowedAddresses: options.ip ?? [],
          expiresAt: options.expires,
        });
      });
      print(output, options.json === true, { ...describe(created.key), key: created.text }, [created.text]);
    });
}

function stateOf(key: ApiKey): string {
  if (key.revokedAt !== undefined) return "revoked";
  if (key.endedAt !== undefined) return "expired";
  if (key.expiresAt !== undefined && key.expiresAt.getTime() <= Date.now()) return "expired";
  return "active";
}

function parseFolder(text: string): number | string {
  if (text.startsWith("/")) return text;
  if (!/^\d{1,15}$/.test(text))
    throw new InvalidArgumentError("Use a path such as /photos, or the number of a folder.");
  return Number(text);
}

/** Adds one `area=right` to the earlier ones; areas that are not named are not granted. */
function parseScope(text: string, earlier?: KeyScopes): KeyScopes {
  const [name, right, ...rest] = text.split("=");
  const area = servedScopeAreas.find((each) => each === name);
  if (area === undefined || rest.length > 0 || (right !== "read" && right !== "write")) {
    throw new InvalidArgumentError(
      `Use an area and a right, such as files=read. Areas: ${servedScopeAreas.join(", ")}.`,
    );
  }
  return { ...(earlier ?? scopesOf({})), [area]: right };
}

function parseAddress(text: string, earlier?: string[]): string[] {
  if (!isAddressPattern(text)) throw new InvalidArgumentError("Use an IP address or a CIDR block.");
  return collect(text, earlier);
}
