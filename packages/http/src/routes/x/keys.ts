import { endpoints, instantIn, type KeysLsResponse, toInstantText } from "@consigne/contract";
import {
  type AccountActor,
  type Actor,
  type ApiKey,
  type EdgeServices,
  isOver,
  type KeyChanges,
  type KeyScopes,
  keyTemplates,
  type NewApiKey,
  scopesOf,
  servedScopeAreas,
  startingGrants,
} from "@consigne/core";
import type { EdgeSettings } from "../../edge-settings.ts";
import { callingAccount } from "../../wire/calling-account.ts";
import { RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";

type Services = Pick<EdgeServices, "keys">;
type WireKey = KeysLsResponse["keys"][number];

/** `/x/v1/keys`: the keys of an account, managed with one of its keys or when signed in. */
export function addKeys(json: JsonEndpoints, { keys }: Services, { clock }: EdgeSettings): void {
  const shown = (actor: Actor) => (key: ApiKey) => wireKey(key, callingAccount(actor), clock.now());
  json.add({
    endpoint: endpoints.keysLs,
    handle: async ({ actor, reader }) => {
      const listed = await (await keys.list(actor, callingAccount(actor).account, reader())).all();
      return { status: "OK" as const, count: listed.length, keys: listed.map(shown(actor)) };
    },
  });
  json.add({
    endpoint: endpoints.keysAdd,
    handle: async ({ actor, input }) => {
      const { key, text } = await keys.create(actor, callingAccount(actor).account, newKey(actor, input));
      return { status: "OK" as const, api_key: text, key: shown(actor)(key) };
    },
  });
  json.add({
    endpoint: endpoints.keysChange,
    handle: async ({ actor, input }) => {
      const key = await keys.change(actor, input.id, changesOf(actor, input));
      return { status: "OK" as const, key: shown(actor)(key) };
    },
  });
  json.add({
    endpoint: endpoints.keysRotate,
    handle: async ({ actor, input }) => {
      const { key, text, replaced } = await keys.rotate(actor, input.id, input.grace_seconds * 1000);
      return { status: "OK" as const, api_key: text, key: shown(actor)(key), replaced: shown(actor)(replaced) };
    },
  });
  json.add({
    endpoint: endpoints.keysRm,
    handle: async ({ actor, input }) => {
      const { key, created } = await keys.revoke(actor, input.id, { withCreated: input.with_created === 1 });
      return { status: "OK" as const, key: shown(actor)(key), created_keys: created.map(shown(actor)) };
    },
  });
}

/** The fields that a call may set, as in the API. */
interface GivenGrants {
  template?: keyof typeof keyTemplates | undefined;
  scopes?: Partial<KeyScopes> | undefined;
  folder_id?: number | undefined;
  addresses?: readonly string[] | undefined;
  expires_at?: string | undefined;
}

/** Missing fields get defaults within the caller's key. */
function newKey(actor: Actor, input: GivenGrants & { name: string }): NewApiKey {
  return { ...startingGrants(actor), ...grantsOf(actor, input), name: input.name };
}

/** A caller's root is 0 in the API, even if it is the folder that its key is restricted to. */
function grantsOf(actor: Actor, input: GivenGrants): Omit<KeyChanges, "name"> {
  const { template, scopes, folder_id: folderId, addresses, expires_at: end } = input;
  if (template !== undefined && scopes !== undefined) {
    throw new RequestError("badRequest", "Give either template or scopes.");
  }
  return {
    ...(template === undefined ? {} : { scopes: keyTemplates[template] }),
    ...(scopes === undefined ? {} : { scopes: scopesOf(scopes) }),
    ...(folderId === undefined ? {} : { fenceFolderId: folderId || startingGrants(actor).fenceFolderId }),
    ...(addresses === undefined ? {} : { allowedAddresses: addresses }),
    ...(end === undefined ? {} : { expiresAt: end === "never" ? undefined : instantIn(end) }),
  };
}

function changesOf(actor: Actor, input: GivenGrants & { name?: string | undefined }): KeyChanges {
  const changes = { ...(input.name === undefined ? {} : { name: input.name }), ...grantsOf(actor, input) };
  if (Object.keys(changes).length === 0) throw new RequestError("badRequest", "Give at least one thing to change.");
  return changes;
}

export function wireKey(key: ApiKey, { rootFolderId }: Pick<AccountActor, "rootFolderId">, now: Date): WireKey {
  const { fenceFolderId } = key;
  const granted = servedScopeAreas.filter((area) => key.scopes[area] !== "none");
  return {
    id: key.id,
    name: key.name,
    hint: key.hint,
    state: key.revokedAt !== undefined ? "revoked" : isOver(key, now) ? "expired" : "active",
    scopes: Object.fromEntries(granted.map((area) => [area, key.scopes[area]])),
    ...(fenceFolderId === undefined ? {} : { folder_id: fenceFolderId === rootFolderId ? 0 : fenceFolderId }),
    addresses: [...key.allowedAddresses],
    created_at: toInstantText(key.createdAt),
    ...(key.expiresAt === undefined ? {} : { expires_at: toInstantText(key.expiresAt) }),
    ...(key.lastUsedAt === undefined ? {} : { last_used_at: toInstantText(key.lastUsedAt) }),
    ...(key.lastUsedFrom === undefined ? {} : { last_used_from: key.lastUsedFrom }),
    ...(key.createdByKeyId === undefined ? {} : { created_by: key.createdByKeyId }),
  };
}
