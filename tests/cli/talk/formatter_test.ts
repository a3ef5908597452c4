/** What happens in a room, as lines. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, Formatter, waitingLine } from "../../../cli/talk/formatter.ts";

const ann = { id: "1", name: "ann" };
const ben = { id: "2", name: "ben" };
const addressOf = ({ id }: { id: string }) => `http://chat.example/${id}`;

Deno.test("Formatter: prints nothing that others wrote unfiltered, with colours and without", () => {
  const bad = "\x1b]0;x\x07evil\x1b[31m\r\n";
  const person = { id: "1", name: bad };
  const message = { type: "message", seq: 1, at: 0, from: bad, name: bad, text: bad } as const;
  const why = { kind: "refused", code: 400, detail: bad } as const;
  for (const colours of [false, true]) {
    const formatter = new Formatter({ colours, numbers: colours });
    const lines = [
      formatter.message(message, addressOf)!,
      formatter.presence({ joined: [person], left: [person] }, undefined)!,
      describe(why),
      describe({ ...why, kind: "closed" }),
      describe({ ...why, kind: "lost" }),
    ];
    for (const line of lines) {
      assertStringIncludes(line, "evil");
      // deno-lint-ignore no-control-regex -- colours are the only escapes that may be left
      const bare = colours ? line.replace(/\x1b\[[\d;]+m/g, "") : line;
      assert(!/\p{Cc}/u.test(bare), JSON.stringify(line));
      assert(!line.includes("\x1b[31m"), JSON.stringify(line));
    }
  }
});

Deno.test("Formatter.message: shows numbers, answers and edits at a terminal, and only the text elsewhere", () => {
  const message = { type: "message", seq: 7, at: 0, from: "1", name: "ann", text: "hi" } as const;
  const changed = { ...message, reply: 3, v: 9, edited: 5 };
  const atTerminal = new Formatter({ colours: false, numbers: true });
  assertEquals(atTerminal.message(message, addressOf), "#7 ann: hi");
  assertEquals(atTerminal.message(changed, addressOf), "#7 ann to #3: hi (edited)");
  const inPipe = new Formatter({ colours: false, numbers: false });
  assertEquals(inPipe.message(changed, addressOf), "ann: hi");
  assertEquals(inPipe.message({ ...changed, deleted: true }, addressOf), undefined);
});

Deno.test("Formatter.message: shows the names and addresses of files", () => {
  const files = ["a", "b\x1b[2J"].map((name) => ({ id: name[0], name, type: "x/y", size: 1 }));
  const message = {
    type: "message",
    seq: 7,
    at: 0,
    from: "1",
    name: "ann",
    text: "",
    files,
  } as const;
  const formatter = new Formatter({ colours: false, numbers: false });
  const shown = formatter.message(message, addressOf)!;
  assertEquals(shown.replace("?", ""), "ann: a: http://chat.example/a b[2J: http://chat.example/b");
  const said = formatter.message({ ...message, text: "see", files: files.slice(0, 1) }, addressOf);
  assertEquals(said, "ann: see a: http://chat.example/a");
});

Deno.test("Formatter: reports other people, not the reader", () => {
  const formatter = new Formatter({ colours: false, numbers: false });
  const line = (joined: typeof ann[], left: typeof ann[]) =>
    formatter.presence({ joined, left }, ann.id);
  assertEquals(line([ann, ben], []), "-- ben joined");
  assertEquals(line([], [ben]), "-- ben left");
  assertEquals(line([ann], []), undefined);
});

Deno.test("waitingLine: says why there is no connection, and when it is tried again", () => {
  const why = { kind: "closed", code: 1013, detail: "overloaded" } as const;
  assertEquals(
    waitingLine({ is: "waiting", until: 8_000, why }, 1_500),
    "the server closed the connection: overloaded (1013); trying again in 7 s",
  );
  assertEquals(waitingLine({ is: "online" }, 0), undefined);
});
