/** Which country an address is in. */
export interface Countries {
  /** ISO 3166 alpha-2, upper case; undefined where that is not known. */
  countryOf(address: string): string | undefined;
}

/** Where the operator has no file of them: no address is known. */
export const noCountries: Countries = { countryOf: () => undefined };
