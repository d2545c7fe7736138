import { isWeakPassword, newApiKeyText, newPasswordText, type Services } from "@consigne/core";
import type { Config, Secrets } from "./config.ts";
import { StartError } from "./start-error.ts";
import { siteHostOf } from "./open-services.ts";

/**
 * The administrator created by a first start. Values that the operator chose are not repeated: the output may be a log.
 */
export interface FirstAdministrator {
  isNew: true;
  email: string;
  /** Undefined if the operator set it. */
  generatedPassword: string | undefined;
  /** Undefined if the operator set it. */
  generatedApiKey: string | undefined;
}

/** On every later start. */
export interface KnownAdministrator {
  isNew: false;
  email: string;
}

/**
 * Creates the administrator if there is no account at all. Undefined: there are accounts, but no administrator.
 * @throws {StartError} the configured password is one that attackers would try first
 */
export async function findOrMakeAdministrator(
  services: Pick<Services, "accounts" | "keys">,
  config: Config,
  secrets: Secrets,
): Promise<FirstAdministrator | KnownAdministrator | undefined> {
  if ((await services.accounts.list("operator")).count > 0) return findAdministrator(services);
  if (
    secrets.adminPassword !== undefined &&
    isWeakPassword(secrets.adminPassword, config.adminEmail, siteHostOf(config))
  ) {
    throw new StartError("CONSIGNE_ADMIN_PASSWORD is too easy to guess; choose another. No account was made.");
  }
  const generatedPassword = secrets.adminPassword === undefined ? newPasswordText() : undefined;
  const generatedApiKey = secrets.adminApiKey === undefined ? newApiKeyText() : undefined;
  const account = await services.accounts.create("operator", {
    email: config.adminEmail,
    password: secrets.adminPassword ?? generatedPassword ?? "",
    planId: "unlimited",
    isAdmin: true,
  });
  await services.keys.create("operator", account, { name: "first key", text: secrets.adminApiKey ?? generatedApiKey });
  return { isNew: true, email: account.email, generatedPassword, generatedApiKey };
}

async function findAdministrator({ accounts }: Pick<Services, "accounts">): Promise<KnownAdministrator | undefined> {
  const known = await accounts.findFirstAdministrator("operator");
  return known === undefined ? undefined : { isNew: false, email: known.email };
}

/** A warning for the operator if no mail reaches the administrator, because a forgotten password is reset by mail. */
export async function unreachableAdministrator(
  { status }: Pick<Services, "status">,
  program: string,
): Promise<string | undefined> {
  const email = await status.findUnreachableAdministrator();
  if (email === undefined) return undefined;
  return `No mail reaches ${email}; \`${program} user email ${email} NEW-ADDRESS\` gives the administrator an address.`;
}

/** Shown on a later start, for an operator who has lost the output of the first one. */
export function laterStartText({ email }: KnownAdministrator, program: string): string {
  return `Lost your key? ${program} key add ${email} makes a new one; ${program} user password ${email}, a new password.`;
}

/** The greeting of the first start, with commands ready to paste into any shell, in any locale. */
export function firstStartText(admin: FirstAdministrator, publicUrl: string): string {
  const { email, generatedPassword, generatedApiKey } = admin;
  // URLs are quoted: zsh takes the brackets of IPv6 for a pattern.
  const at = (path: string) => `'${publicUrl}${path}'`;
  const bearer = `-H "Authorization: Bearer ${generatedApiKey ?? "$CONSIGNE_ADMIN_API_KEY"}"`;
  const json = `-H "Content-Type: application/json"`;
  const token = `curl -sf ${bearer} ${json} -d '{"folder_id":0,"filename":"README.md"}' ${at("/v1/download/get_token.cgi")}`;
  return [
    "",
    "Consigne is ready for its first file. This is shown only once; keep it.",
    "",
    `  URL             ${publicUrl}`,
    `  Administrator   ${email}`,
    `  Password        ${generatedPassword ?? "as set in CONSIGNE_ADMIN_PASSWORD"}`,
    `  API key         ${generatedApiKey ?? "as set in CONSIGNE_ADMIN_API_KEY"}`,
    "",
    ...(generatedApiKey === undefined ? ["With CONSIGNE_ADMIN_API_KEY set in your shell:", ""] : []),
    "In a browser, sign in with the administrator and password:",
    `  ${publicUrl}/login.pl`,
    "Upload a file:",
    `  curl -L -H "JSON: 1" ${bearer} -F "file[]=@README.md" ${at("/upload.cgi")}`,
    "List your files:",
    `  curl ${bearer} ${json} -d '{"folder_id":0}' ${at("/v1/file/ls.cgi")}`,
    "Download the one just uploaded:",
    // With another name: -OJ refuses to overwrite, and the file just uploaded is here.
    `  curl -f -o downloaded "$(${token} | cut -d '"' -f 4)"`,
    "",
  ].join("\n");
}
