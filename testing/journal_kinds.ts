/**
 * Every kind of journal, for the tests of what all of them promise.
 */

import { DatabaseSync } from "node:sqlite";
import type { Journal } from "../journal/journal.ts";
import { MemoryJournal } from "../journal/memory.ts";
import { SqliteJournal } from "../journal/sqlite/journal.ts";
import { test } from "./permissions.ts";
import { redisKind } from "./redis.ts";

/** A place for a journal, which starts empty. */
export interface Place {
  open(keep?: number): Journal | Promise<Journal>;
  /** Makes drafts fail whose text is "poison"; absent where none can fail. */
  poison?(): void;
  dispose(): void | Promise<void>;
}

export interface Kind {
  name: string;
  /** Whether what it needs is not there. */
  ignore?: boolean;
  /** Whether it outlives being closed. */
  lasting: boolean;
  place(): Place | Promise<Place>;
}

export const KINDS: Kind[] = [
  {
    name: "MemoryJournal",
    lasting: false,
    place: () => ({ open: (keep = 0) => new MemoryJournal(keep), dispose: () => {} }),
  },
  {
    name: "SqliteJournal",
    lasting: true,
    place() {
      const folder = Deno.makeTempDirSync();
      const file = `${folder}/chat.db`;
      return {
        open: (keep = 0) => new SqliteJournal(file, { keep, sync: "normal" }),
        poison() {
          const db = new DatabaseSync(file);
          db.exec(
            `CREATE TRIGGER poison BEFORE INSERT ON single WHEN NEW.text = 'poison'
             BEGIN SELECT RAISE(ABORT, 'poisoned'); END`,
          );
          db.close();
        },
        dispose: () => Deno.removeSync(folder, { recursive: true }),
      };
    },
  },
  redisKind,
];

/** A test of one kind of journal, with an empty journal that keeps so many messages. */
export type JournalTest = (
  criterion: string,
  fn: (journal: Journal, place: Place) => Promise<void>,
  keep?: number,
) => void;

/** Defines the same tests for every kind of journal that can be had here. */
export function forEachKind(define: (journalTest: JournalTest, kind: Kind) => void): void {
  for (const kind of KINDS) {
    if (kind.ignore) continue;
    define((criterion, fn, keep = 0) => {
      test(`${kind.name}.${criterion}`, async () => {
        const place = await kind.place();
        try {
          const journal = await place.open(keep);
          try {
            await fn(journal, place);
          } finally {
            await journal.close();
          }
        } finally {
          await place.dispose();
        }
      });
    }, kind);
  }
}
