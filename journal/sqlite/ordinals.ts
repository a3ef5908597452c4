/**
 * Where a room's messages are among its entries: the ordinal of a message counts the messages, its
 * number counts changes too.
 *
 * Reads the tables `single` and `packed`, a few places of their indices for each answer.
 */

import type { DatabaseSync } from "node:sqlite";
import { prepareAll, type Prepared } from "../prepare.ts";
import type { Row } from "./rows.ts";

/** A message's place. */
export interface Place {
  readonly seq: number;
  readonly ordinal: number;
}

const SINGLE = "SELECT seq, coalesce(ordinal, seq) AS ordinal FROM single WHERE room = ?";
const PACKED = "SELECT first, last, coalesce(ordinal, first) AS ordinal FROM packed WHERE room = ?";

const SQL = {
  upTo: `${SINGLE} AND seq <= ? ORDER BY seq DESC LIMIT 1`,
  packedUpTo: `${PACKED} AND first <= ? AND last <= coalesce(
    (SELECT min(last) FROM packed WHERE room = ? AND last >= ?), ?) ORDER BY last DESC LIMIT 1`,
  after: `${SINGLE} AND seq > ? ORDER BY seq LIMIT 1`,
  at: "SELECT at FROM single WHERE room = ? AND seq = ?",
  packedAt: "SELECT messages ->> '$[#-1][0]' AS at FROM packed WHERE room = ? AND last = ?",
  packedAfter: `${PACKED} AND last > ? ORDER BY last LIMIT 1`,
} as const;

/** The ordinals of one file. */
export class Ordinals {
  readonly #sql: Prepared<typeof SQL>;

  constructor(db: DatabaseSync) {
    this.#sql = prepareAll(db, SQL);
  }

  /** The newest message up to `seq`. */
  upTo(room: number, seq: number): Place | undefined {
    const row = this.#sql.upTo.get(room, seq);
    const packed = this.#sql.packedUpTo.get(room, seq, room, seq, seq);
    const single = row && placeOf(row);
    const other = packed && placeIn(packed, Math.min(seq, Number(packed.last)));
    if (!single || !other) return single ?? other;
    return single.seq > other.seq ? single : other;
  }

  /** The oldest message after `seq`. */
  after(room: number, seq: number): Place | undefined {
    const row = this.#sql.after.get(room, seq);
    const packed = this.#sql.packedAfter.get(room, seq);
    const single = row && placeOf(row);
    const other = packed && placeIn(packed, Math.max(seq + 1, Number(packed.first)));
    if (!single || !other) return single ?? other;
    return single.seq < other.seq ? single : other;
  }

  /** A room's newest message, and its time. */
  newest(room: number): Place & { readonly at: number } | undefined {
    const place = this.upTo(room, Number.MAX_SAFE_INTEGER);
    if (!place) return;
    const row = this.#sql.at.get(room, place.seq) ?? this.#sql.packedAt.get(room, place.seq);
    return { ...place, at: Number(row!.at) };
  }

  /** The number of messages up to `seq`, including forgotten ones. */
  countUpTo(room: number, seq: number): number {
    return this.upTo(room, seq)?.ordinal ?? (this.after(room, 0)?.ordinal ?? 1) - 1;
  }

  /** The number of the message with an ordinal, or of the oldest one, if that is newer. */
  seqOf(room: number, ordinal: number): number {
    let place = this.after(room, 0);
    while (place && place.ordinal < ordinal) {
      // As many entries further, there are at most as many messages more: this cannot go too far.
      const next: Place = this.upTo(room, place.seq + ordinal - place.ordinal)!;
      place = next.seq > place.seq ? next : this.after(room, place.seq);
    }
    return place?.seq ?? 0;
  }
}

function placeOf({ seq, ordinal }: Row): Place {
  return { seq: Number(seq), ordinal: Number(ordinal) };
}

/** The place of a number that a packed row holds. */
function placeIn({ first, ordinal }: Row, seq: number): Place {
  return { seq, ordinal: Number(ordinal) + seq - Number(first) };
}
