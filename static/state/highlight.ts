/** The script that colours code, loaded once some code is in sight. Without it code has one colour. */

import type { highlight } from "../highlighter.ts";
import { addresses } from "./place.ts";

let loaded: Promise<typeof highlight> | undefined;

/** The function of the script. Rejects if it cannot be loaded; the next call tries again. */
export function loadHighlighter(): Promise<typeof highlight> {
  return loaded ??= load();
}

async function load(): Promise<typeof highlight> {
  try {
    return (await import(addresses.highlighter!)).highlight;
  } catch (error) {
    loaded = undefined;
    throw error;
  }
}
