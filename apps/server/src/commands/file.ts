import { parseFileLink } from "@consigne/contract/links";
import type { ContentBlock } from "@consigne/core";
import type { Command } from "./typed-commander.ts";
import { InvalidArgumentError } from "commander";
import { type CommandOutput, counted, print, tableLines } from "../operator-output.ts";
import { parseCount } from "./option-values.ts";
import { withServices } from "./with-services.ts";

const SHOWN = 100;

const describe = ({ id, fileId, whirlpool, sizeBytes, reason, blockedAt }: ContentBlock) => ({
  id,
  fileId,
  whirlpool,
  sizeBytes,
  reason,
  blockedAt: blockedAt.toISOString(),
});

export function addFiles(program: Command, output: CommandOutput): void {
  const file = program.command("file").description("block and unblock files by their content");
  file
    .command("block")
    .argument("<link>", "link of a file, or its id", parseFileId)
    .description("block the content of a file: nobody can download it, by any link, even if it is uploaded again")
    .option("--reason <text>", "the reason, for your own records", "")
    .option("--json", "print one JSON document")
    .action(async (fileId, options) => {
      const { block, older, name, isNew } = await withServices(({ contentBlocks }) =>
        contentBlocks.block("operator", fileId, options.reason),
      );
      const line = isNew
        ? `The content of ${JSON.stringify(name)} is blocked as ${block.id}; downloads in progress stop within seconds.`
        : `The content of ${JSON.stringify(name)} has been blocked since ${block.blockedAt.toISOString()}, as ${block.id}.`;
      const more = older.map(
        ({ id, sizeBytes }) =>
          `An older version of it (${counted(sizeBytes, "byte")}) is blocked as ${id}; \`file unblock ${id}\` unblocks it.`,
      );
      print(output, options.json === true, { ...describe(block), isNew, older: older.map(describe) }, [line, ...more]);
    });
  file
    .command("unblock <link-or-id>")
    .description("unblock the content of a file; its links work again")
    .option("--json", "print one JSON document")
    .action(async (named, options) => {
      const block = await withServices(({ contentBlocks }) =>
        contentBlocks.unblock("operator", parseFileLink(named)?.id ?? named),
      );
      print(output, options.json === true, describe(block), [`Block ${block.id} is lifted.`]);
    });
  file
    .command("list-blocked")
    .description("list blocked content, newest first")
    .option("--limit <number>", "show at most this many", parseCount, SHOWN)
    .option("--json", "print one JSON document")
    .action(async ({ limit, json }) => listBlocked({ limit, json }, output));
}

async function listBlocked({ limit, json }: { limit: number; json?: true }, output: CommandOutput): Promise<void> {
  const found = await withServices(({ contentBlocks }) => contentBlocks.list("operator", limit + 1));
  const shown = found.slice(0, limit);
  const rows = shown.map(({ id, blockedAt, fileId, sizeBytes, reason }) => [
    id,
    blockedAt.toISOString(),
    fileId,
    String(sizeBytes),
    reason,
  ]);
  const more = found.length > limit ? [`Showing the newest ${counted(limit, "block")}; --limit shows more.`] : [];
  print(output, json === true, shown.map(describe), [
    ...tableLines([["ID", "BLOCKED AT", "FILE", "BYTES", "REASON"], ...rows]),
    ...more,
  ]);
}

function parseFileId(text: string): string {
  const link = parseFileLink(text);
  if (link === undefined) throw new InvalidArgumentError("This is not a link to a file.");
  return link.id;
}
