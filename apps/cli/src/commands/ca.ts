import type { CertificateAuthority } from "../certificates/certificate-authority.ts";
import type { AuthorityStore } from "../certificates/authority-store.ts";
import {
  defineCommand,
  jsonOption,
  type CommandCall,
  type CommandGroupSpec,
  type JsonValues,
} from "../command-line/command.ts";

export const caCommands: CommandGroupSpec = {
  name: "ca",
  description:
    "Show or replace your own certificate authority, which `run` and `proxy` use for the 1fichier hosts only.",
  commands: [
    defineCommand({
      name: "show",
      description:
        "Show where the authority's certificate is, its fingerprint and how long it is valid. Creates it if there is none.",
      options: [jsonOption("path", "subject", "fingerprintSha256", "validFrom", "validTo", "domains")],
      async handler(call) {
        const store = await storeOf(call);
        print(call, store, await store.open());
      },
    }),
    defineCommand({
      name: "path",
      description: "Print the path of the authority's certificate. Creates it if there is none.",
      options: [jsonOption("path")],
      async handler(call) {
        const store = await storeOf(call);
        await store.open();
        const path = store.certificatePath;
        call.output.print(call.options.json ? JSON.stringify({ path }) : path);
      },
    }),
    defineCommand({
      name: "renew",
      description:
        "Replace the authority with a new one. Programs that were told to trust the old one have to be told to trust the new one.",
      options: [jsonOption("path", "subject", "fingerprintSha256", "validFrom", "validTo", "domains")],
      async handler(call) {
        const store = await storeOf(call);
        print(call, store, await store.renew());
      },
    }),
  ],
};

async function storeOf({ environment }: CommandCall): Promise<AuthorityStore> {
  const { AuthorityStore } = await import("../certificates/authority-store.ts");
  const { interceptedDomains } = await import("../drop-in/hosts.ts");
  return new AuthorityStore(environment.configFolder, interceptedDomains);
}

function print(call: CommandCall<JsonValues>, store: AuthorityStore, authority: CertificateAuthority): void {
  const path = store.certificatePath;
  const { subject, fingerprintSha256, validFrom, validTo } = authority.summary();
  if (call.options.json) {
    call.output.print(JSON.stringify({ path, subject, fingerprintSha256, validFrom, validTo, domains: store.domains }));
    return;
  }
  call.output.print(`path         ${path}`);
  call.output.print(`subject      ${subject}`);
  call.output.print(`SHA-256      ${fingerprintSha256}`);
  call.output.print(`valid        ${validFrom.toISOString()} to ${validTo.toISOString()}`);
  call.output.print(`limited to   ${store.domains.join(", ")}`);
}
