import type { ImportSource } from "@consigne/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { client } from "../api/client.ts";
import { findFolderId } from "../api/entries.ts";
import { Checkbox } from "../frame/checkbox.tsx";
import { DialogBox } from "../frame/dialog-box.tsx";
import { Field, SelectField } from "../frame/field.tsx";
import { useNotices } from "../frame/notices.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import type { TextId } from "../texts/parts.ts";
import { useText } from "../texts/use-text.ts";
import { type Fault, faultOf, isAddress, linesOf, MOST_ADDRESSES } from "./given-addresses.ts";
import { IMPORTS } from "./transfer-data.ts";

const kinds = ["account", "links", "page", "index"] as const;
type Kind = (typeof kinds)[number];
const WEB = new Set(["http:", "https:"]);

const nothing = { source: "", links: "", page: "", index: "", key: "", password: "", path: "", folder: "" };
type Given = typeof nothing;
type Problems = Partial<Record<keyof Given, Fault>>;

interface Words {
  label: TextId<"transfers">;
  advice?: TextId<"transfers">;
  /** For a field with several lines. */
  rows?: number | undefined;
}

export function AddImport({ onClose }: { onClose(): void }) {
  const { text } = useText("transfers");
  const notices = useNotices();
  const queries = useQueryClient();
  const call = useCall();
  const [kind, setKind] = useState<Kind>("account");
  const [given, setGiven] = useState(nothing);
  const [isDryRun, setDryRun] = useState(false);
  const [problems, setProblems] = useState<Problems>({});
  const start = () =>
    call.run(async () => {
      const faults = faultsOf(kind, given);
      if (Object.keys(faults).length > 0) return setProblems(faults);
      const folder = given.folder.trim();
      const folderId = folder === "" || folder === "/" ? 0 : await findFolderId(folder);
      if (folderId === undefined) return setProblems({ folder: { text: "fetch.noFolder" } });
      await client.imports.start(sourceOf(kind, given), {
        sourceUrl: isByCalls(kind) ? given.source.trim() || undefined : undefined,
        sourceKey: kind === "index" ? undefined : given.key.trim() || undefined,
        folderId,
        isDryRun,
      });
      notices.tell(text("imp.started"));
      void queries.invalidateQueries({ queryKey: IMPORTS });
      onClose();
    });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setProblems({});
    void start();
  };
  const field = (name: keyof Given, { label, advice, rows }: Words, isSecret = false) => {
    const problem = problems[name];
    return (
      <Field
        type={isSecret ? "password" : "text"}
        rows={rows}
        label={text(label)}
        advice={advice && text(advice, { most: MOST_ADDRESSES })}
        value={given[name]}
        onChange={(value) => setGiven((before) => ({ ...before, [name]: value }))}
        problem={problem && text(problem.text, problem.values)}
      />
    );
  };
  return (
    <DialogBox title={text("imp.addTitle")} onClose={onClose}>
      <Form onSubmit={submit} validationBehavior="aria">
        <SelectField<Kind>
          label={text("imp.kind")}
          value={kind}
          onChange={setKind}
          options={kinds.map((value) => ({ value, text: text(`imp.kind.${value}`) }))}
        />
        {kind === "links" && field("links", { label: "imp.links", advice: "imp.linksAdvice", rows: 5 })}
        {isByCalls(kind) && field("source", { label: "imp.source", advice: "imp.sourceAdvice" })}
        {isByCalls(kind) && field("key", { label: "imp.key", advice: "imp.keyAdvice" }, true)}
        {kind === "account" && field("path", { label: "imp.path", advice: "imp.pathAdvice" })}
        {kind === "page" && field("page", { label: "imp.page", advice: "imp.pageAdvice" })}
        {kind === "page" && field("key", { label: "imp.key", advice: "imp.keyAdvicePage" }, true)}
        {kind === "page" && field("password", { label: "imp.password" }, true)}
        {kind === "index" && field("index", { label: "imp.index", advice: "imp.indexAdvice" })}
        {field("folder", { label: "fetch.folder", advice: "fetch.folderAdvice" })}
        <Checkbox isSelected={isDryRun} onChange={setDryRun}>
          {text("imp.plan")}
        </Checkbox>
        <Problem call={call} />
        <div className="dialog-actions">
          <Button className="button plain" onPress={onClose}>
            {text("app.cancel")}
          </Button>
          <Button className="button" type="submit">
            {text("imp.do")}
          </Button>
        </div>
      </Form>
    </DialogBox>
  );
}

/** From an account there, whose key lists its folders or gives the checksums of files. */
const isByCalls = (kind: Kind): kind is "account" | "links" => kind === "account" || kind === "links";

function faultsOf(kind: Kind, given: Given): Problems {
  const address = isByCalls(kind) ? "source" : kind;
  const text = given[address].trim();
  const isUsual = isByCalls(kind) && text === "";
  const ofLinks = kind === "links" ? faultOf(given.links, WEB) : undefined;
  return {
    ...(isUsual || isAddress(text, WEB) ? {} : { [address]: { text: "imp.badSource" } }),
    ...(isByCalls(kind) && given.key.trim() === "" ? { key: { text: "imp.noKey" } } : {}),
    ...(ofLinks === undefined ? {} : { links: ofLinks }),
  };
}

function sourceOf(kind: Kind, { page, password, index, path, links }: Given): ImportSource {
  if (kind === "links") return { links: linesOf(links) };
  if (kind === "account") return { path: path.trim() || "/" };
  return kind === "page" ? { page: page.trim(), password: password || undefined } : { index: index.trim() };
}
