import type { Import } from "@consigne/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { client } from "../api/client.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { Field } from "../frame/field.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { useText } from "../texts/use-text.ts";
import { sourceOf } from "./import-source.ts";
import { IMPORTS } from "./transfer-data.ts";

/** The import's secrets were deleted when it ended, so they have to be entered again. */
export function RetryImport({ found, onClose }: { found: Import; onClose(): void }) {
  const { text } = useText("transfers");
  const queries = useQueryClient();
  const call = useCall();
  const [key, setKey] = useState("");
  const [password, setPassword] = useState("");
  const takesKey = found.kind !== "index";
  const retry = async () => {
    const secrets = { sourceKey: key.trim() || undefined, password: password || undefined };
    const refresh = () => queries.invalidateQueries({ queryKey: IMPORTS });
    if (await call.run(() => client.imports.retry(found.id, secrets), refresh)) onClose();
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void retry();
  };
  return (
    <DialogBox title={text("imp.retryTitle", { name: sourceOf(found) })} onClose={onClose}>
      <Form onSubmit={submit} validationBehavior="aria">
        <p>{text("imp.retryText")}</p>
        {takesKey && (
          <Field
            type="password"
            label={text("imp.key")}
            advice={text("imp.forgotten")}
            value={key}
            onChange={setKey}
            isFirst
          />
        )}
        {found.kind === "page" && (
          <Field type="password" label={text("imp.password")} value={password} onChange={setPassword} />
        )}
        <Problem call={call} />
        <div className="dialog-actions">
          <Button className="button plain" onPress={onClose}>
            {text("app.cancel")}
          </Button>
          <Button className="button" type="submit">
            {text("imp.retryDo")}
          </Button>
        </div>
      </Form>
    </DialogBox>
  );
}
