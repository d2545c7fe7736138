import { type ComponentType, lazy } from "react";
import { FilesPage } from "../files/files-page.tsx";
import type { IconName } from "../looks/icons.tsx";
import { SEARCH } from "../search/search-route.ts";
import { withTexts } from "../texts/language.ts";
import type { TextId } from "../texts/parts.ts";

export interface ConsolePage {
  text: TextId;
  icon: IconName;
  /** The part after the `#`. */
  path: string;
  Page: ComponentType;
  /** Only shown to administrators. */
  isForAdministrators?: true;
}

/**
 * Every page, in the order of the sidebar; below 50em the first four are in the bottom bar. All except the first are
 * loaded on demand.
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
      withTexts(["admin", "invitations", "keys", "settings", "storage"], () =>
        import("../admin/admin-page.tsx").then(({ AdminPage }) => ({ default: AdminPage })),
      ),
    ),
  },
];

/** The page of a route; the files page by default. */
export function pageAt(route: string): ConsolePage | undefined {
  const isAt = ({ path }: ConsolePage) => route === path || route.startsWith(`${path}/`);
  return pages.find(isAt) ?? pages[0];
}

export const hrefOf = ({ path }: ConsolePage): string => `#${path}`;
