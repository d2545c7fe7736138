import type { AccountProfile } from "@consigne/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { ACCOUNT } from "../api/account.ts";
import { client } from "../api/client.ts";
import { Checkbox } from "../frame/checkbox.tsx";
import { SelectField } from "../frame/field.tsx";
import { useNotices } from "../frame/notices.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { useText } from "../texts/use-text.ts";
import styles from "./settings.module.css";

const domains = Array.from({ length: 11 }, (_, number) => ({ value: String(number), text: String(number) }));

/** The settings that 1fichier.com's programs change with `user/info`, as far as they have an effect here. */
export function LinkSettings({ settings }: Pick<AccountProfile, "settings">) {
  const { text } = useText("settings");
  const notices = useNotices();
  const queries = useQueryClient();
  const call = useCall();
  const [showsPage, setShowsPage] = useState(settings.showsDownloadMenu);
  const [domain, setDomain] = useState(String(settings.defaultDomain));
  const save = async (event: SyntheticEvent) => {
    event.preventDefault();
    const chosen = { showsDownloadMenu: showsPage, defaultDomain: Number(domain) };
    if (!(await call.run(() => client.account.change(chosen)))) return;
    notices.tell(text("set.linksDone"));
    await queries.invalidateQueries({ queryKey: ACCOUNT });
  };
  return (
    <Form
      className={styles.form ?? ""}
      onSubmit={(event) => void save(event)}
      validationBehavior="aria"
      aria-label={text("set.links")}
    >
      <Checkbox isSelected={showsPage} onChange={setShowsPage}>
        {text("set.linkPage")}
      </Checkbox>
      <SelectField label={text("set.linkDomain")} value={domain} options={domains} onChange={setDomain} />
      <p className="quiet">{text("set.linkDomainAdvice")}</p>
      <p className="quiet">{text("set.linksOthers")}</p>
      <Problem call={call} />
      <Button className="button" type="submit">
        {text("set.daysDo")}
      </Button>
    </Form>
  );
}
