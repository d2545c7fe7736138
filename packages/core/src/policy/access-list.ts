/** Restrictions an owner put on a link. Each present list must admit the caller. */
export interface AccessList {
  /** CIDR blocks or addresses. */
  addresses?: string[] | undefined;
  /** ISO 3166 alpha-2, upper case. An unknown country is not admitted. */
  countries?: string[] | undefined;
  emails?: string[] | undefined;
  /** Only accounts whose plan in force is a paid one. */
  isPremiumOnly?: boolean | undefined;
}
