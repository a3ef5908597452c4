/**
 * A bot that answers everyone who says hello, and neither misses one nor answers one twice, however often
 * it is killed: it stores its position in the room's log, and the `id` of an answer is derived from the
 * number of the message that it answers.
 *
 * `deno run --allow-net --allow-read --allow-write examples/watch_bot.ts http://localhost:8080 lobby bot.position`
 *
 * It follows the room as Server-Sent Events; each event's `id` is a position. A third argument names the
 * file for it, a fourth is a bot's token.
 */

import { postMessage, roomUrl } from "../sdk/mod.ts";

const [url, room, file, token] = Deno.args;
let position = await Deno.readTextFile(file).catch(() => "");

async function answer({ type, seq, name, text }: Record<string, string>): Promise<void> {
  if (type !== "message" || name === "greeter" || !/^hello\b/i.test(text)) return;
  const id = `greeting-${seq}`;
  await postMessage({ url, room, token, name: "greeter", text: `Hello, ${name}!`, id });
}

/** A position is stored once everything up to it is answered, and replaced as a whole. */
async function store(id: string): Promise<void> {
  position = id;
  await Deno.writeTextFile(`${file}.new`, id);
  await Deno.rename(`${file}.new`, file);
}

async function follow(): Promise<void> {
  const headers = new Headers(token ? { authorization: `Bearer ${token}` } : {});
  if (position) headers.set("last-event-id", position);
  const response = await fetch(`${roomUrl(url, room)}/events?replay=0`, { headers });
  if (!response.ok) throw new Error(await response.text());
  let rest = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const events = (rest + chunk).split("\n\n");
    rest = events.pop()!;
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1];
      const id = /^id: ?(.*)$/m.exec(event)?.[1];
      if (data) await answer(JSON.parse(data));
      if (id) await store(id);
      if (/^event: (welcome|reset)$/m.test(event)) console.log(`Watching after ${id}`);
    }
  }
}

for (;;) {
  await follow().catch((error) => console.log(`Coming back: ${error}`));
  await new Promise((resolve) => setTimeout(resolve, 1_000 + Math.random() * 4_000));
}
