import { useEffect, useRef, useState } from "react";

/** Not more often is anything said aloud. */
const SAY_MS = 5000;

/** What a screen reader hears: the newest words, once in a while. */
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
