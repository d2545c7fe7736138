import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BenchRun } from "./bench-run.ts";
import { type ConsigneChild, findBlob, uploadByCurl } from "./consigne-child.ts";
import { type Comparison, compare, type Pair } from "./figures.ts";
import { startNginx } from "./nginx-child.ts";
import { changeContent, writeRandomFile } from "./random-file.ts";
import { opensslDigest, runTimed } from "./timed-command.ts";

const MIB = 1024 * 1024;
const STREAMS = 4;

/**
 * Measures one upload at a time, compared with the checksum alone, which every upload answer must contain: computed by
 * OpenSSL or our own program, whichever was faster. Stored files are either removed first or kept, which leaves the
 * file system less free space.
 */
export async function measureUpload(run: BenchRun): Promise<Comparison[]> {
  const { fileBytes, uploadRounds } = run.plan;
  const server = await run.server();
  const source = await run.sourceFile();
  const name = `upload of one file of ${fileBytes / MIB} MiB`;
  const comparisons: Comparison[] = [];
  for (const { isRemoved, aim } of [
    { isRemoved: true, aim: 0.93 },
    { isRemoved: false, aim: 0.8 },
  ]) {
    const pairs: Pair[] = [];
    for (let round = 0; round < uploadRounds; round++) {
      await changeContent(source);
      const digest = await fastestWhirlpool(source);
      await runTimed(["sync"]);
      const uploaded = await uploadByCurl(server, source, `source-${round}.bin`);
      if (digest.whirlpool !== uploaded.whirlpool) throw new Error("The server's checksum is not that of the file.");
      pairs.push({ ours: fileBytes / MIB / uploaded.seconds, reference: fileBytes / MIB / digest.seconds });
      if (isRemoved) await server.call("file/rm", { files: [{ url: uploaded.link }] });
      else run.keepLink(uploaded.link);
    }
    const what = isRemoved ? "earlier files removed" : "earlier files kept";
    comparisons.push(
      compare(
        { name: `${name}, ${what}`, unit: "MiB/s", referenceName: "the fastest Whirlpool on this machine", aim },
        pairs,
      ),
    );
  }
  return comparisons;
}

/**
 * Sends the same bytes as several files at once, compared with one file. Each stream computes a separate Whirlpool
 * hash.
 */
export async function measureUploadsAtOnce(run: BenchRun): Promise<Comparison[]> {
  const { fileBytes, uploadRounds } = run.plan;
  const server = await run.server();
  const whole = await run.sourceFile();
  const pieces = Array.from({ length: STREAMS }, (_, index) => join(run.folder, `stream-${index}.bin`));
  for (const piece of pieces) await writeRandomFile(piece, fileBytes / STREAMS);
  const pairs: Pair[] = [];
  for (let round = 0; round < uploadRounds; round++) {
    const reference = await secondsOfUploads(server, [whole]);
    pairs.push({
      ours: fileBytes / MIB / (await secondsOfUploads(server, pieces)),
      reference: fileBytes / MIB / reference,
    });
  }
  for (const piece of pieces) await rm(piece);
  const name = `upload of ${STREAMS} files of ${fileBytes / STREAMS / MIB} MiB at once`;
  return [compare({ name, unit: "MiB/s", referenceName: `one of ${fileBytes / MIB} MiB`, aim: 1.4 }, pairs)];
}

/** From the start of the first to the end of the last. Stored files are removed again. */
async function secondsOfUploads(server: ConsigneChild, paths: readonly string[]): Promise<number> {
  for (const path of paths) await changeContent(path);
  await runTimed(["sync"]);
  const startedAt = performance.now();
  const uploaded = await Promise.all(paths.map((path) => uploadByCurl(server, path, basename(path))));
  const seconds = (performance.now() - startedAt) / 1000;
  await server.call("file/rm", { files: uploaded.map(({ link }) => ({ url: link })) });
  return seconds;
}

async function fastestWhirlpool(path: string): Promise<{ seconds: number; whirlpool: string }> {
  const byOpenssl = await opensslDigest(path);
  const program = fileURLToPath(import.meta.resolve("./whirlpool-of-file.ts"));
  const [whirlpool = "", seconds] = (await runTimed([process.execPath, program, path])).output.trim().split(" ");
  if (!byOpenssl.output.trim().endsWith(whirlpool)) throw new Error("Our Whirlpool is not openssl's.");
  return { seconds: Math.min(byOpenssl.seconds, Number(seconds)), whirlpool };
}

/** Measures one download at a time, compared with nginx sending the same file from the disk. */
export async function measureDownload(run: BenchRun): Promise<Comparison[]> {
  const { fileBytes, downloadRounds } = run.plan;
  const server = await run.server();
  const link = await run.storedLink();
  await using nginx = await startNginx(run.folder, server.blobsFolder);
  const plainUrl = `${nginx.url}/${await findBlob(server, fileBytes)}`;
  await rateOf(plainUrl, fileBytes);
  const pairs: Pair[] = [];
  for (let round = 0; round < downloadRounds; round++) {
    const reference = await rateOf(plainUrl, fileBytes);
    const ours = await rateOf(await directUrl(server, link), fileBytes);
    pairs.push({ ours, reference });
  }
  const name = `download of one file of ${fileBytes / MIB} MiB`;
  return [compare({ name, unit: "MiB/s", referenceName: "nginx, sendfile", aim: 0.9 }, pairs)];
}

async function directUrl(server: ConsigneChild, link: string): Promise<string> {
  const { url } = await server.call("download/get_token", { url: link });
  return String(url);
}

async function rateOf(url: string, expectedBytes: number): Promise<number> {
  const { output } = await runTimed([
    "curl",
    "--silent",
    "--show-error",
    "--fail",
    "--output",
    "/dev/null",
    "--write-out",
    "%{size_download} %{time_total}",
    url,
  ]);
  const [bytes = 0, seconds = 0] = output.split(" ").map(Number);
  if (bytes !== expectedBytes) throw new Error(`${bytes} bytes arrived instead of ${expectedBytes}.`);
  return bytes / MIB / seconds;
}
