/**
 * Watches whether the file that is open is still the one at its path.
 *
 * A file that is deleted, or replaced as when a backup is restored, stays open: messages would be kept
 * in it and be lost with the process. So its path is checked before each append, in a flood every few
 * milliseconds, and once a second also that of SQLite's log, which has what a crash must not lose. Nothing
 * is kept while one of them is missing or replaced; either may be put back. A file whose content is
 * overwritten in its place is not noticed.
 */

import { LIMITS } from "../../config/limits.ts";
import type { Log } from "../../telemetry/log.ts";

/** A file that should be at its path. */
class Watched {
  readonly path: string;
  readonly #advice: string;
  readonly #dev: number;
  readonly #ino: number | null;
  /** What has happened to the file; `""`: nothing. */
  state: "" | "missing" | "replaced" = "";

  constructor(path: string, advice: string) {
    const { dev, ino } = Deno.statSync(path);
    this.path = path;
    this.#advice = advice;
    this.#dev = dev;
    this.#ino = ino;
  }

  /** Checks the file, and logs a change; reports whether there is one. */
  look(log: Log | undefined): boolean {
    const { path, state } = this;
    this.state = this.#look();
    if (this.state === state) return false;
    if (this.state === "") log?.info("database file is back", { path });
    else log?.error(`database file is ${this.state}`, { path, advice: this.#advice });
    return true;
  }

  #look(): "" | "missing" | "replaced" {
    try {
      const { dev, ino } = Deno.statSync(this.path);
      return dev === this.#dev && ino === this.#ino ? "" : "replaced";
    } catch {
      return "missing";
    }
  }
}

/** Watches the files of one database. */
export class FileGuard {
  readonly #log: Log | undefined;
  readonly #file: Watched;
  readonly #wal: Watched;
  readonly #onReplaced: () => void;
  /** When the file was last looked at (`performance.now()`). */
  #lookedAt = -Infinity;

  /**
   * @param path the file, which is open in WAL mode
   * @param onReplaced is called when another file has taken its place
   */
  constructor(path: string, onReplaced: () => void, log?: Log) {
    this.#log = log;
    this.#onReplaced = onReplaced;
    this.#file = new Watched(
      path,
      "nothing is kept now: put the file back, or restart the server, which uses what is there",
    );
    this.#wal = new Watched(
      `${Deno.realPathSync(path)}-wal`,
      "nothing is kept now: stop the server, which saves what is not in the database yet, and start it",
    );
    const { mode } = Deno.statSync(path);
    if ((mode ?? 0) & 0o077) {
      log?.warn("other users can read the database and its secret", { path, advice: "chmod 600" });
    }
  }

  /** Whether the file is not where it was opened. */
  get isLost(): boolean {
    return this.#file.state !== "";
  }

  /**
   * Throws unless the file is there, and its log was.
   *
   * @param isFlooded it is enough if the file was there a moment ago
   */
  check(isFlooded = false): void {
    if (!isFlooded || performance.now() - this.#lookedAt > LIMITS.guardMs) this.#lookAtFile();
    for (const { path, state } of [this.#file, this.#wal]) {
      if (state) throw new Error(`nothing can be kept: ${path} is ${state}`);
    }
  }

  /** Checks the file and its log. */
  look(): void {
    this.#lookAtFile();
    this.#wal.look(this.#log);
  }

  #lookAtFile(): void {
    this.#lookedAt = performance.now();
    if (this.#file.look(this.#log) && this.#file.state === "replaced") this.#onReplaced();
  }
}
