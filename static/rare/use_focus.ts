/** The focus for what takes the place of the control that had it. */

import { useEffect, useRef } from "../kit.ts";

/**
 * A reference to the control that gets the focus whenever `what` has changed; not when it is first drawn,
 * unless that is wanted.
 */
export function useFocus<T extends HTMLElement>(what: unknown, isWantedAtOnce = false) {
  const control = useRef<T>(null);
  const isFirst = useRef(!isWantedAtOnce);
  useEffect(() => {
    if (!isFirst.current) control.current?.focus();
    isFirst.current = false;
  }, [what]);
  return control;
}
