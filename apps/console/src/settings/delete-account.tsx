import type { AccountContents } from "@consigne/sdk";
import { type SyntheticEvent, useId, useState } from "react";
import { Button, Form } from "react-aria-components";
import { client } from "../api/client.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { Field } from "../frame/field.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { formatMoment, formatSize } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";

/**
 * This cannot be undone here: first the password is required, then what will be removed is listed, then the address
 * must be typed.
 */
export function DeleteAccount({ email }: { email: string }) {
  const { text } = useText("leaving");
  const call = useCall();
  const [contents, setContents] = useState<AccountContents>();
  const ask = () => void call.run(async () => setContents(await client.account.contents()));
  return (
    <>
      <p>{text("del.text")}</p>
      <Problem call={call} />
      <Button className="button danger" onPress={ask}>
        {text("del.ask")}
      </Button>
      {contents !== undefined && (
        <DeletionDialog email={email} contents={contents} onClose={() => setContents(undefined)} />
      )}
    </>
  );
}

interface Props {
  email: string;
  contents: AccountContents;
  onClose(): void;
}

function DeletionDialog({ email, contents, onClose }: Props) {
  const { text, language } = useText("leaving");
  const call = useCall();
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string>();
  const [deletionAt, setDeletionAt] = useState<Date>();
  const id = useId();
  const remove = () => call.run(async () => setDeletionAt(await client.account.delete(email, { language })));
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const isMeant = typed.trim().toLowerCase() === email.toLowerCase();
    setProblem(isMeant ? undefined : text("del.notSame"));
    if (isMeant) void remove();
  };
  if (deletionAt !== undefined) return <Deleted time={formatMoment(deletionAt, language)} />;
  const { fileCount, sizeBytes, folderCount, sharedFolderCount, keyCount } = contents;
  return (
    <DialogBox role="alertdialog" title={text("del.title")} describedBy={id} onClose={onClose}>
      <div id={id}>
        <p>{text("del.goes")}</p>
        <ul>
          <li>{text("del.files", { count: fileCount, size: formatSize(sizeBytes, language) })}</li>
          <li>{text("del.folders", { count: folderCount, shared: sharedFolderCount })}</li>
          <li>{text("del.keys", { count: keyCount })}</li>
          <li>{text("del.rest")}</li>
        </ul>
        <p>{text("del.grace")}</p>
      </div>
      <Form onSubmit={submit} validationBehavior="aria">
        <Field
          type="email"
          label={text("del.typed", { email })}
          value={typed}
          onChange={setTyped}
          problem={problem}
          isFirst
        />
        <Problem call={call} />
        <div className="dialog-actions">
          <Button className="button plain" onPress={onClose}>
            {text("app.cancel")}
          </Button>
          <Button className="button danger" type="submit">
            {text("del.do")}
          </Button>
        </div>
      </Form>
    </DialogBox>
  );
}

/** The session has ended with the account: nothing on the page works any more. */
function Deleted({ time }: { time: string }) {
  const { text } = useText("leaving");
  const leave = () => location.assign("/");
  return (
    <DialogBox title={text("del.doneTitle")} onClose={leave}>
      <p>{text("del.done", { time })}</p>
      <div className="dialog-actions">
        {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- all else is gone */}
        <Button className="button" onPress={leave} autoFocus>
          {text("app.close")}
        </Button>
      </div>
    </DialogBox>
  );
}
