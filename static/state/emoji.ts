/** The emoji that can be picked: fetched once, when they are first needed; and those used lately. */

import { signal } from "@preact/signals";
import { type Emoji, known } from "../text/emoji.ts";
import { language } from "../words/words.ts";
import { recall, remember } from "./keep.ts";
import { addresses } from "./place.ts";

/** What most reactions are. */
export const FREQUENT = ["👍", "❤️", "😄", "🎉", "👀", "🙏"];
const LATELY = 16;

/** In the order in which they are shown; undefined until they have come. */
export const emoji = signal<readonly Emoji[] | undefined>(undefined);
/** Whether they could not be fetched. */
export const isMissing = signal(false);
/** Those that the reader used last, the last one first. */
export const lately = signal<readonly string[]>(recalled());

/** Fetches them, unless they have come. */
export async function load(): Promise<void> {
  if (emoji.value) return;
  isMissing.value = false;
  try {
    const { zh, en } = addresses.emoji;
    const response = await fetch((language.startsWith("zh") ? zh : en)!);
    emoji.value = known(await response.json());
  } catch {
    isMissing.value = true;
  }
}

/** The reader has used one. */
export function use(emoji: string): void {
  lately.value = [emoji, ...lately.value.filter((other) => other !== emoji)].slice(0, LATELY);
  remember("emoji", lately.value);
}

function recalled(): string[] {
  const kept = recall<unknown[]>("emoji", FREQUENT);
  const texts = Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  return texts.length > 0 ? texts.slice(0, LATELY) : FREQUENT;
}
