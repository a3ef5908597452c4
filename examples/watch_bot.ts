/**
 * A bot without a socket: follows a room as Server-Sent Events, and answers everyone who says hello by
 * POST. Each event's `id` is where to go on after a break.
 *
 * `deno run --allow-net examples/watch_bot.ts http://localhost:8080 lobby`
 */

import { history, postMessage, roomUrl } from "../sdk/mod.ts";

const [url, room] = Deno.args;
const { head = 0 } = await history({ url, room, limit: 1 });
let position = String(head);

async function answer({ type, seq, name, text }: Record<string, string>): Promise<void> {
  if (type !== "message" || name === "greeter" || !/^hello\b/i.test(text)) return;
  // Saying it again is harmless: the `id` belongs to the message that it answers.
  const id = `greeting-${seq}`;
  await postMessage({ url, room, name: "greeter", text: `Hello, ${name}!`, id });
}

async function follow(): Promise<void> {
  const headers = { "last-event-id": position };
  const { body } = await fetch(`${roomUrl(url, room)}/events`, { headers });
  console.log(`Watching after ${position}`);
  let rest = "";
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    const events = (rest + chunk).split("\n\n");
    rest = events.pop()!;
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data) await answer(JSON.parse(data));
      position = /^id: ?(.*)$/m.exec(event)?.[1] ?? position;
    }
  }
}

for (;;) {
  await follow().catch((error) => console.log(`Coming back: ${error}`));
  await new Promise((resolve) => setTimeout(resolve, 1_000 + Math.random() * 4_000));
}
