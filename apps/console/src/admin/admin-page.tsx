import { useLocation } from "wouter";
import { Page, Part } from "../frame/page.tsx";
import { useText } from "../texts/use-text.ts";
import { InvitationList } from "./invitation-list.tsx";
import { JobList } from "./job-list.tsx";
import { LockList } from "./lock-list.tsx";
import { Overview } from "./overview.tsx";
import { SettingList } from "./setting-list.tsx";
import { StoragePart } from "./storage-part.tsx";
import { UserKeys } from "./user-keys.tsx";
import { emailOfRoute } from "./user-keys-route.ts";
import { UserList } from "./user-list.tsx";

/** The server as its administrators see it, or the keys of one user; the API refuses everybody else. */
export function AdminPage() {
  const [route] = useLocation();
  const email = emailOfRoute(route);
  return email === undefined ? <WholeServer /> : <UserKeys key={email} email={email} />;
}

function WholeServer() {
  const { text } = useText("admin", "invitations", "storage");
  return (
    <Page title={text("adm.title")}>
      <Part id="overview" title={text("adm.overview")}>
        <Overview />
      </Part>
      <Part id="users" title={text("adm.users")}>
        <UserList />
      </Part>
      <Part id="invitations" title={text("inv.part")}>
        <InvitationList />
      </Part>
      <Part id="locks" title={text("adm.locks")}>
        <LockList />
      </Part>
      <Part id="jobs" title={text("adm.jobs")}>
        <JobList />
      </Part>
      <Part id="storage" title={text("sto.title")}>
        <StoragePart />
      </Part>
      <Part id="settings" title={text("adm.settings")}>
        <SettingList />
      </Part>
    </Page>
  );
}
