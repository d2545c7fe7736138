/** Languages that mail is written in. */
export type MailLanguage = "en" | "fr";

/** An e-mail to somebody. Its wording, and where its link leads, are the adapter's business. */
export type Letter = {
  readonly to: string;
  readonly language: MailLanguage;
} & (
  | {
      /** With the first the password is set; with the other, and the password, `to` becomes the address of the account. */
      readonly kind: "password-reset" | "email-change";
      /** Good once, until `endsAt`. */
      readonly token: string;
      readonly endsAt: Date;
    }
  | {
      /** With it somebody makes an account for `to`. */
      readonly kind: "invitation";
      /** Good once, until `endsAt`. */
      readonly token: string;
      readonly endsAt: Date;
      /** Address of the administrator; undefined: whoever runs the server. */
      readonly invitedBy: string | undefined;
    }
  | ({
      readonly kind: "password-changed";
      /** All API keys were ended with it. */
      readonly endedKeys: boolean;
    } & NoticedChange)
  | ({ readonly kind: "email-changed" } & NoticedChange)
  | ({
      readonly kind: "account-deleted";
      /** Until then whoever runs the server can bring it back. */
      readonly removesAt: Date;
    } & NoticedChange)
  | ({
      readonly kind: "key-made";
      readonly name: string;
      /** First characters of the key. */
      readonly hint: string;
    } & NoticedChange)
);

interface NoticedChange {
  readonly at: Date;
  /** Address of whoever did it; undefined where it was somebody who runs the server. */
  readonly from: string | undefined;
}

/** Where letters go, for people. */
export type MailPlace =
  | { readonly kind: "server"; readonly host: string }
  | { readonly kind: "folder"; readonly path: string };

export interface Mailer {
  readonly place: MailPlace;
  /**
   * Resolves once a mail server has accepted the e-mail, or it is stored on the disk.
   * @param id the same at each attempt, so that whoever gets the letter twice can tell
   * @throws {MailError}
   */
  send(letter: Letter, id: string, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** The e-mail could not be sent. */
export class MailError extends Error {
  override name = "MailError";
  /** Whether trying again may help: not where the receiver is refused, for instance. */
  readonly isFinal: boolean;

  constructor(message: string, { isFinal, cause }: { isFinal: boolean; cause?: unknown }) {
    super(message, { cause });
    this.isFinal = isFinal;
  }
}
