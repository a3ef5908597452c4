/**
 * Overwrites what SQLite leaves in the unused parts of pages, directly in the file.
 *
 * It knows each page that may have something there: at first all of them, and then those that were
 * written, since each page passes through SQLite's log, and is looked at before the log is written back to
 * the file. So it is this that does so, and not SQLite by itself.
 *
 * Pages are overwritten only while this connection holds the lock for writing and the log is empty, so
 * nobody else changes them and the file has their newest state. SQLite never reads the bytes that are
 * overwritten, so it does no harm if that stops half-way. SQLite's copies of the pages in memory are
 * dropped afterwards, or it would write the old bytes again.
 *
 * When SQLite distributes rows it also exchanges the numbers of pages, so what is in unused parts moves:
 * see {@linkcode Scrubber.step}.
 *
 * The file stays open for as long as the connection: on POSIX, closing it would end SQLite's locks.
 */

import type { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import { type Layout, layoutOf, MOST_PAGES, remnantsIn } from "./page.ts";
import { readAt, WalReader } from "./wal.ts";

/** Overwrites unused parts of one file's pages. */
export class Scrubber {
  readonly #db: DatabaseSync;
  readonly #file: Deno.FsFile;
  readonly #layout: Layout;
  readonly #wal: WalReader;
  /** Pages that were written with something in an unused part, and those that are to be overwritten. */
  #marked = new Set<number>();
  #due = new Set<number>();
  /** Pages up to this one have been looked at, of those that are to be. */
  #known = 0;
  #end = 0;
  #commits = 0;
  /** It has been written back to the file since it was begun. */
  #isWrittenBack = false;
  /** The pages in the log at which it is written back to the file. */
  #dueAt: number = LIMITS.walPages;

  /**
   * @param db has the file open, in WAL mode
   * @param path the file itself, and no link to it
   */
  constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#file = Deno.openSync(path, { read: true, write: true });
    const start = readAt(this.#file, 0, 512);
    this.#layout = layoutOf(start) ?? { pageSize: 4096, usable: 4096 };
    this.#wal = new WalReader(`${path}-wal`, this.#layout.pageSize);
    db.exec("PRAGMA wal_autocheckpoint = 0");
  }

  get #pages(): number {
    return Math.floor(this.#file.statSync().size / this.#layout.pageSize);
  }

  /** A transaction was kept; whether {@linkcode Scrubber.writeBackIfLong} is to follow. */
  committed(): boolean {
    return ++this.#commits % LIMITS.commitsPerLook === 0;
  }

  /** Writes the log back to the file if it has become long. */
  writeBackIfLong(): void {
    const { pages } = this.#wal;
    this.#look();
    if (this.#wal.pages < pages) this.#dueAt = LIMITS.walPages;
    if (this.#wal.pages < this.#dueAt) return;
    // The next transaction begins the log again, unless somebody reads: then it is tried when it has grown.
    this.#db.exec("PRAGMA wal_checkpoint(PASSIVE)");
    this.#isWrittenBack = true;
    this.#dueAt = this.#wal.pages + LIMITS.walPages;
  }

  /** Writes the log back to the file, and empties it; false if another process reads it. */
  writeBack(): boolean {
    this.#look();
    const isKnown = this.#known >= this.#pages;
    if (this.#db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()!.busy !== 0) return false;
    if (isKnown) this.#known = this.#pages;
    this.#isWrittenBack = true;
    return true;
  }

  /** Looks at the pages that were written. */
  #look(): void {
    try {
      const isNew = this.#wal.read((page, number) => this.#mark(this.#marked, page, number));
      // Another process has written it back, and what it had may not have been looked at.
      if (isNew && !this.#isWrittenBack) this.forget();
      if (isNew) this.#isWrittenBack = false;
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  #mark(pages: Set<number>, page: Uint8Array, number: number): void {
    if (remnantsIn(page, number, this.#layout).length === 0) return;
    pages.add(number);
    if (pages.size > LIMITS.pagesMarked) this.forget();
  }

  /** Nothing is known of any page: another process may have written. */
  forget(): void {
    this.#marked.clear();
    this.#due.clear();
    this.#known = 0;
  }

  /**
   * Begins to overwrite what is in unused parts now, with {@linkcode Scrubber.step}; false if that is not
   * possible now.
   */
  begin(): boolean {
    if (!this.writeBack()) return false;
    this.#end = this.#pages;
    return true;
  }

  /**
   * Does a part of that, in a few milliseconds: whether it was the last; undefined if it cannot now.
   *
   * The pages that are written meanwhile are overwritten as well, since SQLite exchanges the numbers of
   * pages, and so moves what is in their unused parts. The last part is whatever is left at one moment.
   */
  step(): boolean | undefined {
    const isKnown = this.#known >= this.#end;
    if (!isKnown && this.#due.size < LIMITS.pagesScrubbed) {
      this.#scan();
      return false;
    }
    if (!this.#scrub()) return;
    return this.#known >= this.#end && this.#due.size === 0;
  }

  /** Looks at the next pages of the file. */
  #scan(): void {
    const { pageSize } = this.#layout;
    const some = readAt(this.#file, this.#known * pageSize, LIMITS.pagesScanned * pageSize);
    for (let at = 0; at + pageSize <= some.length; at += pageSize) {
      this.#known++;
      this.#mark(this.#due, some.subarray(at, at + pageSize), this.#known);
    }
    if (some.length === 0) this.#end = 0;
  }

  /** Overwrites some pages. */
  #scrub(): boolean {
    if (!this.writeBack()) return false;
    for (const number of this.#marked) this.#due.add(number);
    this.#marked.clear();
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      if (this.#wal.size > 0) return false;
      for (const number of this.#due.values().take(LIMITS.pagesScrubbed)) {
        this.#overwrite(number);
        this.#due.delete(number);
      }
    } finally {
      this.#db.exec("ROLLBACK; PRAGMA shrink_memory");
    }
    return true;
  }

  /** Has the disk take what was overwritten, so that the next transaction need not wait for that. */
  async flush(): Promise<void> {
    await this.#file.syncData();
  }

  #overwrite(number: number): void {
    const { pageSize } = this.#layout;
    const at = (number - 1) * pageSize;
    const page = readAt(this.#file, at, pageSize);
    if (page.length < pageSize || number > MOST_PAGES) return;
    for (const [from, to] of remnantsIn(page, number, this.#layout)) {
      this.#file.seekSync(at + from, Deno.SeekMode.Start);
      const zeros = new Uint8Array(to - from);
      for (let done = 0; done < zeros.length;) {
        done += this.#file.writeSync(zeros.subarray(done));
      }
    }
  }

  /** The connection has been closed. */
  close(): void {
    this.#file.close();
  }
}
