import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

/** What changes files or folders, what makes that durable, and what answers callers. */
const SYSTEM_CALLS = [
  ..."open openat creat write pwrite64 writev pwritev pwritev2 sendto sendmsg sendfile copy_file_range getpeername".split(
    " ",
  ),
  ..."rename renameat renameat2 link linkat symlink symlinkat unlink unlinkat mkdir mkdirat rmdir".split(" "),
  ..."truncate ftruncate fallocate fsync fdatasync sync_file_range".split(" "),
].join(",");

/**
 * Runs a program under `strace`, which records its calls with all their bytes. `-D`: the program is the child of
 * whoever starts it, and gets its signals. Of signals only the fatal one is recorded, which ends the log.
 */
export const tracerInto = (log: string): readonly string[] => [
  ..."strace -D -f -yy -xx -s 16777216 --seccomp-bpf -e signal=kill -e quiet=attach,personality".split(" "),
  "-e",
  `trace=${SYSTEM_CALLS}`,
  "-o",
  log,
];

/** A call of the traced program, in order of completion. */
export interface TracedCall {
  name: string;
  /** Between the brackets, as strace shows it. */
  parameters: string;
  result: number;
  /** The result, if it is a file. */
  resultPath: string;
}

export interface CallWatcher {
  /** Before the call can have had an effect. `call` is incomplete: it has no result yet. */
  began(thread: string, call: Pick<TracedCall, "name" | "parameters">): void;
  /** When it is done. */
  ended(thread: string, call: TracedCall): void;
}

const WHOLE = /^(\d+) +(\w+)\((.*)\) += (-?\d+|\?(?! ERESTART))(?:<([^>]*)>)?/s;
const UNFINISHED = /^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$/s;
const RESUMED = /^(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (-?\d+|\?)(?:<([^>]*)>)?/s;

/** The last bytes of a log contain its end, with a line for each thread of the program. */
const END_BYTES = 65_536;
const ENDED = /^(\d+) +\+\+\+ (?:killed by|exited with) .*\n/gm;
const waitMs = 60_000;

/** Waits until strace has written everything: it may outlive the traced program. */
async function waitForEnd(log: string): Promise<void> {
  await using file = await open(log);
  const first = (await file.read(Buffer.alloc(32), 0, 32, 0)).buffer.toString("latin1");
  const program = /^\d+/.exec(first)?.[0];
  const giveUpAt = Date.now() + waitMs;
  for (;;) {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(END_BYTES), 0, END_BYTES, Math.max(0, size - END_BYTES));
    if ([...buffer.toString("latin1").matchAll(ENDED)].some(([, thread]) => thread === program)) return;
    if (Date.now() > giveUpAt) throw new Error(`strace has not written the end of ${program} into ${log}`);
    await delay(20);
  }
}

/** Reads what `tracerInto` has written, once the program has ended. */
export async function watchCalls(log: string, watcher: CallWatcher): Promise<void> {
  await waitForEnd(log);
  const begun = new Map<string, Pick<TracedCall, "name" | "parameters">>();
  for await (const line of createInterface({ input: createReadStream(log, "latin1"), crlfDelay: Infinity })) {
    const [, thread = "", name = "", parameters = ""] = UNFINISHED.exec(line) ?? [];
    if (name !== "") {
      const call = { name, parameters };
      begun.set(thread, call);
      watcher.began(thread, call);
      continue;
    }
    const resumed = RESUMED.exec(line);
    const [, of = "", calledName = "", rest = "", result = "?", path = ""] = resumed ?? WHOLE.exec(line) ?? [];
    const before = resumed === null ? undefined : begun.get(of);
    if (calledName === "") continue;
    const call = { name: calledName, parameters: (before?.parameters ?? "") + rest };
    if (before === undefined) watcher.began(of, call);
    begun.delete(of);
    // The program was killed within the call, or so soon after it that strace did not see its end.
    if (result === "?") continue;
    watcher.ended(of, { ...call, result: Number(result), resultPath: textOf(path) });
  }
}

/** Texts in quotes and in angle brackets, in order; `-xx` shows all of them in hexadecimal. */
export function bytesIn(parameters: string): Buffer[] {
  return [...parameters.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, shown = ""]) => bytesOf(shown));
}

/** The file of a call's first descriptor. */
export function fileIn(parameters: string): { descriptor: number; path: string } | undefined {
  const [, descriptor, shown] = /^(\d+)<(.*?)>(?:,|$)/.exec(parameters) ?? [];
  return shown === undefined ? undefined : { descriptor: Number(descriptor), path: textOf(shown) };
}

const bytesOf = (shown: string): Buffer => Buffer.from(shown.replaceAll("\\x", ""), "hex");

const textOf = (shown: string): string => (shown.startsWith("\\x") ? bytesOf(shown).toString() : shown);
