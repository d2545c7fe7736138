import { type AccountActor, fetchEnglish, type Import, inSentences, type ListedSource } from "@consigne/core";
import { ScriptedImports, type ScriptedTree } from "./_import-source.ts";
import { work } from "./_letters.ts";
import { type Bench, openBench } from "./_services.ts";
import { ScriptedSources } from "./_sources.ts";

export const KEY = "KeyOfTheSourceThatNobodyMaySee01";
export const said = (text: string) => ({ code: "text", text }) as const;
export const told = (of: Pick<Import, "messages"> | undefined) => inSentences(fetchEnglish, of?.messages ?? []);
export const access = { kind: "account", url: "https://api.example.org/v1", apiKey: KEY, path: "/" } as const;

export async function opened(options: Parameters<typeof openBench>[0] = {}) {
  const [sources, source] = [new ScriptedSources(), new ScriptedImports()];
  const bench = await openBench({ ...options, replace: () => ({ sources, importSources: source }) });
  const owner = await bench.account();
  const order = (changes: { isPlan?: boolean; folder?: number } = {}, by: AccountActor = owner) =>
    bench.services.imports.order(by, { access, folder: "root", isPlan: false, ...changes });
  const now = ({ id }: Import) => bench.services.imports.get(owner, id);
  const goOn = async (found: Import) => {
    await work(bench);
    return now(found);
  };
  return { bench, sources, source, owner, order, now, goOn, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}
export type World = Awaited<ReturnType<typeof opened>>;

/** Provides a text at the source's address for it, with its checksum. */
export async function listed({ bench, sources }: World, name: string, text: string): Promise<ListedSource> {
  const hash = bench.ports.hasher.start();
  await hash.update(Buffer.from(text));
  const reference = `https://files.example.org/${encodeURIComponent(name)}/${text}`;
  sources.set(reference, { text });
  return { reference, name, sizeBytes: Buffer.byteLength(text), whirlpool: await hash.digest() };
}

export async function treeOf(
  { services }: Pick<Bench, "services">,
  actor: AccountActor,
  id: number | "root" = "root",
): Promise<string[]> {
  const files = (await (await services.files.list(actor, id, {}, {})).all()).map(({ name }) => name);
  const children = await (await services.folders.list(actor, id)).children.all();
  const below = await Promise.all(
    children.map(async (child) => (await treeOf({ services }, actor, child.id)).map((each) => `${child.name}/${each}`)),
  );
  return [...files, ...children.map(({ name }) => `${name}/`), ...below.flat()].toSorted();
}

export async function houseOf(world: World): Promise<ScriptedTree> {
  return {
    "": { folders: { photos: "1", empty: "2" }, files: [await listed(world, "a.txt", "alpha")] },
    1: {
      files: [
        await listed(world, "b.txt", "beta"),
        await listed(world, "b.txt", "beta"),
        await listed(world, "é", "e"),
      ],
    },
    2: {},
  };
}
