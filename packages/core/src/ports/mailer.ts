/** Languages of mails. */
export type MailLanguage = "en" | "fr";

/** An e-mail. Its text, and the address of its link, are up to the adapter. */
export type Letter = {
  readonly to: string;
  readonly language: MailLanguage;
} & (
  | {
      /** `password-reset` sets the password; `email-change`, with the password, makes `to` the account's address. */
      readonly kind: "password-reset" | "email-change";
      /** Can be used once, until `endsAt`. */
      readonly token: string;
      readonly endsAt: Date;
    }
  | {
      /** Lets somebody create an account for `to`. */
      readonly kind: "invitation";
      /** Can be used once, until `endsAt`. */
      readonly token: string;
      readonly endsAt: Date;
      /** Address of the administrator; undefined: the operator. */
      readonly invitedBy: string | undefined;
    }
  | ({
      readonly kind: "password-changed";
      /** All API keys were revoked with it. */
      readonly endedKeys: boolean;
    } & NoticedChange)
  | ({ readonly kind: "email-changed" } & NoticedChange)
  | ({
      readonly kind: "account-deleted";
      /** The operator can restore it until then. */
      readonly removesAt: Date;
    } & NoticedChange)
  | ({
      readonly kind: "key-made";
      readonly name: string;
      /** The first characters of the key. */
      readonly hint: string;
    } & NoticedChange)
);

interface NoticedChange {
  readonly at: Date;
  /** IP address of whoever did it; undefined if it was the operator. */
  readonly from: string | undefined;
}

/** Where mails go, for people. */
export type MailPlace =
  | { readonly kind: "server"; readonly host: string }
  | { readonly kind: "folder"; readonly path: string };

export interface Mailer {
  readonly place: MailPlace;
  /**
   * Resolves once a mail server has accepted the mail, or it is stored on the disk.
   * @param id the same for each attempt, so that a recipient of two copies can tell
   * @throws {MailError}
   */
  send(letter: Letter, id: string, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** The mail could not be sent. */
export class MailError extends Error {
  override name = "MailError";
  /** Retrying is useless: if the recipient is refused, for example. */
  readonly isFinal: boolean;

  constructor(message: string, { isFinal, cause }: { isFinal: boolean; cause?: unknown }) {
    super(message, { cause });
    this.isFinal = isFinal;
  }
}
