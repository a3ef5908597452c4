/** Time that passes while something is shown. */

import { useEffect, useState } from "preact/hooks";

const SECOND = 1_000;

/** The seconds until a moment (milliseconds since 1970), counted down; 0 once it has passed. */
export function useSeconds(until: number): number {
  const left = () => Math.max(0, Math.ceil((until - Date.now()) / SECOND));
  const [, setSeconds] = useState(0);
  useEffect(() => {
    if (left() === 0) return;
    const timer = setInterval(() => {
      setSeconds(left());
      if (left() === 0) clearInterval(timer);
    }, SECOND / 4);
    return () => clearInterval(timer);
  }, [until]);
  return left();
}
