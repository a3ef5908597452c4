/**
 * Messages that are shown outside their place: quoted by a reply, or pinned. They come from the log or
 * are fetched one by one, and follow every change, so that a deleted text is nowhere.
 */

import { signal } from "@preact/signals";
import { applyChange, type Message, type MessageChange } from "../../sdk/mod.ts";

/** Those that were asked for longest ago are forgotten. */
const MOST = 300;

type Find = (seq: number) => Promise<Message | undefined>;

/** By seq; null: it is not kept. Absent: it is being fetched, or will be once there is a connection. */
export const cited = signal<ReadonlyMap<number, Message | null>>(new Map());

let find: Find | undefined;
let asked = new Set<number>();
/** Those that could not be fetched. */
let failed = new Set<number>();

/** Another room, or another history. */
export function start(finder: Find): void {
  find = finder;
  asked = new Set();
  failed = new Set();
  cited.value = new Map();
}

/** Has a message ready in `cited`, soon. */
export async function cite(seq: number): Promise<void> {
  if (!find || asked.has(seq)) return;
  asked.add(seq);
  const mine = find;
  try {
    const message = await mine(seq);
    if (mine === find) keep(seq, message ?? null);
  } catch {
    if (mine !== find) return;
    asked.delete(seq);
    if (failed.size < MOST) failed.add(seq);
  }
}

/** There is a connection again. */
export function retry(): void {
  const again = [...failed];
  failed.clear();
  for (const seq of again) void cite(seq);
}

function keep(seq: number, message: Message | null): void {
  const all = new Map(cited.value).set(seq, message);
  for (const old of [...all.keys()].slice(0, Math.max(0, all.size - MOST))) {
    all.delete(old);
    asked.delete(old);
  }
  cited.value = all;
}

/** Applies a change. @param me the reader's id */
export function change(change: MessageChange, me: string | undefined): void {
  const message = cited.value.get(change.of);
  if (message) {
    cited.value = new Map(cited.value).set(change.of, applyChange(message, change, me));
  }
}

/** Nothing up to this seq is kept. */
export function lose(to: number): void {
  cited.value = new Map(
    [...cited.value].map(([seq, message]) => [seq, seq <= to ? null : message]),
  );
}
