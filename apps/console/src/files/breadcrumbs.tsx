import { nameOfPlace, type Place, placesAbove, keyOfPlace } from "../api/place.ts";
import { Icon } from "../looks/icons.tsx";
import { sharedHref } from "../shared/shared-route.ts";
import { useText } from "../texts/use-text.ts";
import type { Chosen } from "./chosen.ts";
import styles from "./folder-page.module.css";
import { hrefOfPlace } from "./place-route.ts";
import type { RowDrag } from "./row-drag.ts";

interface Props {
  place: Place;
  drag: RowDrag;
  /** Moves entries that are dropped on a parent folder into it. */
  onDropInto(place: Place, chosen: Chosen): void;
}

export function Breadcrumbs({ place, drag, onDropInto }: Props) {
  const { text } = useText();
  const step = (each: Place) => {
    const name = nameOfPlace(each) ?? text("files.root");
    const key = keyOfPlace(each);
    const isHere = each === place;
    const drop = { key: `above ${key}`, isListed: false, take: (chosen: Chosen) => onDropInto(each, chosen) };
    return (
      <li key={key}>
        {key !== "/" && <Icon name="right" />}
        <a
          href={hrefOfPlace(each)}
          aria-current={isHere ? "page" : undefined}
          title={name}
          {...(isHere ? {} : drag.target(drop))}
        >
          {name}
        </a>
      </li>
    );
  };
  return (
    <nav aria-label={text("files.path")} className={styles.crumbs}>
      <ol>
        {place.kind === "shared" && (
          <li>
            <a href={sharedHref()}>{text("nav.shared")}</a>
          </li>
        )}
        {[...placesAbove(place), place].map(step)}
      </ol>
    </nav>
  );
}
