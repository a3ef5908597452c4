/**
 * The files that people attach to messages, as the server knows them.
 *
 * A file is received, named in one message of its room by the person who sent it, fetched by everybody who
 * may enter the room, and deleted with its message, or if no message names it. Whether one does is asked
 * of the journal each time. The journal lets a file be named once, where a message gets its number, so this
 * is true whatever several servers do at once, and wherever one of them crashes: a claim and its message are
 * one entry, and there is nothing to take back. Permission to enter a room is up to the callers.
 */

import { createHmac } from "node:crypto";
import { LIMITS } from "../config/limits.ts";
import { foldName } from "../hub/room_name.ts";
import type { Attachment, Journal, LogEntry } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import { Download } from "./download.ts";
import { FileError } from "./errors.ts";
import { FileFolder, type OpenFile } from "./folder.ts";
import { FileIndex } from "./index.ts";
import { cleanFileName } from "./names.ts";
import { Places, type Release } from "./places.ts";
import { finish } from "./receive.ts";
import { type FileRecord, isFileId, newFileId, toAttachment } from "./record.ts";
import { SweepSchedule } from "./schedule.ts";
import { Sweeper } from "./sweep.ts";
import type { AskedFile } from "../wire/wire.ts";
import { asFileError, Upload } from "./upload.ts";
import { Usage } from "./usage.ts";

/** What files need. */
export interface FilesOptions {
  readonly folder: string;
  /** The largest file, and all of them together, in bytes. */
  readonly maxFile: number;
  readonly maxFiles: number;
  /** Seconds after which a peer that brings or takes nothing is given up. */
  readonly stall: number;
  readonly journal: Pick<Journal, "secret" | "files" | "forgetFiles" | "resolve">;
  readonly log: Log;
}

/** A file on its way in. */
export interface Incoming {
  /** The room's name. */
  readonly room: string;
  /** The sender's id. */
  readonly from: string;
  /** The sender's address, as `countedAddress` gives it. */
  readonly address: string;
  /** As the sender calls it. */
  readonly name: string;
  /** Its length, if that is known. */
  readonly length: number | undefined;
  readonly body: ReadableStream<Uint8Array>;
  /** Whether the sender may still be in the room; asked about once a second. */
  readonly isAllowed: () => boolean;
}

/** Keeps files. */
export class Files {
  readonly #options: FilesOptions;
  readonly #folder: FileFolder;
  readonly #usage: Usage;
  readonly #index: FileIndex;
  readonly #schedule: SweepSchedule;
  /** What is going on, and whether it may go on. */
  readonly #uploads = new Map<Upload, { done: Promise<unknown>; isAllowed: () => boolean }>();
  readonly #downloads = new Map<Download, () => boolean>();
  readonly #uploading = new Places(LIMITS.uploads, LIMITS.uploadsEach);
  readonly #downloading = new Places(LIMITS.downloads, LIMITS.downloadsEach);
  readonly #checking: ReturnType<typeof setInterval>;
  #isClosed = false;

  /** @throws {Error} if the folder belongs to another database */
  constructor(options: FilesOptions) {
    const { folder, journal, log, maxFiles } = options;
    this.#options = options;
    this.#folder = new FileFolder(folder, this.#mac("folder", ""));
    this.#usage = new Usage(maxFiles);
    this.#index = new FileIndex(this.#usage);
    const sweeper = new Sweeper(this.#folder, this.#index, journal);
    this.#schedule = new SweepSchedule(sweeper, this.#index, log);
    this.#checking = setInterval(() => this.#check(), LIMITS.sweepMs);
  }

  /** The largest file, in bytes. */
  get maxFile(): number {
    return Math.min(this.#options.maxFile, this.#usage.share - LIMITS.fileHeader);
  }

  /** The bytes that all files take, and how many files and uploads there are. */
  stats(): { bytes: number; files: number; uploads: number } {
    const { total: bytes } = this.#usage;
    return { bytes, files: this.#index.size, uploads: this.#uploading.count };
  }

  #mac(purpose: string, word: string): string {
    const { secret } = this.#options.journal;
    return createHmac("sha256", secret).update(`files ${purpose}\0${word}`).digest("hex")
      .slice(0, 32);
  }

  /**
   * Receives a file.
   *
   * @throws {FileError} if it is not taken; then nothing is left of it
   */
  async receive(incoming: Incoming): Promise<FileRecord> {
    const { room, from, name, length, body, isAllowed } = incoming;
    const owner = { room, from, address: this.#mac("address", incoming.address) };
    const release = this.#takePlace(owner.from, owner.address);
    const { stall } = this.#options;
    const limits = { usage: this.#usage, most: this.maxFile, stallMs: stall * 1000 };
    const upload = new Upload(body, owner, limits);
    const received = { ...owner, id: newFileId(), name: cleanFileName(name), at: Date.now() };
    const done = this.#write(upload, received, length);
    this.#uploads.set(upload, { done: done.catch(() => {}), isAllowed });
    try {
      return await done;
    } catch (error) {
      throw asFileError(error);
    } finally {
      upload.close();
      this.#uploads.delete(upload);
      release();
    }
  }

  #takePlace(from: string, address: string): Release {
    if (this.#isClosed) throw new FileError("stopping", "the server is stopping");
    const release = this.#uploading.take(`person ${from}`, `address ${address}`);
    if (typeof release === "function") return release;
    if (release === "all") {
      throw new FileError("overloaded", "too many attachments are on their way");
    }
    const detail = `${LIMITS.uploadsEach} attachments at once: wait until one has arrived`;
    throw new FileError("busy", detail);
  }

  async #write(
    upload: Upload,
    received: Parameters<typeof finish>[3],
    length: number | undefined,
  ): Promise<FileRecord> {
    await upload.reserve(length ?? 0, this.#folder);
    using file = await this.#folder.create(received.id);
    try {
      await upload.writeTo(file);
      const record = await finish(this.#folder, file, upload.size, received);
      this.#index.add(record);
      return record;
    } finally {
      await this.#folder.discard(received.id);
    }
  }

  /**
   * The files as a message of this person names them in this room; none at all if one of them cannot be
   * named. That no message has named them is found out by the journal.
   */
  async prepare(
    asked: readonly AskedFile[],
    room: string,
    person: string,
  ): Promise<readonly Attachment[]> {
    const files: Attachment[] = [];
    for (const { id, alt } of asked) {
      const record = await this.#folder.record(id);
      if (!record || !this.#isUnnamedOf(record, person)) return [];
      if (foldName(record.room) !== foldName(room)) return [];
      files.push(alt ? { ...toAttachment(record), alt } : toAttachment(record));
    }
    return files;
  }

  #isUnnamedOf({ from, at }: FileRecord, person: string): boolean {
    return from === person && Date.now() - at < LIMITS.unnamedMs;
  }

  /**
   * Opens a file of this room that this person may see: one that a message names, or one of their own
   * that none has named yet. Undefined if there is none. The caller closes it or downloads it.
   */
  async open(id: string, room: string, person: string): Promise<OpenFile | undefined> {
    // A file goes before the journal forgets it: asked first, it never takes a deleted one for unnamed.
    const seq = isFileId(id) ? (await this.#options.journal.files(room, [id])).get(id) : 0;
    if (seq === 0) return;
    const found = await this.#folder.open(id);
    if (!found) return;
    const isVisible = foldName(found.record.room) === foldName(room) &&
      (seq !== undefined || this.#isUnnamedOf(found.record, person));
    if (!isVisible) found.file.close();
    return isVisible ? found : undefined;
  }

  /** Takes the place of a download from this address. */
  takeDownload(address: string): Release {
    const release = this.#downloading.take(address);
    if (typeof release === "function") return release;
    if (release === "all") throw new FileError("overloaded", "too many attachments are being sent");
    throw new FileError("busy", "too many attachments are being sent to your address");
  }

  /**
   * Sends a part of a file, which is closed when that is over.
   *
   * @param isAllowed whether its reader may still be in the room; asked about once a second
   * @param closed is called once, when it is over
   */
  download(
    found: OpenFile,
    [from, to]: readonly [from: number, to: number],
    isAllowed: () => boolean,
    closed: () => void,
  ): Download {
    const download: Download = new Download(found, from, to, this.#options.stall * 1000, () => {
      this.#downloads.delete(download);
      closed();
    });
    this.#downloads.set(download, isAllowed);
    return download;
  }

  /** An entry was kept in this room: perhaps a message with files was deleted. */
  kept(room: string, entry: LogEntry): void {
    const isDeletion = entry.kind === "change" && entry.action.type === "delete";
    if (isDeletion) this.#schedule.deleted(room);
  }

  #check(): void {
    const now = performance.now();
    for (const [upload, { isAllowed }] of this.#uploads) {
      upload.check(now);
      if (!isAllowed()) upload.end(new FileError("not_allowed", "you may not be here any more"));
    }
    for (const [download, isAllowed] of this.#downloads) if (!isAllowed()) download.abort();
    this.#schedule.look();
  }

  /** Ends all uploads and downloads, and waits until nothing is written any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#checking);
    const stopping = new FileError("stopping", "the server is stopping");
    for (const upload of this.#uploads.keys()) upload.end(stopping);
    for (const download of this.#downloads.keys()) download.abort();
    const uploads = Array.from(this.#uploads.values(), ({ done }) => done);
    await Promise.all([...uploads, this.#schedule.close()]);
  }
}
