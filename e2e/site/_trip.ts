import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";

/** So much that one request does not take all of them. */
const PADDING = " ".repeat(64 * 1024);

/** `trip` with ten folders of twenty files, all of them different. */
export async function makeTrip(parent: string, name: string): Promise<string> {
  const trip = join(parent, name);
  for (let folder = 0; folder < 10; folder += 1) {
    await mkdir(join(trip, `day ${folder}`), { recursive: true });
    for (let file = 0; file < 20; file += 1)
      await writeFile(join(trip, `day ${folder}`, `picture ${file}.jpg`), `${name} ${folder} ${file}${PADDING}`);
  }
  return trip;
}

/** As from the desktop: no script in a page can make such a drop. */
export async function dropAt(page: Page, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await session.send("Input.dispatchDragEvent", { type, x: 700, y: 400, data });
  await session.detach();
}
