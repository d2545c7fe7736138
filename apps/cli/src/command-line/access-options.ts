import type { AccessRules } from "@consigne/sdk";
import type { OptionSpec, ValuesOf } from "./option.ts";
import { visible } from "./visible-text.ts";

/** Who may use a link; the same for all kinds of links. */
export const accessOptions = [
  { flags: "--allow-ip <block>", description: "only from these addresses", isRepeatable: true },
  { flags: "--allow-country <code>", description: "only from these countries, such as FR", isRepeatable: true },
  { flags: "--allow-email <mail>", description: "only these accounts", isRepeatable: true },
  { flags: "--customers-only", description: "only customers (Premium, Access)" },
] as const satisfies readonly OptionSpec[];

/** Removes the restrictions. */
export const everybodyOption = {
  flags: "--everybody",
  description: "anyone with the link; removes all restrictions",
} as const satisfies OptionSpec;

export const everybodyExcludes = {
  "--everybody": ["--allow-ip", "--allow-country", "--allow-email", "--customers-only"],
} as const;

/** Undefined: unchanged. */
export function readAccess(options: ValuesOf<typeof accessOptions>): AccessRules | undefined {
  const { allowIp: addresses, allowCountry: countries, allowEmail: emails, customersOnly: isCustomersOnly } = options;
  const lists = {
    ...(addresses.length > 0 ? { addresses } : {}),
    ...(countries.length > 0 ? { countries } : {}),
    ...(emails.length > 0 ? { emails } : {}),
    ...(isCustomersOnly ? { isCustomersOnly } : {}),
  };
  return Object.keys(lists).length > 0 ? lists : undefined;
}

const FEW = 3;

/** "only from FR, BE", or their number if there are many; callers have to match each of these texts. */
export function accessTexts({ addresses, countries, emails, isCustomersOnly }: AccessRules): string[] {
  const named = (entries: readonly string[] | undefined, start: string, nouns: string) => {
    if (entries === undefined || entries.length === 0) return [];
    const shown = entries.length > FEW ? `${entries.length} ${nouns}` : entries.map(visible).join(" or ");
    return [`${start} ${shown}`];
  };
  return [
    ...named(
      countries?.map((country) => country.toUpperCase()),
      "only in",
      "countries",
    ),
    ...named(addresses, "only from", "addresses"),
    ...named(emails, "only for", "accounts"),
    ...(isCustomersOnly === true ? ["only for customers"] : []),
  ];
}
