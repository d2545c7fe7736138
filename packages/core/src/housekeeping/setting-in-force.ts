/** An operator's setting, as used by the running server. */
export interface SettingInForce {
  readonly name: string;
  /** In readable form; undefined for a secret, and without a default. */
  readonly value: string | undefined;
  /** From the process's environment, from an `.env` file beside the server, or neither. */
  readonly origin: "environment" | "file" | "default";
  readonly isSecret: boolean;
}
