/**
 * What is needed rarely, and so is loaded when it is: most dialogs, and the page of links. Nothing is
 * shown until it has come; if it cannot be loaded, that is said, and the next press tries again.
 */

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { addresses } from "../state/place.ts";
import { hint } from "../state/status.ts";
import { words } from "../words/words.ts";
import { closeDialog } from "./dialog.tsx";
import { Whole } from "./whole.tsx";

type Parts = typeof import("../rare/main.tsx").PARTS;
export type LaterName = keyof Parts;

const parts = signal<Parts | undefined>(undefined);
const isMissing = signal(false);

export function Later({ name }: { name: LaterName }) {
  useEffect(() => void load(), []);
  const Part = parts.value?.[name];
  if (Part) return <Part />;
  return isMissing.value && name === "join" ? <Whole title={words.notLoaded} /> : null;
}

async function load(): Promise<void> {
  if (parts.value) return;
  isMissing.value = false;
  try {
    parts.value = (await import(addresses.rare!)).PARTS;
  } catch {
    isMissing.value = true;
    hint.value = words.notLoaded;
    closeDialog();
  }
}
