import { join } from "node:path";
import type { BenchRun } from "./bench-run.ts";
import { type ConsigneChild, uploadByCurl } from "./consigne-child.ts";
import type { DelayReading } from "./figures.ts";
import { longestDelay } from "./loop-delay.ts";
import { writeRandomFile } from "./random-file.ts";

const LINKS_IN_CALL = 1000;
const DEEPEST = 100;
/** Nothing may block other requests for longer. */
const LIMIT_MS = 50;

/** Measures how long calls that touch many rows block the server's event loop, and so all other requests. */
export async function measureDelay(run: BenchRun): Promise<DelayReading[]> {
  const delayFile = join(run.folder, "delay.txt");
  await using server = await run.startServer("delay", { delayFile });
  const readings: DelayReading[] = [];
  const during = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    await longestDelay(server, delayFile);
    await work();
    readings.push({ name, longestMs: await longestDelay(server, delayFile), aimMs: LIMIT_MS });
  };
  const fileCount = run.plan.listedFiles;
  const folders = await makeChain(server, DEEPEST);
  const [top = 0, bottom = 0] = [folders[0], folders.at(-1)];
  let links: string[] = [];
  await during(`${fileCount} files made by file/cp`, async () => {
    links = await makeFiles(run, server, { folder: top, count: fileCount });
  });
  const some = links.slice(0, LINKS_IN_CALL);
  await during(`file/ls of ${fileCount} files`, () => server.call("file/ls", { folder_id: top }));
  const { url } = await server.call("folder/share", { folder_id: top, share: 1 });
  await during(`the public page of ${fileCount} files`, async () => (await fetch(String(url))).arrayBuffer());
  await during(`file/mv of ${some.length} files to level ${DEEPEST}`, () =>
    server.call("file/mv", { urls: some, destination_folder_id: bottom }),
  );
  await during(`file/rm of ${some.length} files`, () =>
    server.call("file/rm", { files: some.map((link) => ({ url: link })) }),
  );
  return readings;
}

async function makeChain(server: ConsigneChild, levels: number): Promise<number[]> {
  const ids: number[] = [];
  for (let level = 1; level <= levels; level++) {
    const created = await server.call("folder/mkdir", { name: `level ${level}`, folder_id: ids.at(-1) ?? 0 });
    ids.push(Number(created["folder_id"]));
  }
  return ids;
}

async function makeFiles(
  run: BenchRun,
  server: ConsigneChild,
  { folder, count }: { folder: number; count: number },
): Promise<string[]> {
  const source = join(run.folder, "listed.bin");
  await writeRandomFile(source, 1024);
  const first = await uploadByCurl(server, source, "listed.bin");
  await server.call("file/mv", { urls: [first.link], destination_folder_id: folder });
  const links = [first.link];
  while (links.length < count) {
    const urls = links.slice(0, Math.min(LINKS_IN_CALL, count - links.length));
    const copied = await server.call("file/cp", { urls, folder_id: folder });
    links.push(...(copied["urls"] as { to_url: string }[]).map(({ to_url: link }) => link));
  }
  return links;
}
