/** What the page says at the moment: about the connection, about the room, and about what the reader wrote. */

import { signal } from "@preact/signals";
import type { Status } from "../../sdk/mod.ts";

export const status = signal<Status>({ is: "connecting" });
/** Whether this room has ever answered. */
export const wasOnline = signal(false);
/** Whether the room has no messages at all. */
export const isEmpty = signal(false);
/** About the connection, for a moment. */
export const news = signal("");
/** About what the reader wrote or did. */
export const hint = signal("");

const NEWS_MS = 5_000;

let newsTimer: ReturnType<typeof setTimeout> | undefined;

export const isOnline = (): boolean => status.value.is === "online";

/** Another room: nothing is known yet. */
export function start(): void {
  status.value = { is: "connecting" };
  wasOnline.value = isEmpty.value = false;
  hint.value = news.value = "";
}

/** The connection has another status. */
export function turn(next: Status): void {
  status.value = next;
  if (next.is === "online") wasOnline.value = true;
  else if (next.is !== "connecting") news.value = "";
}

/** Says something about the connection. */
export function tell(text: string): void {
  news.value = text;
  clearTimeout(newsTimer);
  newsTimer = setTimeout(() => news.value = "", NEWS_MS);
}
