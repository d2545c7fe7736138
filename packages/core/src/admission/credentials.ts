/** What a caller offers as proof of who it is. */
export type Credentials =
  | { kind: "key"; text: string }
  | { kind: "password"; email: string; password: string }
  | { kind: "session"; token: string };
