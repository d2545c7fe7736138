import type { BenchRun } from "./bench-run.ts";
import { type ConsigneChild, findBlob, uploadByCurl } from "./consigne-child.ts";
import { type Comparison, compare, type Pair } from "./figures.ts";
import { startNginx } from "./nginx-child.ts";
import { changeContent } from "./random-file.ts";
import { opensslDigest, runTimed } from "./timed-command.ts";

const MIB = 1024 * 1024;

/** One upload at a time, beside the checksum alone, which every answer to an upload has to name. */
export async function measureUpload(run: BenchRun): Promise<Comparison[]> {
  const { fileBytes, uploadRounds } = run.plan;
  const server = await run.server();
  const source = await run.sourceFile();
  const pairs: Pair[] = [];
  for (let round = 0; round < uploadRounds; round++) {
    await changeContent(source);
    const digest = await opensslDigest(source);
    const uploaded = await uploadByCurl(server, source, `source-${round}.bin`);
    if (!digest.output.trim().endsWith(uploaded.whirlpool)) throw new Error("The server's checksum is not openssl's.");
    run.keepLink(uploaded.link);
    pairs.push({ ours: fileBytes / MIB / uploaded.seconds, reference: fileBytes / MIB / digest.seconds });
  }
  const name = `upload of one file of ${fileBytes / MIB} MiB`;
  return [compare({ name, unit: "MiB/s", referenceName: "openssl dgst -whirlpool", aim: 0.85 }, pairs)];
}

/** One download at a time, beside nginx sending the very same file of the disk. */
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
