import type { BenchRun } from "./bench-run.ts";
import { type ConsigneChild, uploadByCurl } from "./consigne-child.ts";
import { type Comparison, compare, type Pair } from "./figures.ts";
import { changeContent } from "./random-file.ts";
import { runTimed } from "./timed-command.ts";

const MIB = 1024 * 1024;
const AIM = 0.9;

/** Measures an upload with tus, compared with a normal upload to a server whose Whirlpool is disabled. */
export async function measureTus(run: BenchRun): Promise<Comparison[]> {
  const { fileBytes, uploadRounds } = run.plan;
  const source = await run.sourceFile();
  const settings = { CONSIGNE_TRASH_DAYS: "0" } as const;
  const imports = [new URL("./no-whirlpool.ts", import.meta.url).href];
  await using server = await run.startServer("tus", { settings });
  await using bare = await run.startServer("no-whirlpool", { settings, imports });
  const pairs: Pair[] = [];
  for (let round = 0; round < uploadRounds; round += 1) {
    await changeContent(source);
    await runTimed(["sync"]);
    const sent = await uploadByCurl(bare, source, `${round}.bin`);
    await bare.call("file/rm", { files: [{ url: sent.link }] });
    await runTimed(["sync"]);
    const { seconds, link } = await uploadByTus(server, source, fileBytes);
    // Waits for the checksum computed in the background, so that it is not part of the next round.
    await server.call("file/info", { url: link });
    await server.call("file/rm", { files: [{ url: link }] });
    pairs.push({ ours: fileBytes / MIB / seconds, reference: fileBytes / MIB / sent.seconds });
  }
  const head = { unit: "MiB/s", referenceName: "ordinary upload, no Whirlpool", aim: AIM } as const;
  return [compare({ ...head, name: `upload of one file of ${fileBytes / MIB} MiB over tus` }, pairs)];
}

/** Uploads in one request, until the file is stored. */
async function uploadByTus(
  server: ConsigneChild,
  path: string,
  sizeBytes: number,
): Promise<{ seconds: number; link: string }> {
  const startedAt = performance.now();
  const [name = "", value = ""] = server.authorization.split(": ");
  const created = await fetch(`${server.url}/x/v1/tus`, {
    method: "POST",
    headers: {
      [name]: value,
      "tus-resumable": "1.0.0",
      "upload-length": String(sizeBytes),
      "upload-metadata": `filename ${Buffer.from("tus.bin").toString("base64")}`,
    },
  });
  const address = created.headers.get("location");
  if (created.status !== 201 || address === null) throw new Error(`tus was answered with ${created.status}.`);
  const createdInSeconds = (performance.now() - startedAt) / 1000;
  const head = ["Tus-Resumable: 1.0.0", "Upload-Offset: 0", "Content-Type: application/offset+octet-stream"];
  const { output } = await runTimed([
    "curl",
    "--silent",
    "--show-error",
    "--request",
    "PATCH",
    "--upload-file",
    path,
    ...[server.authorization, ...head].flatMap((line) => ["--header", line]),
    "--output",
    "/dev/null",
    "--write-out",
    "%{http_code} %{time_total} %header{consigne-link}",
    new URL(address, server.url).href,
  ]);
  const [status, seconds, link = ""] = output.split(" ");
  if (status !== "204") throw new Error(`The bytes by tus were answered with ${output}`);
  return { seconds: createdInSeconds + Number(seconds), link };
}
