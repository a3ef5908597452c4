/**
 * The reader's session: what makes them the same person the next time, and whether they may come in.
 *
 * The cookie is out of the page's sight, so the member's id is remembered, and compared with who the
 * server says the reader is. In an open chat somebody without a session gets one when they join. Where
 * people come by invitation it is the server that says who they are, and what they are called.
 */

import { computed, signal } from "@preact/signals";
import {
  changeMe,
  getMe,
  HttpError,
  type Me,
  openSession,
  type Person,
  signOut,
} from "../../sdk/mod.ts";
import { forget, recall, remember } from "./keep.ts";
import { access, server, token } from "./place.ts";
import { change, isKnown, type You, you } from "./you.ts";

const KEY = "member";

/**
 * - `asking`: the server has not answered yet
 * - `in`: there is a session, or there will be one
 * - `out`: only members may come in, and this is none
 * - `ended`: there was a session; it ended elsewhere, or is too old
 * - `banned`
 */
export type Standing = "asking" | "in" | "out" | "ended" | "banned";

/** Whether people come by invitation. */
export const isByInvitation = access === "invite";

export const standing = signal<Standing>(
  isByInvitation && recall(KEY, "") === "" ? "asking" : "in",
);
/** The reader's role in the chat, as far as it is known. */
const role = signal<string | undefined>(undefined);
export const isAdmin = computed(() => role.value === "admin");

/** Whether the reader is in the chat, and not before its door. */
export const isIn = computed(() =>
  token !== undefined || (standing.value === "in" && (isByInvitation || isKnown.value))
);

/** Asks whether the reader may come in, if it is not known. */
export function start(): void {
  if (standing.peek() === "asking") void look();
}

/** Whether this browser has a session, or needs none. */
export const hasSession = (): boolean => token !== undefined || recall(KEY, "") !== "";

/** Whether this member is the one of the session. */
export const isOfSession = (id: string): boolean => token !== undefined || recall(KEY, "") === id;

/** The reader's id; empty without a session. */
export const ownId = (): string => recall(KEY, "");

/** What an open room says of the reader. */
export function welcomed({ name, role: now }: Person): void {
  role.value = now;
  if (isByInvitation) change({ name });
}

/** Asks for a session. Without an answer the reader is somebody new each time. */
export async function beginSession({ name, email }: Pick<You, "name" | "email">): Promise<void> {
  try {
    adopt(await openSession({ url: server, name, email }));
  } catch { /* The connection's own status says what is wrong. */ }
}

/** The server has ended a connection, or refused one: asks whether the reader is still somebody. */
export async function checkStanding(): Promise<void> {
  if (access !== "token") await look(true);
}

/** Takes another name or email. Throws an {@linkcode HttpError} if the server refuses it. */
export async function saveProfile(some: Partial<You>): Promise<void> {
  const { name = you.peek().name } = some;
  if (isByInvitation && name !== you.peek().name) adopt(await changeMe({ url: server, name }));
  change(some);
}

/** The reader is this person from now on. */
export function adopt(me: Me): void {
  role.value = me.role;
  if (token === undefined) remember(KEY, me.id);
  if (isByInvitation) change({ name: me.name });
  standing.value = "in";
}

/** Ends the session, and forgets the person. */
export async function leave(): Promise<void> {
  await signOut({ url: server });
  forgetSelf();
  location.assign(`${server}/`);
}

/** Nothing of the person is remembered, so that the next visit is a first one. */
export function forgetSelf(): void {
  forget(KEY);
  forget("you");
}

/** @param isLive whether the reader was in the chat a moment ago */
async function look(isLive = false): Promise<void> {
  try {
    adopt(await getMe({ url: server, token }));
  } catch (error) {
    const status = error instanceof HttpError ? error.status : 0;
    if (status === 403) standing.value = "banned";
    // In an open chat somebody whose cookie is gone joins again without being asked.
    else if (status === 401 && (isByInvitation || isLive)) {
      standing.value = hasSession() ? "ended" : "out";
      if (isByInvitation) forget(KEY);
    } // The connection's own status says what is wrong, and tries again.
    else if (standing.peek() === "asking") standing.value = "in";
  }
}
