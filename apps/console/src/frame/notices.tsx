import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { Button } from "react-aria-components";
import { failureText, requestIdOf } from "../api/failure.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import styles from "./notices.module.css";
import { SignInApart } from "./problem.tsx";
import { useNoticeKey } from "./use-notice-key.ts";

interface Notice {
  id: number;
  text: string;
  isBad: boolean;
  /** Offered if the page itself could not copy. */
  copyText?: string | undefined;
  error?: unknown;
  undo?: (() => void) | undefined;
}

interface Notices {
  tell(text: string, more?: { copyText?: string }): void;
  /** Offers an undo. Returns a function that removes the notice, once there is nothing left to undo. */
  offerUndo(text: string, undo: () => void): () => void;
  /** Shows the error with the number of the request; `before` adds how far it got. */
  fail(error: unknown, before?: (reason: string) => string): void;
}

const NoticesContext = createContext<Notices | undefined>(undefined);
const SHOWN_MS = 8000;
const MOST = 3;
let lastId = 0;

export function useNotices(): Notices {
  const notices = useContext(NoticesContext);
  if (notices === undefined) throw new Error("Nobody shows notices here.");
  return notices;
}

export function NoticesProvider({ children }: { children: ReactNode }) {
  const { text } = useText();
  const [shown, setShown] = useState<readonly Notice[]>([]);
  const region = useRef<HTMLDivElement>(null);
  const goBack = useNoticeKey(region);
  const add = useCallback((notice: Omit<Notice, "id">) => {
    const id = ++lastId;
    // A repeated notice is shown once, and announced again.
    const stays = (each: Notice) => each.isBad || each.undo !== undefined || each.text !== notice.text;
    setShown((before) => [...before.filter(stays).slice(1 - MOST), { ...notice, id }]);
    return () => setShown((before) => before.filter((each) => each.id !== id));
  }, []);
  const remove = useCallback((id: number) => setShown((before) => before.filter((each) => each.id !== id)), []);
  const notices = useMemo<Notices>(
    () => ({
      tell: (words, more = {}) => void add({ text: words, isBad: false, ...more }),
      offerUndo: (words, undo) => add({ text: words, isBad: false, undo }),
      fail: (error, before = (reason) => reason) => {
        add({ text: before(failureText(error, text)), isBad: true, error });
      },
    }),
    [add, text],
  );
  return (
    <NoticesContext value={notices}>
      {children}
      {/* Dialogs silence everything outside of them, except elements with this mark: their results are announced here. */}
      <div ref={region} className={styles.notices} role="status" aria-live="polite" data-react-aria-top-layer>
        {shown.map((notice) => (
          <NoticeBox key={notice.id} notice={notice} onEnd={() => remove(notice.id)} onLeave={goBack} />
        ))}
      </div>
    </NoticesContext>
  );
}

interface BoxProps {
  notice: Notice;
  onEnd(): void;
  /** Somebody has closed it. */
  onLeave(): void;
}

function NoticeBox({ notice, onEnd, onLeave }: BoxProps) {
  const { text } = useText();
  const { isBad, copyText, error, undo } = notice;
  const requestId = requestIdOf(error);
  const id = useId();
  const [isHeld, hold] = useState(false);
  useEffect(() => {
    // Errors stay until somebody has read them, and a button that somebody is about to press stays until then.
    if (isBad || copyText !== undefined || isHeld) return undefined;
    const timer = setTimeout(onEnd, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isBad, copyText, isHeld, onEnd]);
  const close = () => {
    onEnd();
    onLeave();
  };
  return (
    <div className={styles.notice} data-bad={isBad || undefined} onFocus={() => hold(true)} onBlur={() => hold(false)}>
      <div>
        <p id={id}>{notice.text}</p>
        {copyText !== undefined && (
          <textarea
            readOnly
            aria-label={notice.text}
            value={copyText}
            onFocus={(event) => event.currentTarget.select()}
          />
        )}
        {requestId !== undefined && <p className={styles.quiet}>{text("fail.requestId", { id: requestId })}</p>}
        <SignInApart error={error} />
      </div>
      {undo !== undefined && (
        <Button
          className="button plain"
          aria-describedby={id}
          onPress={() => {
            close();
            undo();
          }}
        >
          {text("app.undo")}
        </Button>
      )}
      <Button className="icon-button" aria-label={text("app.close")} aria-describedby={id} onPress={close}>
        <Icon name="close" />
      </Button>
    </div>
  );
}
