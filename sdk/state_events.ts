/**
 * What a room's state reports when an object has changed it.
 */

import type { PresenceChange } from "./people.ts";
import type {
  Delete,
  Edit,
  Gap,
  Message,
  Pin,
  React,
  Renamed,
  RoomChange,
  Typing,
  Welcome,
} from "./protocol.ts";

/** A place in a room's log: everything up to it is known. */
export interface Position {
  readonly seq: number;
  readonly epoch: string;
  /** The time of the entry `seq`, if it is known: the server compares it with its own. */
  readonly at?: number;
}

/** A change, and the message before and after it, if it is held; the same twice if it had it already. */
export type Applied<T> = T & { readonly before?: Message; readonly message?: Message };

/** What an object has changed. */
export interface StateEvents {
  /** On every connection; `back` on all but the first. */
  welcome: Welcome & { readonly back: boolean };
  /** A message, in order, once. */
  message: Message;
  /** Changes, in order, once. */
  edit: Applied<Edit>;
  delete: Applied<Delete>;
  react: Applied<React>;
  pin: Applied<Pin>;
  /** The room has another topic or title, other members, or is archived. */
  room: RoomChange;
  /** These are no longer kept. */
  gap: Gap;
  /** The room's history is another one; what was known of it has been forgotten. */
  reset: undefined;
  presence: PresenceChange;
  typing: Typing;
  /** Somebody took another name; `before` is the old one, if it is known. */
  renamed: Renamed & { readonly before?: string };
}

/** One of them, with its name. */
export type StateEvent = {
  [Name in keyof StateEvents]: { readonly name: Name; readonly detail: StateEvents[Name] };
}[keyof StateEvents];
