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
import { isAddress } from "./given-addresses.ts";
import { IMPORTS } from "./transfer-data.ts";

const kinds = ["account", "page", "index"] as const;
type Kind = (typeof kinds)[number];
const WEB = new Set(["http:", "https:"]);

const nothing = { source: "", page: "", index: "", key: "", password: "", path: "", folder: "" };
type Given = typeof nothing;
type Problems = Partial<Record<keyof Given, TextId<"transfers">>>;

interface Words {
  label: TextId<"transfers">;
  advice?: TextId<"transfers">;
}

export function AddImport({ onClose }: { onClose(): void }) {
  const { text } = useText("transfers");
  const notices = useNotices();
  const queries = useQueryClient();
  const call = useCall();
  const [kind, setKind] = useState<Kind>("account");
  const [given, setGiven] = useState(nothing);
  const [isPlan, setPlan] = useState(false);
  const [problems, setProblems] = useState<Problems>({});
  const start = () =>
    call.run(async () => {
      const faults = faultsOf(kind, given);
      if (Object.keys(faults).length > 0) return setProblems(faults);
      const folder = given.folder.trim();
      const folderId = folder === "" || folder === "/" ? 0 : await findFolderId(folder);
      if (folderId === undefined) return setProblems({ folder: "fetch.noFolder" });
      await client.imports.start(sourceOf(kind, given), {
        sourceUrl: kind === "account" ? given.source.trim() || undefined : undefined,
        sourceKey: kind === "index" ? undefined : given.key.trim() || undefined,
        folderId,
        isPlan,
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
  const field = (name: keyof Given, { label, advice }: Words, isSecret = false) => {
    const problem = problems[name];
    return (
      <Field
        type={isSecret ? "password" : "text"}
        label={text(label)}
        advice={advice && text(advice)}
        value={given[name]}
        onChange={(value) => setGiven((before) => ({ ...before, [name]: value }))}
        problem={problem && text(problem)}
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
        {kind === "account" && field("source", { label: "imp.source", advice: "imp.sourceAdvice" })}
        {kind === "account" && field("key", { label: "imp.key", advice: "imp.keyAdvice" }, true)}
        {kind === "account" && field("path", { label: "imp.path", advice: "imp.pathAdvice" })}
        {kind === "page" && field("page", { label: "imp.page", advice: "imp.pageAdvice" })}
        {kind === "page" && field("key", { label: "imp.key", advice: "imp.keyAdvicePage" }, true)}
        {kind === "page" && field("password", { label: "imp.password" }, true)}
        {kind === "index" && field("index", { label: "imp.index", advice: "imp.indexAdvice" })}
        {field("folder", { label: "fetch.folder", advice: "fetch.folderAdvice" })}
        <Checkbox isSelected={isPlan} onChange={setPlan}>
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

function faultsOf(kind: Kind, given: Given): Problems {
  const address = kind === "account" ? "source" : kind;
  const text = given[address].trim();
  const isUsual = kind === "account" && text === "";
  return {
    ...(isUsual || isAddress(text, WEB) ? {} : { [address]: "imp.badSource" }),
    ...(kind === "account" && given.key.trim() === "" ? { key: "imp.noKey" } : {}),
  };
}

function sourceOf(kind: Kind, { page, password, index, path }: Given): ImportSource {
  if (kind === "account") return { path: path.trim() || "/" };
  return kind === "page" ? { page: page.trim(), password: password || undefined } : { index: index.trim() };
}
