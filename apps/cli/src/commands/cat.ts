import { createWhirlpoolHasher } from "@consigne/hashing";
import { openClient } from "../client/open-client.ts";
import { parseCount, parseSize } from "../command-line/amounts.ts";
import type { CommandSpec, OptionValues } from "../command-line/command.ts";
import { jsonOption } from "../command-line/command.ts";
import { optionalSecret, passwordOption } from "../command-line/password-option.ts";
import { UsageError } from "../command-line/errors.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { findFile, profileOf, readTarget, requireSound } from "../remote/remote-files.ts";
import { provenBytes } from "../transfers/proven-bytes.ts";

export const catCommand: CommandSpec = {
  name: "cat",
  description: "Write files to standard output, one after the other.",
  arguments: [{ label: "path", description: "`:/notes.txt`, or a link", isList: true, completes: "remote" }],
  options: [
    { flags: "--offset <bytes>", description: "start here, such as 512 or 10M; -512 counts from the end" },
    { flags: "--count <bytes>", description: "at most this much of each file" },
    passwordOption,
    ...connectionOptions,
    { ...jsonOption("name", "offset", "base64"), description: "print each file as one line with its bytes in base64" },
  ],
  examples: [{ line: "consigne cat --offset -1k :/log.txt", purpose: "the last kibibyte of a file" }],
  async handler(call) {
    const targets = call.arguments.map(readTarget);
    const { options, output } = call;
    const part = readPart(options);
    const password = await optionalSecret(call);
    await using opened = new AsyncDisposableStack();
    const hasher = await createWhirlpoolHasher({ workers: 1 });
    opened.defer(() => hasher.close());
    using open = await openClient(call, { profile: profileOf(targets) });
    for (const target of targets) {
      const { file, text } = await findFile(open, target, { password });
      requireSound(file.entry, text);
      const start = Math.max(0, part.offset < 0 ? file.sizeBytes + part.offset : part.offset);
      const end = Math.min(file.sizeBytes, start + part.count);
      if (start >= end && !options.isSet("json")) continue;
      const { downloads } = open.client;
      const wishes = { range: { start, end }, password, signal: open.signal };
      // A checksum is one of all bytes: a part cannot be proved.
      const proof = start === 0 && end === file.sizeBytes ? hasher : undefined;
      if (!options.isSet("json")) {
        const { stream } = await downloads.open(file.url, wishes);
        for await (const chunk of provenBytes(file, stream, proof)) await output.printBytes(chunk);
        continue;
      }
      let bytes: Uint8Array = Buffer.alloc(0);
      const fetched = start >= end ? [] : [await downloads.bytes(file.url, wishes)];
      for await (const chunk of provenBytes(file, fetched, proof)) bytes = chunk;
      output.print(JSON.stringify({ name: file.name, offset: start, base64: Buffer.from(bytes).toString("base64") }));
    }
  },
};

function readPart(options: OptionValues): { offset: number; count: number } {
  const text = options.text("offset") ?? "0";
  const amount = (given: string, flag: string): number =>
    /^\d+$/.test(given) ? parseCount(given, flag) : parseSize(given, flag);
  const isFromEnd = text.startsWith("-");
  const size = amount(isFromEnd ? text.slice(1) : text, "--offset");
  if (isFromEnd && size === 0) throw new UsageError("--offset -0 is the end of the file; there is nothing after it.");
  const count = options.text("count");
  return { offset: isFromEnd ? -size : size, count: count === undefined ? Infinity : amount(count, "--count") };
}
