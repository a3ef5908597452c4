/**
 * What takes messages to another `--db`: `deno task migrate --from chat.db --to redis://…`, or the
 * word `migrate` to the compiled program.
 *
 * Stop the server first, or run it twice: once while the server is still at work, which takes the
 * most, and once when it has stopped, which takes the rest. Progress goes to stderr.
 * Exit codes: 0 when everything is there, 2 for bad usage, 1 for everything else.
 */

import { openDurableJournal } from "../journal/open.ts";
import { parseConfig } from "../config/config.ts";
import { parseWords, text, UsageError, valuesOf, type Words } from "../config/flags.ts";
import { type ImportTarget, JournalError } from "../journal/journal.ts";
import { migrate, type Progress } from "../journal/migration.ts";
import { createLog, type Log } from "../telemetry/log.ts";

const USAGE = `Takes messages to another place. Usage: migrate --from WHERE --to WHERE

  --from WHERE   where they are: a SQLite file or redis://…
  --to WHERE     where they shall be; what is there of them already stays

It can be stopped and run again. Start the server with --db WHERE afterwards.`;

const encoder = new TextEncoder();
const BAR = 30;

/** Shows progress on stderr: a bar on a terminal, now and then a line elsewhere. */
function progressBar(): (progress: Progress) => void {
  const terminal = Deno.stderr.isTerminal();
  let shown = -1;
  return ({ done, total }) => {
    const percent = total === 0 ? 100 : Math.floor(done / total * 100);
    if (percent === shown || !terminal && percent < shown + 10 && percent < 100) return;
    shown = percent;
    const filled = Math.floor(percent / 100 * BAR);
    const bar = "#".repeat(filled).padEnd(BAR, ".");
    const line = `${terminal ? "\r" : ""}[${bar}] ${percent} %, ${done} of ${total} entries`;
    Deno.stderr.writeSync(encoder.encode(line + (terminal && percent < 100 ? "" : "\n")));
  };
}

const FLAGS = {
  from: text("WHERE", "where they are"),
  to: text("WHERE", "where they shall be"),
};

/** What `--from` and `--to` say, checked as `--db` is. */
function placesOf(given: Words["flags"]): { from: string; to: string } {
  const { from, to } = valuesOf(FLAGS, given);
  if (!from || !to) throw new UsageError("--from and --to are both needed, see --help");
  if (from === to) throw new UsageError("--from and --to are the same");
  for (const [flag, place] of [["--from", from], ["--to", to]]) {
    if (place === ":memory:") throw new UsageError(`${flag}: what is in memory cannot be moved`);
    try {
      parseConfig([`--db=${place}`], () => "");
    } catch (error) {
      throw new UsageError((error as Error).message.replace("--db", flag));
    }
  }
  return { from, to };
}

/**
 * Takes over what these words ask for.
 *
 * @returns the exit code
 * @throws {UsageError} for words that are not accepted
 */
export async function migrateMain(args: string[]): Promise<number> {
  const { flags } = parseWords(args, FLAGS);
  if (flags.help) {
    console.log(USAGE);
    return 0;
  }
  const { from, to } = placesOf(flags);
  if (!/^rediss?:/.test(from)) await existing(from);
  const log = createLog("text");
  const source = await open("--from", from, log);
  try {
    const target = await open("--to", to, log);
    try {
      const { done } = await migrate(source, target, progressBar());
      console.log(`${done} entries are there`);
      return 0;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Opens a place; what is wrong with it is told of the flag that names it. */
async function open(flag: string, db: string, log: Log): Promise<ImportTarget> {
  try {
    return await openDurableJournal({ db, keep: 0, sync: "full" }, log);
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    throw new JournalError(error.message.replace("--db", flag));
  }
}

/** A file that is read must be there; one that is written may be made. */
async function existing(path: string): Promise<void> {
  try {
    await Deno.stat(path);
  } catch {
    throw new UsageError(`--from: "${path}" is not there, or cannot be read`);
  }
}
