import { createWhirlpoolHasher } from "../src/index.ts";

const hasher = await createWhirlpoolHasher();
const hash = hasher.start();
await hash.update(Buffer.from("a".repeat(1_000_000)));
process.stdout.write(`${await hash.digest()}\n`);
await hasher.start().update(new Uint8Array(10));
