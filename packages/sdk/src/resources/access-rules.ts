import { present, readFlag, readTexts } from "./wire-values.ts";

/** Who may use a link: whoever matches every rule that is set. The owner always may. */
export interface AccessRules {
  /** Addresses or CIDR blocks. */
  addresses?: readonly string[] | undefined;
  /** Two-letter ISO 3166 codes. Servers without the extension `countries` admit nobody by them. */
  countries?: readonly string[] | undefined;
  /** E-mail addresses of accounts. */
  emails?: readonly string[] | undefined;
  /** Customers (Premium, Access) only. */
  isCustomersOnly?: boolean | undefined;
}

/** `null` lifts the restriction; on the wire that is an empty object. */
export function toWireRules(rules: AccessRules | null): {
  ip?: string[];
  country?: string[];
  email?: string[];
  premium?: 0 | 1;
} {
  return rules === null
    ? {}
    : present({
        ip: rules.addresses?.slice(),
        country: rules.countries?.slice(),
        email: rules.emails?.slice(),
        premium: rules.isCustomersOnly === undefined ? undefined : rules.isCustomersOnly ? (1 as const) : (0 as const),
      });
}

/** Undefined if everybody may download. Some servers send 0 for that, and 1 if they do not say who may. */
export function readRules(value: unknown): AccessRules | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const rules = value as Record<string, unknown>;
  return {
    addresses: readTexts(rules["ip"]),
    countries: readTexts(rules["country"]),
    emails: readTexts(rules["email"]),
    isCustomersOnly: readFlag(rules["premium"]),
  };
}
