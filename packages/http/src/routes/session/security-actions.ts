import {
  type AccountActor,
  type EdgeServices,
  isDomainError,
  isSameSecret,
  type MailLanguage,
  WeakPasswordError,
} from "@consigne/core";
import type { SignedIn } from "../../sessions/visitor.ts";

type Services = Pick<EdgeServices, "accounts" | "addressChange" | "admission" | "sessions">;

export interface SentForm {
  form: ReadonlyMap<string, string>;
  address: string;
  signal: AbortSignal;
}

interface Sent extends SentForm {
  /** Language of the mail, if one is sent. */
  language: MailLanguage;
}

/** What was done, as given in the address of the following page. */
export type Done = "proved" | "password" | "ended" | "ended-others" | "mail";

/** Why a form was refused: the status, and the name of its text. */
export class FormFailure extends Error {
  override name = "FormFailure";
  readonly status: 400 | 403 | 429;
  readonly text: (typeof failureTexts)[number];

  constructor(status: FormFailure["status"], text: FormFailure["text"]) {
    super(text);
    this.status = status;
    this.text = text;
  }

  /** A domain refusal in the words of this page; undefined for other errors. */
  static of(error: unknown): FormFailure | undefined {
    if (error instanceof FormFailure) return error;
    if (isDomainError(error, "fresh-proof-required")) return new FormFailure(403, "confirm");
    if (isDomainError(error, "session-not-found")) return new FormFailure(400, "gone");
    return undefined;
  }
}

const failureTexts = [
  "wrongPassword",
  "notSame",
  "badPassword",
  "weakPassword",
  "badEmail",
  "tooManyEmails",
  "confirm",
  "gone",
  "unknownForm",
] as const;

/** The caller, freshly proved by the password in the form. Wrong ones count as guesses. */
export async function proved(
  { admission, sessions }: Pick<Services, "admission" | "sessions">,
  actor: SignedIn,
  sent: SentForm,
): Promise<AccountActor> {
  const password = sent.form.get("pass") ?? "";
  try {
    return await sessions.prove(actor, await admission.proveAgain(actor, password, sent.signal));
  } catch (error) {
    if (isDomainError(error, "unknown-credentials")) throw new FormFailure(403, "wrongPassword");
    throw error;
  }
}

/** By the field `do` of the form. */
export const securityActions = {
  prove: async (services, actor, sent) => {
    await proved(services, actor, sent);
    return "proved";
  },
  password: async (services, actor, sent) => {
    const password = sent.form.get("new_pass") ?? "";
    if (!isSameSecret(password, sent.form.get("new_pass_again") ?? "")) throw new FormFailure(400, "notSame");
    const caller = await proved(services, actor, sent);
    const { signal, language } = sent;
    const set = () => services.accounts.setPassword(caller, actor.account, password, { signal, language });
    await inWords("badPassword", set);
    return "password";
  },
  end: async ({ sessions }, actor, { form }) => {
    await sessions.end(actor, form.get("session") ?? "");
    return "ended";
  },
  "end-others": async ({ sessions }, actor) => {
    await sessions.endOthers(actor);
    return "ended-others";
  },
  mail: async (services, actor, sent) => {
    const caller = await proved(services, actor, sent);
    const email = (sent.form.get("mail") ?? "").trim();
    try {
      await inWords("badEmail", () => services.addressChange.request(caller, email, sent.language));
    } catch (error) {
      if (isDomainError(error, "too-busy")) throw new FormFailure(429, "tooManyEmails");
      throw error;
    }
    return "mail";
  },
} as const satisfies Record<string, (services: Services, actor: SignedIn, sent: Sent) => Promise<Done>>;

export type SecurityAction = keyof typeof securityActions;

/** Explains why the domain refused a value. */
async function inWords(text: FormFailure["text"], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof WeakPasswordError) throw new FormFailure(400, "weakPassword");
    if (isDomainError(error, "bad-argument")) throw new FormFailure(400, text);
    throw error;
  }
}
