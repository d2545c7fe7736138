import { Button } from "react-aria-components";
import { Page, Part } from "../frame/page.tsx";
import { useAsked } from "../frame/use-asked.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { AddAddresses } from "./add-addresses.tsx";
import { AddImport } from "./add-import.tsx";
import { ImportList } from "./import-list.tsx";
import { RequestList } from "./request-list.tsx";
import styles from "./transfers.module.css";

/** What the server fetches from elsewhere: single URLs, and whole folders. */
export function TransfersPage() {
  const { text } = useText("transfers");
  const [asked, ask, close] = useAsked<"addresses" | "import">();
  return (
    <Page
      title={text("fetch.title")}
      intro={text("fetch.intro")}
      tools={
        <div className={styles.tools}>
          <Button className="button plain" onPress={() => ask("import")}>
            <Icon name="plusFolder" />
            {text("imp.add")}
          </Button>
          <Button className="button" onPress={() => ask("addresses")}>
            <Icon name="plus" />
            {text("fetch.add")}
          </Button>
        </div>
      }
    >
      <Part id="remote-uploads" title={text("fetch.remote")}>
        <RequestList />
      </Part>
      <Part id="imports" title={text("imp.title")}>
        <ImportList />
      </Part>
      {asked === "addresses" && <AddAddresses onClose={close} />}
      {asked === "import" && <AddImport onClose={close} />}
    </Page>
  );
}
