import { readFile } from "node:fs/promises";

/** One step of a guide that is run: a visible block, or a preparation that only the test sees. */
export interface GuideStep {
  language: "sh" | "js";
  text: string;
  /** Line of the block in the guide, from 1. */
  line: number;
  /** What its output must contain. */
  expects: string[];
}

export interface Guide {
  /** Settings of the server that it uses. */
  settings: Record<string, string>;
  /** Programs it needs, each with arguments to try it. */
  needs: [string, ...string[]][];
  steps: GuideStep[];
  /** Its blocks of JavaScript form one program, which runs last. */
  isOneProgram: boolean;
}

const ONE_PROGRAM = "<!-- one program -->";
const FENCE = /^```(\w*)$/;
const NOT_RUN = /^<!-- not run: \S.* -->$/;
const EXPECT = /^<!-- expect: (.+) -->$/;
const SETTING = /^<!-- server: (\w+)=(\S+) -->$/;
const NEEDS = /^<!-- needs: (\S+)((?: \S+)*) -->$/;
const languages = new Map<string, GuideStep["language"]>([
  ["sh", "sh"],
  ["js", "js"],
]);

/**
 * Reads the examples of a guide. Every `sh` and `js` block is run; what cannot be says why in the line before it:
 * `<!-- not run: it would take the key of a real account -->`. Behind a block `<!-- expect: TEXT -->` names a part of its
 * output. `<!-- prepare` begins lines of shell that readers do not need, up to `-->`. `<!-- server: NAME=VALUE -->` is a
 * setting of the server, `<!-- needs: PROGRAM --version -->` a program without which the guide is skipped. With
 * `<!-- one program -->` each `js` block goes on where the one before stopped.
 */
export async function readGuide(path: string): Promise<Guide> {
  const guide: Guide = { settings: {}, needs: [], steps: [], isOneProgram: false };
  const lines = (await readFile(path, "utf8")).split("\n");
  let before = "";
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const language = languages.get(FENCE.exec(line)?.[1] ?? "");
    const end = FENCE.test(line) ? "```" : line === "<!-- prepare" ? "-->" : undefined;
    if (line === "```") throw new Error(`${path}:${at + 1}: name the language of the block, or text.`);
    if (end === undefined) readRemark(line, guide);
    else {
      const block = blockFrom(lines, at + 1, end);
      if (end === "-->") guide.steps.push({ language: "sh", text: block, line: at + 1, expects: [] });
      else if (language !== undefined && !NOT_RUN.test(before)) {
        guide.steps.push({ language, text: block, line: at + 1, expects: [] });
      }
      at += block.split("\n").length + 1;
    }
    if (line.trim() !== "") before = line;
  }
  return guide.isOneProgram ? { ...guide, steps: joinPrograms(guide.steps) } : guide;
}

function joinPrograms(steps: readonly GuideStep[]): GuideStep[] {
  const parts = steps.filter(({ language }) => language === "js");
  const [first] = parts;
  if (first === undefined) return [...steps];
  const text = parts.map((part) => part.text).join("\n");
  const expects = parts.flatMap((part) => part.expects);
  return [...steps.filter(({ language }) => language !== "js"), { ...first, text, expects }];
}

function blockFrom(lines: readonly string[], from: number, end: string): string {
  const to = lines.indexOf(end, from);
  if (to === -1) throw new Error(`The block that begins in line ${from} has no end.`);
  return lines.slice(from, to).join("\n");
}

function readRemark(line: string, guide: Guide): void {
  if (line === ONE_PROGRAM) guide.isOneProgram = true;
  const [, program, args = ""] = NEEDS.exec(line) ?? [];
  if (program !== undefined) guide.needs.push([program, ...args.split(" ").filter(Boolean)]);
  const [, name, value] = SETTING.exec(line) ?? [];
  if (name !== undefined && value !== undefined) guide.settings[name] = value;
  const expected = EXPECT.exec(line)?.[1];
  if (expected === undefined) return;
  const step = guide.steps.at(-1);
  if (step === undefined) throw new Error(`"${line}" stands before any example.`);
  step.expects.push(expected);
}
