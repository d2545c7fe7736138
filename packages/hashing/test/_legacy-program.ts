import { ensureLegacyProvider } from "@consigne/hashing/legacy-provider";

ensureLegacyProvider();

const { createWhirlpoolHasher } = await import("@consigne/hashing");
const { text } = await import("node:stream/consumers");
const hasher = await createWhirlpoolHasher();
process.stdout.write(
  JSON.stringify({
    backend: hasher.backend,
    pid: process.pid,
    arguments: process.argv.slice(2),
    execArguments: process.execArgv,
    input: await text(process.stdin),
    kept: process.env["KEPT"],
    guards: Object.keys(process.env).filter((name) => name.startsWith("CONSIGNE_LEGACY")),
  }),
);
await hasher.close();
