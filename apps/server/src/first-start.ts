import { newApiKeyText, newPasswordText, type Services } from "@consigne/core";
import type { Config, Secrets } from "./config.ts";

/** What is printed once, and only once. */
export interface FirstAdministrator {
  email: string;
  password: string;
  apiKey: string;
  /** Not shown again where the operator chose it. */
  isPasswordDrawn: boolean;
  isKeyDrawn: boolean;
}

/** Makes the administrator while there is no account at all; undefined afterwards. */
export async function makeFirstAdministrator(
  services: Pick<Services, "accounts" | "keys">,
  config: Config,
  secrets: Secrets,
): Promise<FirstAdministrator | undefined> {
  if ((await services.accounts.list()).length > 0) return undefined;
  const password = secrets.adminPassword ?? newPasswordText();
  const apiKey = secrets.adminApiKey ?? newApiKeyText();
  const account = await services.accounts.create("operator", {
    email: config.adminEmail,
    password,
    planId: "unlimited",
    isAdmin: true,
  });
  await services.keys.create("operator", account, { name: "first key", text: apiKey });
  return {
    email: account.email,
    password,
    apiKey,
    isPasswordDrawn: secrets.adminPassword === undefined,
    isKeyDrawn: secrets.adminApiKey === undefined,
  };
}

/** The greeting of the first start, with commands ready to paste. */
export function firstStartText(admin: FirstAdministrator, publicUrl: string): string {
  const bearer = `-H "Authorization: Bearer ${admin.apiKey}"`;
  return [
    "",
    "Consigne is ready for its first file. This is shown only once; keep it.",
    "",
    `  Address         ${publicUrl}`,
    `  Administrator   ${admin.email}`,
    `  Password        ${admin.password}`,
    `  API key         ${admin.apiKey}`,
    "",
    "Upload a file:",
    `  curl -L -H "JSON: 1" ${bearer} -F "file[]=@README.md" ${publicUrl}/upload.cgi`,
    "List your files:",
    `  curl ${bearer} -H "Content-Type: application/json" -d '{"folder_id":0}' ${publicUrl}/v1/file/ls.cgi`,
    "Download the first of them:",
    // Under a name of its own: -OJ refuses to overwrite, and the file just uploaded lies here.
    `  curl -L ${bearer} -o downloaded "$(curl -s ${bearer} -H "Content-Type: application/json" -d '{"folder_id":0}' ${publicUrl}/v1/file/ls.cgi | grep -o '${publicUrl}/?[a-z0-9]*' | head -n 1)"`,
    "",
  ].join("\n");
}
