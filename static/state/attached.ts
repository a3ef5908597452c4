/**
 * The files that go with the next message: chosen, pasted or dropped in a room, and sent to it at once, a
 * few at a time, so that the message only has to name them. Each room has its own. They are forgotten
 * with the page; the server deletes what no message names.
 */

import { computed, signal } from "@preact/signals";
import { HttpError, type NamedFile, uploadFile } from "../../sdk/mod.ts";
import { sizeText, words } from "../words/words.ts";
import { maxFile, room as roomName, server, token } from "./place.ts";

/** A file of the next message. */
export interface Attached {
  readonly key: number;
  readonly name: string;
  readonly size: number;
  /** The address of a preview, for an image. */
  readonly preview?: string;
  /** How much has been sent, 0 to 1. */
  readonly progress: number;
  readonly state: "waits" | "sends" | "failed" | "ready";
  /** Why it has failed, and whether another attempt may succeed. */
  readonly why?: string;
  readonly mayRetry?: boolean;
  /** What the server says of it, once it is there. */
  readonly file?: NamedFile;
  /** What it shows, in words. */
  readonly alt: string;
}

/** Files of one message, and how many are sent at once. */
const MOST = 10;
const AT_ONCE = 3;
/** Larger images are not decoded for a preview. */
const PREVIEWED = 20_000_000;

/** The contents of files, where they go, and how to stop that, by key. */
const sources = new Map<number, { blob: File; room: string; stop?: AbortController }>();
const all = signal<ReadonlyMap<string, readonly Attached[]>>(new Map());
let lastKey = 0;

/** Those of the room that is shown. */
export const attached = computed(() => all.value.get(roomName.value) ?? []);
/** Whether files can be sent here at all. */
export const canAttach = maxFile > 0;
/** Whether all of them have arrived. */
export const areReady = computed(() => attached.value.every(({ state }) => state === "ready"));
/** The one whose description is being written. */
export const described = signal<number | undefined>(undefined);

/** Adds files; returns false if they are too many for one message. */
export function add(files: Iterable<File>): boolean {
  const room = roomName.peek();
  const given = [...files];
  const space = MOST - attached.peek().length;
  const added = given.slice(0, space).map((blob) => toAttached(blob, room));
  set(room, [...attached.peek(), ...added]);
  pump();
  return given.length <= space;
}

function toAttached(blob: File, room: string): Attached {
  const key = ++lastKey;
  const { name, size, type } = blob;
  const base = { key, name: name || words.file, size, progress: 0, alt: "" };
  if (size === 0) return { ...base, state: "failed", why: words.fileEmpty };
  if (size > maxFile) {
    return { ...base, state: "failed", why: words.fileTooLarge(sizeText(maxFile)) };
  }
  sources.set(key, { blob, room });
  const isShown = /^image\/(?:png|jpeg|gif|webp)$/.test(type) && size <= PREVIEWED;
  return isShown
    ? { ...base, state: "waits", preview: URL.createObjectURL(blob) }
    : { ...base, state: "waits" };
}

/** Files of an unsent message that is written again. */
export function putBack(files: readonly NamedFile[] = []): void {
  const back = files.map((file): Attached => ({
    key: ++lastKey,
    name: file.name ?? words.file,
    size: file.size ?? 0,
    progress: 1,
    state: "ready",
    file,
    alt: file.alt ?? "",
  }));
  set(roomName.peek(), [...attached.peek(), ...back].slice(0, MOST));
}

function set(room: string, files: readonly Attached[]): void {
  const next = new Map(all.peek());
  if (files.length > 0) next.set(room, files);
  else next.delete(room);
  all.value = next;
}

function change(key: number, some: Partial<Attached>): void {
  for (const [room, files] of all.peek()) {
    if (!files.some((file) => file.key === key)) continue;
    set(room, files.map((file) => file.key === key ? { ...file, ...some } : file));
  }
}

/** Sends the next ones. */
function pump(): void {
  const files = [...all.peek().values()].flat();
  const free = AT_ONCE - files.filter(({ state }) => state === "sends").length;
  for (const { key } of files.filter(({ state }) => state === "waits").slice(0, free)) {
    void send(key);
  }
}

async function send(key: number): Promise<void> {
  const source = sources.get(key);
  if (!source) return;
  const { blob: file, room } = source;
  const { signal } = source.stop = new AbortController();
  change(key, { state: "sends", progress: 0, why: undefined });
  const onProgress = (sent: number, total: number) => change(key, { progress: sent / total });
  try {
    const kept = await uploadFile({ url: server, room, token, file, signal, onProgress });
    change(key, { state: "ready", progress: 1, file: kept, name: kept.name, size: kept.size });
  } catch (error) {
    if (!signal.aborted) change(key, { state: "failed", ...reasonOf(error) });
  }
  pump();
}

function reasonOf(error: unknown): Pick<Attached, "why" | "mayRetry"> {
  if (!(error instanceof HttpError)) return { why: words.fileBroken, mayRetry: true };
  const { status, message } = error;
  if (status === 413) return { why: words.fileTooLarge(sizeText(maxFile)) };
  if (status === 429 || status === 503) return { why: words.fileBusy, mayRetry: true };
  return { why: status === 507 ? words.fileFull : message, mayRetry: status !== 400 };
}

/** Sends one again that has failed. */
export function retry(key: number): void {
  change(key, { state: "waits", why: undefined });
  pump();
}

/** Takes one away, whether or not it has been sent. */
export function remove(key: number): void {
  for (const [room, files] of all.peek()) set(room, files.filter((file) => file.key !== key));
  forget(key);
  pump();
}

function forget(key: number): void {
  sources.get(key)?.stop?.abort();
  sources.delete(key);
}

/** Says what a file shows. */
export const describe = (key: number, alt: string): void => change(key, { alt });

/** Takes those of the room for a message. */
export function takeAll(): NamedFile[] {
  const files = attached.peek();
  set(roomName.peek(), []);
  for (const { key, preview } of files) {
    forget(key);
    if (preview) URL.revokeObjectURL(preview);
  }
  return files.flatMap(({ file, alt }) => file ? [alt ? { ...file, alt } : file] : []);
}
