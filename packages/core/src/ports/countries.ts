/** Looks up the country of an address. */
export interface Countries {
  /** ISO 3166 alpha-2, upper case; undefined if unknown. */
  countryOf(address: string): string | undefined;
}

/** Used without a country database: no address is known. */
export const noCountries: Countries = { countryOf: () => undefined };
