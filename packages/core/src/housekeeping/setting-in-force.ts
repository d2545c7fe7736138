/** A setting of the operator, as the server that runs has it. */
export interface SettingInForce {
  readonly name: string;
  /** As a person reads it; undefined for a secret, and where nothing is assumed. */
  readonly value: string | undefined;
  /** The process's environment, an `.env` file beside the server, or nowhere: what is usual is in force. */
  readonly origin: "environment" | "file" | "default";
  readonly isSecret: boolean;
}
