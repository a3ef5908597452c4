/**
 * Who may change what about a hidden room.
 *
 * In a private room its owner adds and removes people, and sets title, topic and whether it is
 * archived; everybody may leave. An admin who is not in it may add themselves, and nothing else. In a
 * direct room everybody sets the topic, and its people are always the same. To anybody else there is no
 * such room.
 */

import type { RoomOrder } from "../wire/wire.ts";
import type { RoomRecord } from "./records.ts";
import { Refused } from "./refused.ts";

/** A room as somebody meets it who wants to change it. */
export interface RoomView {
  /** Undefined if there is none. */
  readonly record: RoomRecord | undefined;
  /** Is asked only on behalf of somebody who is in the room. */
  readonly owner: () => string;
  /** Whether they have a place in it. */
  readonly isIn: boolean;
  readonly isAdmin: boolean;
}

/** The same for a room that somebody may not enter as for one that does not exist. */
function noRoom(): Refused {
  return new Refused("unknown", "there is no such room");
}

/** Throws a {@linkcode Refused} unless the person may do what they order, and returns the room. */
export function checkOrder(
  { record, owner, isIn, isAdmin }: RoomView,
  id: string,
  order: RoomOrder,
): RoomRecord {
  if (!record) throw noRoom();
  if (!isIn) {
    if (isAdmin && record.access === "private" && isOnly(order, "add", id)) return record;
    throw noRoom();
  }
  if (record.access === "direct") {
    if (Object.keys(order).every((field) => field === "topic")) return record;
    throw notAllowed("the people of a direct room are always the same, and it has only a topic");
  }
  if (isLeaving(order, id) || isOnly(order, "add", id)) return record;
  if (owner() !== id) throw notAllowed("only the owner of this room does that");
  if (record.archived && order.archived === undefined) throw notAllowed("this room is archived");
  return record;
}

/** Whether somebody only removes themselves. */
export function isLeaving(order: RoomOrder, id: string): boolean {
  return isOnly(order, "remove", id);
}

function isOnly(order: RoomOrder, field: "add" | "remove", id: string): boolean {
  const [only, ...others] = order[field] ?? [];
  return only === id && others.length === 0 && Object.keys(order).length === 1;
}

function notAllowed(detail: string): Refused {
  return new Refused("not_allowed", detail);
}
