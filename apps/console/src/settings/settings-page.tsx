import { useAccount } from "../api/account.ts";
import { Page, Part } from "../frame/page.tsx";
import { LoadFailure } from "../frame/problem.tsx";
import { useText } from "../texts/use-text.ts";
import { AccountFacts } from "./account-facts.tsx";
import { AppearancePart } from "./appearance-part.tsx";
import { DeleteAccount } from "./delete-account.tsx";
import { EmailForm } from "./email-form.tsx";
import { ExportAccount } from "./export-account.tsx";
import { KeepingPart } from "./keeping-part.tsx";
import { LinkSettings } from "./link-settings.tsx";
import { PasswordForm } from "./password-form.tsx";
import { SessionList } from "./session-list.tsx";

export function SettingsPage() {
  const { text } = useText("leaving", "settings");
  const { data: account, error, refetch } = useAccount();
  return (
    <Page title={text("set.title")}>
      {error !== null && account === undefined && <LoadFailure error={error} retry={() => void refetch()} />}
      {account !== undefined && (
        <>
          <Part id="account" title={text("set.account")}>
            <AccountFacts account={account} />
          </Part>
          <Part id="looks" title={text("set.looks")}>
            <AppearancePart />
          </Part>
          <Part id="sessions" title={text("set.sessions")}>
            <SessionList />
          </Part>
          <Part id="keeping" title={text("set.keeping")}>
            <KeepingPart settings={account.settings} />
          </Part>
          <Part id="links" title={text("set.links")}>
            <LinkSettings settings={account.settings} />
          </Part>
          <Part id="password" title={text("set.password")}>
            <PasswordForm email={account.email} />
          </Part>
          <Part id="email" title={text("set.email")}>
            <EmailForm />
          </Part>
          <Part id="export" title={text("exp.part")}>
            <ExportAccount />
          </Part>
          <Part id="deletion" title={text("del.part")}>
            <DeleteAccount email={account.email} />
          </Part>
        </>
      )}
    </Page>
  );
}
