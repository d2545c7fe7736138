import { ProgressBar } from "react-aria-components";
import styles from "./transfers.module.css";

export function ProgressLine({ label, done, of }: { label: string; done: number; of: number }) {
  return (
    <ProgressBar className={styles.line ?? ""} aria-label={label} value={of === 0 ? 100 : (done / of) * 100}>
      {({ percentage = 0 }) => <div className={styles.fill} style={{ width: `${percentage}%` }} />}
    </ProgressBar>
  );
}
