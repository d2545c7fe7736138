import { useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { client } from "../api/client.ts";
import { findFolderId } from "../api/entries.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { Field } from "../frame/field.tsx";
import { useNotices } from "../frame/notices.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { useText } from "../texts/use-text.ts";
import { faultOf, linesOf, MOST_ADDRESSES } from "./given-addresses.ts";
import { REQUESTS } from "./transfer-data.ts";

interface Problems {
  urls?: string | undefined;
  folder?: string | undefined;
}

export function AddAddresses({ onClose }: { onClose(): void }) {
  const { text } = useText("transfers");
  const notices = useNotices();
  const queries = useQueryClient();
  const call = useCall();
  const [given, setGiven] = useState({ urls: "", folder: "" });
  const [problems, setProblems] = useState<Problems>({});
  const set = (field: keyof typeof given) => (value: string) => {
    setGiven((before) => ({ ...before, [field]: value }));
    setProblems((before) => ({ ...before, [field]: undefined }));
  };
  const add = async () => {
    const fault = faultOf(given.urls);
    if (fault !== undefined) return setProblems({ urls: text(fault.text, fault.values) });
    const urls = linesOf(given.urls);
    const isAdded = await call.run(async () => {
      const folder = given.folder.trim();
      const folderId = folder === "" || folder === "/" ? 0 : await findFolderId(folder);
      if (folderId === undefined) return setProblems({ folder: text("fetch.noFolder") });
      await client.remoteUploads.request(urls, { folderId });
      notices.tell(text("fetch.added", { count: urls.length }));
      onClose();
    });
    if (isAdded) await queries.invalidateQueries({ queryKey: REQUESTS });
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setProblems({});
    void add();
  };
  return (
    <DialogBox title={text("fetch.addTitle")} onClose={onClose}>
      <Form onSubmit={submit} validationBehavior="aria">
        <Field
          label={text("fetch.urls")}
          advice={text("fetch.urlsAdvice", { most: MOST_ADDRESSES })}
          value={given.urls}
          onChange={set("urls")}
          problem={problems.urls}
          rows={5}
          isFirst
        />
        <Field
          label={text("fetch.folder")}
          advice={text("fetch.folderAdvice")}
          value={given.folder}
          onChange={set("folder")}
          problem={problems.folder}
        />
        <Problem call={call} />
        <div className="dialog-actions">
          <Button className="button plain" onPress={onClose}>
            {text("app.cancel")}
          </Button>
          <Button className="button" type="submit">
            {text("fetch.do")}
          </Button>
        </div>
      </Form>
    </DialogBox>
  );
}
