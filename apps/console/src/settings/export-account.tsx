import { useState } from "react";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { useNotices } from "../frame/notices.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { saveFile } from "../looks/save-file.ts";
import { useText } from "../texts/use-text.ts";

/** Records per piece of the file: the browser keeps pieces on the disk, but text in memory. */
const RECORDS_PER_PIECE = 5000;

/** Exports everything in the account except the bytes of its files, one line of JSON for each thing. */
export function ExportAccount() {
  const { text } = useText("leaving");
  const notices = useNotices();
  const call = useCall();
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    await call.run(async () => {
      const { pieces, count } = await collectPieces();
      const today = new Date().toISOString().slice(0, 10);
      saveFile(`consigne-${today}.jsonl`, pieces, "application/jsonl");
      notices.tell(text("exp.done", { count }));
    });
    setBusy(false);
  };
  return (
    <>
      <p>{text("exp.text")}</p>
      <Problem call={call} />
      <Button className="button plain" isDisabled={isBusy} onPress={() => void save()}>
        {text(isBusy ? "exp.busy" : "exp.do")}
      </Button>
    </>
  );
}

async function collectPieces(): Promise<{ pieces: Blob[]; count: number }> {
  const pieces: Blob[] = [];
  let lines: string[] = [];
  let count = 0;
  for await (const record of client.account.export()) {
    lines.push(`${JSON.stringify(record)}\n`);
    count += 1;
    if (lines.length < RECORDS_PER_PIECE) continue;
    pieces.push(new Blob(lines));
    lines = [];
  }
  return { pieces: [...pieces, new Blob(lines)], count };
}
