import { useEffect, useRef, useState } from "react";

/** Announcements are no more frequent than this. */
const SAY_MS = 5000;

/** What a screen reader announces: the latest text, once in a while. */
export function useSaid(words: string): string {
  const [said, setSaid] = useState("");
  const newest = useRef(words);
  useEffect(() => void (newest.current = words), [words]);
  useEffect(() => {
    const timer = setInterval(() => setSaid(newest.current), SAY_MS);
    return () => clearInterval(timer);
  }, []);
  return said;
}
