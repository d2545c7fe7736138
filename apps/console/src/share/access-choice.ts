import type { AccessRules } from "@consigne/sdk";
import type { TextId } from "../texts/parts.ts";

/** The values in the fields; `keep` leaves the values of several files unchanged. */
export interface GivenAccess {
  who: "keep" | "all" | "some";
  countries: string;
  addresses: string;
  emails: string;
  isCustomersOnly: boolean;
}

export type AccessProblems = Partial<
  Record<"who" | "countries" | "addresses" | "emails", TextId<"attributes"> | undefined>
>;

const nobodyNamed = { countries: "", addresses: "", emails: "", isCustomersOnly: false };
export const accessUnchanged: GivenAccess = { who: "keep", ...nobodyNamed };

export function givenAccess(rules: AccessRules | undefined): GivenAccess {
  if (rules === undefined) return { who: "all", ...nobodyNamed };
  const listed = (entries: readonly string[] | undefined) => (entries ?? []).join(", ");
  return {
    who: "some",
    countries: listed(rules.countries),
    addresses: listed(rules.addresses),
    emails: listed(rules.emails),
    isCustomersOnly: rules.isCustomersOnly === true,
  };
}

/** Separated by commas, semicolons, spaces or lines. */
const entriesIn = (text: string): string[] => text.split(/[\s,;]+/).filter((entry) => entry !== "");

const COUNTRY = /^[a-z]{2}$/i;
/** The server checks exactly; this finds obviously invalid addresses beside the field. */
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]*)(?:\/\d{1,3})?$/i;
const EMAIL = /^[^@\s]+@[^@\s]+$/;

/** What is wrong with a field, shown beside it. */
export function accessProblems(given: GivenAccess): AccessProblems {
  if (given.who !== "some") return {};
  const { countries, addresses, emails, isCustomersOnly } = given;
  const isBad = (text: string, form: RegExp) => entriesIn(text).some((entry) => !form.test(entry));
  const isEmpty = !isCustomersOnly && entriesIn(countries + addresses + emails).length === 0;
  return {
    ...(isEmpty ? { who: "access.none" } : {}),
    ...(isBad(countries, COUNTRY) ? { countries: "access.countriesBad" } : {}),
    ...(isBad(addresses, ADDRESS) ? { addresses: "access.addressesBad" } : {}),
    ...(isBad(emails, EMAIL) ? { emails: "access.emailsBad" } : {}),
  };
}

/** Undefined if nothing was changed, `null` for everybody. */
export function accessFrom(given: GivenAccess, before: GivenAccess): AccessRules | null | undefined {
  if (given.who === "keep" || JSON.stringify(given) === JSON.stringify(before)) return undefined;
  if (given.who === "all") return before.who === "all" ? undefined : null;
  return {
    countries: entriesIn(given.countries).map((country) => country.toUpperCase()),
    addresses: entriesIn(given.addresses),
    emails: entriesIn(given.emails),
    isCustomersOnly: given.isCustomersOnly,
  };
}
