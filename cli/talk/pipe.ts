/**
 * Talking through pipes: each line of stdin is said once the one before is kept, each message is a
 * line of stdout, everything else goes to stderr.
 *
 * It ends when stdin has ended and everything is kept; or, with exit code 1, when the server refuses the
 * connection, cannot be reached at first or for a while, or when nobody reads stdout any more. The exit
 * code is also 1 if a line was refused. No line is dropped without a word.
 */

import { LIMITS } from "../../config/limits.ts";
import type { Room } from "../../sdk/mod.ts";
import { describeCommand } from "./actions.ts";
import { describe, Formatter, report, waitingLine } from "./formatter.ts";
import { write } from "./terminal.ts";
import { printable } from "./text.ts";

/** Talks until stdin ends; returns the exit code. */
export async function runInPipe(room: Room): Promise<number> {
  const formatter = new Formatter({ colours: false, numbers: false });
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  report(room, formatter, (line) => {
    try {
      write(line + "\n");
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      end("nobody reads the output any more");
    }
  }, (line) => console.error(line));
  const online = watch(room, end);
  let hasRead = false;
  const saying = sayAll(room).then(async (allKept) => {
    hasRead = true;
    await online;
    return allKept;
  });
  const outcome = await Promise.race([saying, ended]);
  const isAllRead = hasRead;
  const unsent = room.outbox.drafts.map(({ command }) => describeCommand(command));
  await room.close({ flushMs: 0 });
  if (typeof outcome === "boolean") return outcome ? 0 : 1;
  console.error(`hubbub: ${outcome}`);
  for (const text of unsent) console.error(formatter.note(`not sent: ${printable(text)}`));
  if (!isAllRead) console.error(formatter.note("not sent: the rest of the input"));
  return 1;
}

/** Resolves when the room has been entered; calls `end` when there is no hope. */
function watch(room: Room, end: (why: string) => void): Promise<void> {
  return new Promise((resolve) => {
    let wasOnline = false;
    let why = "";
    let timer: ReturnType<typeof setTimeout> | undefined;
    room.on("status", (status) => {
      if (status.is === "online") {
        wasOnline = true;
        clearTimeout(timer);
        timer = undefined;
        resolve();
      } else if (status.is === "stopped") {
        clearTimeout(timer);
        end(describe(status.why));
      } else if (status.is === "waiting") {
        why = describe(status.why);
        timer ??= setTimeout(() => end(why), LIMITS.talkAwayMs);
        if (wasOnline) console.error(`-- ${waitingLine(status, Date.now())}`);
      } else if (why && !wasOnline) {
        clearTimeout(timer);
        end(why);
      }
    });
  });
}

/** Says each line of stdin; returns whether all were kept. */
async function sayAll(room: Room): Promise<boolean> {
  let allKept = true;
  for await (const line of linesOf(Deno.stdin.readable)) {
    if (!line.trim()) continue;
    const outcome = await room.say(line);
    if (outcome.kept) continue;
    if (outcome.code === "closed") return false;
    allKept = false;
    console.error(`-- not sent: ${printable(outcome.detail)}: ${printable(line)}`);
  }
  return allKept;
}

async function* linesOf(input: typeof Deno.stdin.readable): AsyncGenerator<string> {
  let rest = "";
  for await (const text of input.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
    if (rest.length < LIMITS.talkLine) continue;
    yield rest;
    rest = "";
  }
  if (rest) yield rest;
}
