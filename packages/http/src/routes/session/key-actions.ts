import {
  type AccountActor,
  type CreatedKey,
  type EdgeServices,
  isDomainError,
  type KeyScopes,
  keyTemplates,
  type MailLanguage,
  type NewApiKey,
  scopesOf,
  servedScopeAreas,
} from "@consigne/core";
import type { EdgeSettings } from "../../edge-settings.ts";
import type { Texts } from "../../pages/texts/texts.ts";
import type { SignedIn } from "../../sessions/visitor.ts";
import { FormFailure, proved, type SentForm } from "./security-actions.ts";

export type KeyServices = Pick<EdgeServices, "accounts" | "admission" | "folders" | "keys" | "sessions">;
type FailureName = keyof Texts["account"]["settings"]["failures"];

/** The result of a form: a key to show once, or a message about what was done. */
export type KeyOutcome =
  | { created: CreatedKey; replacedEndsAt?: Date | "now" | undefined }
  | { done: keyof Texts["account"]["settings"]["done"]; keyId: string };

/** Why a form about keys was refused. */
export class KeyFormFailure extends Error {
  override name = "KeyFormFailure";
  readonly status: 400 | 403;
  readonly text: FailureName;

  constructor(status: KeyFormFailure["status"], text: FailureName) {
    super(text);
    this.status = status;
    this.text = text;
  }

  /** A refusal in the words of this page; undefined for other errors. */
  static of(error: unknown): KeyFormFailure | undefined {
    if (error instanceof KeyFormFailure) return error;
    if (error instanceof FormFailure) return new KeyFormFailure(403, "wrongPassword");
    for (const [code, status, text] of refusals)
      if (isDomainError(error, code)) return new KeyFormFailure(status, text);
    return undefined;
  }
}

const refusals = [
  ["fresh-proof-required", 403, "confirm"],
  ["bad-name", 400, "badName"],
  ["bad-argument", 400, "badAddresses"],
  ["folder-not-found", 400, "badFolder"],
  ["too-many-keys", 400, "tooMany"],
  ["key-not-found", 400, "gone"],
] as const;

interface Sent extends SentForm {
  /** Language of the mail, if one is sent. */
  language: MailLanguage;
  settings: Pick<EdgeSettings, "clock" | "times">;
}

/** By the field `do` of the form. */
export const keyActions = {
  new: async (services, actor, sent) => {
    requirePlan(services, actor);
    const caller = await callerOf(services, actor, sent);
    const key = await newKeyIn(services, caller, sent);
    return { created: await services.keys.create(caller, actor.account, key, sent.language) };
  },
  rename: async (services, actor, sent) => {
    requirePlan(services, actor);
    const caller = await callerOf(services, actor, sent);
    const keyId = keyIdIn(sent);
    await unlessOver(() => services.keys.change(caller, keyId, { name: sent.form.get("name") ?? "" }));
    return { done: "renamed", keyId };
  },
  rotate: async (services, actor, sent) => {
    requirePlan(services, actor);
    const caller = await callerOf(services, actor, sent);
    const grace = sent.form.get("grace") ?? "";
    if (!/^\d{1,7}$/.test(grace)) throw new KeyFormFailure(400, "badForm");
    const graceMs = Number(grace) * 1000;
    const created = await unlessOver(() => services.keys.rotate(caller, keyIdIn(sent), graceMs, sent.language));
    return { created, replacedEndsAt: created.replaced.revokedAt === undefined ? created.replaced.expiresAt : "now" };
  },
  revoke: async (services, actor, sent) => {
    const caller = await callerOf(services, actor, sent);
    const keyId = keyIdIn(sent);
    const withCreated = sent.form.get("with_made") === "1";
    await services.keys.revoke(caller, keyId, { withCreated });
    return { done: withCreated ? "revokedWithMade" : "revoked", keyId };
  },
} as const satisfies Record<string, (services: KeyServices, actor: SignedIn, sent: Sent) => Promise<KeyOutcome>>;

const keyIdIn = ({ form }: Sent): string => form.get("key") ?? "";

/** Proved again if the form contains the password. */
function callerOf(services: KeyServices, actor: SignedIn, sent: Sent): Promise<AccountActor> {
  return (sent.form.get("pass") ?? "") === "" ? Promise.resolve(actor) : proved(services, actor, sent);
}

export function hasPlanForKeys({ admission }: Pick<KeyServices, "admission">, actor: AccountActor): boolean {
  return admission.hasRight(actor, { area: "keys", right: "write", isForCustomers: true });
}

function requirePlan(services: KeyServices, actor: AccountActor): void {
  if (!hasPlanForKeys(services, actor)) throw new KeyFormFailure(403, "premium");
}

async function newKeyIn(services: KeyServices, caller: AccountActor, sent: Sent): Promise<NewApiKey> {
  const { form } = sent;
  const path = (form.get("folder") ?? "").trim();
  const isWhole = path === "" || path === "/";
  return {
    name: form.get("name") ?? "",
    scopes: scopesIn(form),
    fenceFolderId: isWhole ? undefined : (await services.folders.getByPath(caller, caller.account, path)).id,
    allowedAddresses: (form.get("addresses") ?? "").split(/[\s,;]+/).filter((text) => text !== ""),
    expiresAt: endIn(sent),
  };
}

function scopesIn(form: ReadonlyMap<string, string>): KeyScopes {
  const template = form.get("template") ?? "";
  if (template !== "custom") {
    if (!Object.hasOwn(keyTemplates, template)) throw new KeyFormFailure(400, "badForm");
    return keyTemplates[template as keyof typeof keyTemplates];
  }
  const rights = servedScopeAreas.map((area) => [area, form.get(`scope-${area}`)] as const);
  const granted = rights.filter(([, right]) => right === "read" || right === "write");
  if (granted.length === 0) throw new KeyFormFailure(400, "noRights");
  return scopesOf(Object.fromEntries(granted));
}

/** The last second of the day, in the time zone that the page mentions. */
function endIn({ form, settings }: Sent): Date | undefined {
  const day = form.get("ends") ?? "";
  if (day === "") return undefined;
  const end = /^\d{4}-\d\d-\d\d$/.test(day) ? settings.times.fromWire(`${day} 23:59:59`) : undefined;
  if (end === undefined || end <= settings.clock.now()) throw new KeyFormFailure(400, "badEnd");
  return end;
}

/** The only possible argument errors here are a key that has ended, and a grace period that our forms do not offer. */
async function unlessOver<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDomainError(error, "bad-argument")) throw new KeyFormFailure(400, "gone");
    throw error;
  }
}
