import { createHash } from "node:crypto";
import { request } from "node:http";
import type { TestServer } from "@consigne/testkit";
import { written } from "./_parts.ts";
import { bearer, type RawAnswer, send } from "./_wire.ts";

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export interface BatchLine {
  file?: number;
  outcome?: string;
  file_id?: string;
  url?: string;
  filename?: string;
  folder_id?: number;
  checksum?: string;
  status?: string;
  files?: number;
  error?: { status: number; message: string };
}

export interface SentFile {
  path: string;
  bytes: string | Buffer;
  /** Replaces the true values. */
  says?: object;
}

/** One file as in the body. */
export function framed({ path, bytes, says = {} }: SentFile): Buffer {
  const content = Buffer.from(bytes);
  const head = { path, size: content.length, sha256: sha256Of(content), ...says };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), content]);
}

type Query = Readonly<Record<string, string | number>>;

const batchUrl = ({ url }: Pick<TestServer, "url">, query: Query): string =>
  `${url}/x/v1/batch?${new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])).toString()}`;

export function linesOf(text: string): BatchLine[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the lines hold is what is tested
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as BatchLine]));
}

/** The whole body at once. */
export function postBatch(
  server: Pick<TestServer, "url">,
  key: string,
  body: readonly SentFile[] | Buffer,
  query: Query = {},
): Promise<RawAnswer> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.concat(body.map(framed));
  return send(batchUrl(server, query), { method: "POST", headers: bearer(key), body: bytes });
}

/** The lines of the files ordered by number, and the last one. */
export async function putBatch(
  server: Pick<TestServer, "url">,
  key: string,
  files: readonly SentFile[],
  query: Query = {},
): Promise<{ files: BatchLine[]; last: BatchLine }> {
  const answer = await postBatch(server, key, files, query);
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
  const lines = linesOf(answer.text);
  const last = lines.pop() ?? {};
  return { files: lines.toSorted((a, b) => (a.file ?? 0) - (b.file ?? 0)), last };
}

/** A batch whose bytes the caller sends by hand; lines arrive as the server answers. */
export function beginBatch(server: Pick<TestServer, "url">, key: string, query: Query = {}) {
  const sent = request(batchUrl(server, query), {
    method: "POST",
    headers: { ...bearer(key), "transfer-encoding": "chunked" },
    agent: false,
  });
  const lines: BatchLine[] = [];
  const waiting = new Set<() => void>();
  let text = "";
  let status = 0;
  const ended = new Promise<void>((resolve, reject) => {
    sent.on("error", reject).on("response", (response) => {
      status = response.statusCode ?? 0;
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        const end = text.lastIndexOf("\n") + 1;
        lines.push(...linesOf(text.slice(0, end)));
        text = text.slice(end);
        for (const wake of waiting) wake();
      });
      response
        .on("end", resolve)
        .on("error", reject)
        .on("aborted", () => reject(new Error("The answer broke off.")));
    });
  });
  ended.catch(() => undefined);
  /** Resolves when there are this many lines; rejects if the answer ends before. */
  const untilLines = (count: number) =>
    Promise.race([
      new Promise<void>((resolve) => {
        const look = () => {
          if (lines.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
      (async () => {
        await ended;
        if (lines.length < count) throw new Error(`The answer ended after ${lines.length} lines.`);
      })(),
    ]);
  const write = (bytes: Buffer) => written(sent, bytes);
  return { sent, lines, ended, untilLines, write, status: () => status, rest: () => text };
}
