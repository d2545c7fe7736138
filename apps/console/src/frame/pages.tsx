import { type ComponentType, lazy } from "react";
import { FilesPage } from "../files/files-page.tsx";
import type { IconName } from "../looks/icons.tsx";
import { SEARCH } from "../search/search-route.ts";
import { withTexts } from "../texts/language.ts";
import type { TextId } from "../texts/parts.ts";

export interface ConsolePage {
  text: TextId;
  icon: IconName;
  /** Behind the `#`. */
  path: string;
  Page: ComponentType;
  /** Shown to whoever administers the server. */
  isForAdministrators?: true;
}

/**
 * Every page, in the order of the side bar; below 800 px the first four are in the bottom bar. All but the first are loaded
 * when somebody opens them.
 */
export const pages: readonly ConsolePage[] = [
  { text: "nav.files", icon: "folder", path: "/files", Page: FilesPage },
  {
    text: "search.title",
    icon: "search",
    path: SEARCH,
    Page: lazy(
      withTexts(["search"], () =>
        import("../search/search-page.tsx").then(({ SearchPage }) => ({ default: SearchPage })),
      ),
    ),
  },
  {
    text: "nav.transfers",
    icon: "globe",
    path: "/transfers",
    Page: lazy(
      withTexts(["transfers"], () =>
        import("../transfers/transfers-page.tsx").then(({ TransfersPage }) => ({ default: TransfersPage })),
      ),
    ),
  },
  {
    text: "nav.keys",
    icon: "key",
    path: "/keys",
    Page: lazy(
      withTexts(["keys"], () => import("../keys/keys-page.tsx").then(({ KeysPage }) => ({ default: KeysPage }))),
    ),
  },
  {
    text: "nav.shared",
    icon: "person",
    path: "/shared",
    Page: lazy(
      withTexts(["share"], () =>
        import("../shared/shared-page.tsx").then(({ SharedPage }) => ({ default: SharedPage })),
      ),
    ),
  },
  {
    text: "nav.activity",
    icon: "clock",
    path: "/activity",
    Page: lazy(
      withTexts(["activity"], () =>
        import("../activity/activity-page.tsx").then(({ ActivityPage }) => ({ default: ActivityPage })),
      ),
    ),
  },
  {
    text: "nav.settings",
    icon: "gear",
    path: "/settings",
    Page: lazy(
      withTexts(["settings", "leaving"], () =>
        import("../settings/settings-page.tsx").then(({ SettingsPage }) => ({ default: SettingsPage })),
      ),
    ),
  },
  {
    text: "nav.trash",
    icon: "bin",
    path: "/trash",
    Page: lazy(
      withTexts(["trash"], () => import("../trash/trash-page.tsx").then(({ TrashPage }) => ({ default: TrashPage }))),
    ),
  },
  {
    text: "nav.admin",
    icon: "shield",
    path: "/admin",
    isForAdministrators: true,
    Page: lazy(
      withTexts(["admin", "invitations", "settings"], () =>
        import("../admin/admin-page.tsx").then(({ AdminPage }) => ({ default: AdminPage })),
      ),
    ),
  },
];

/** The page of a route; that of the files where no other is meant. */
export function pageAt(route: string): ConsolePage | undefined {
  const isAt = ({ path }: ConsolePage) => route === path || route.startsWith(`${path}/`);
  return pages.find(isAt) ?? pages[0];
}

export const hrefOf = ({ path }: ConsolePage): string => `#${path}`;
