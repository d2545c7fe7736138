import { createWhirlpoolHasher } from "@consigne/hashing";
import { openClient } from "../client/open-client.ts";
import { parseCount, parseSize } from "../command-line/amounts.ts";
import { defineCommand, jsonOption } from "../command-line/command.ts";
import { optionalSecret, passwordOption } from "../command-line/password-option.ts";
import { UsageError } from "../command-line/errors.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { findFile, profileOf, readTarget, requireSound } from "../remote/remote-files.ts";
import { provenBytes } from "../transfers/proven-bytes.ts";

export const catCommand = defineCommand({
  name: "cat",
  description: "Write files to standard output, one after the other.",
  arguments: [
    { label: "path", description: "file, such as `:/notes.txt`, or a link", isList: true, completes: "remote" },
  ],
  options: [
    {
      flags: "--offset <bytes>",
      description: "start at this position, such as 512 or 10M; -512 counts from the end",
      parse: parseOffset,
    },
    { flags: "--count <bytes>", description: "print at most this much of each file", parse: parseBytes },
    passwordOption,
    ...connectionOptions,
    { ...jsonOption("name", "offset", "base64"), description: "print each file as one line with its bytes in base64" },
  ],
  examples: [{ line: "consigne cat --offset -1k :/log.txt", purpose: "print the last KiB of a file" }],
  async handler(call) {
    const targets = call.arguments.map(readTarget);
    const { options, output } = call;
    const { offset = 0, count = Infinity } = options;
    const password = await optionalSecret(call);
    await using opened = new AsyncDisposableStack();
    const hasher = await createWhirlpoolHasher({ workers: 1 });
    opened.defer(() => hasher.close());
    using open = await openClient(call, { profile: profileOf(targets) });
    for (const target of targets) {
      const { file, text } = await findFile(open, target, { password });
      requireSound(file.entry, text);
      const start = Math.max(0, offset < 0 ? file.sizeBytes + offset : offset);
      const end = Math.min(file.sizeBytes, start + count);
      if (start >= end && !options.json) continue;
      const { downloads } = open.client;
      const downloadOptions = { range: { start, end }, password, signal: open.signal };
      // A checksum covers all bytes: a part cannot be verified.
      const proof = start === 0 && end === file.sizeBytes ? hasher : undefined;
      if (!options.json) {
        const { stream } = await downloads.open(file.url, downloadOptions);
        for await (const chunk of provenBytes(file, stream, proof)) await output.printBytes(chunk);
        continue;
      }
      let bytes: Uint8Array = Buffer.alloc(0);
      const fetched = start >= end ? [] : [await downloads.bytes(file.url, downloadOptions)];
      for await (const chunk of provenBytes(file, fetched, proof)) bytes = chunk;
      output.print(JSON.stringify({ name: file.name, offset: start, base64: Buffer.from(bytes).toString("base64") }));
    }
  },
});

/** Negative: from the end. @throws {UsageError} */
function parseOffset(text: string, flag: string): number {
  const isFromEnd = text.startsWith("-");
  const sizeBytes = parseBytes(isFromEnd ? text.slice(1) : text, flag);
  if (isFromEnd && sizeBytes === 0) {
    throw new UsageError(`${flag} -0 is the end of the file; there is nothing after it.`);
  }
  return isFromEnd ? -sizeBytes : sizeBytes;
}

/** @throws {UsageError} */
function parseBytes(text: string, flag: string): number {
  return /^\d+$/.test(text) ? parseCount(text, flag) : parseSize(text, flag);
}
