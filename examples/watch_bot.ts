/**
 * A bot without a socket: watches a room as Server-Sent Events and greets by POST whoever says
 * hello. What it reads starts where it last was, for each event's `id` is where to go on.
 *
 * `deno run --allow-net examples/watch_bot.ts http://localhost:8080/rooms/lobby`
 */

const room = Deno.args[0];
let last = (await (await fetch(`${room}/messages?limit=1`)).json()).messages[0]?.seq ?? 0;

/** Saying it twice is harmless: the `id` is of the message that it answers. */
async function greet(seq: number, name: string): Promise<void> {
  const body = JSON.stringify({ text: `Hello, ${name}!`, name: "greeter", id: `greeting-${seq}` });
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${room}/messages`, { method: "POST", headers, body });
  await response.body?.cancel();
}

for (;;) {
  try {
    const { body } = await fetch(`${room}/events?since=${last}`);
    console.log(`Watching after ${last}`);
    let rest = "";
    for await (const text of body!.pipeThrough(new TextDecoderStream())) {
      const events = (rest + text).split("\n\n");
      rest = events.pop()!;
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (!data) continue;
        const { type, seq, name, text } = JSON.parse(data);
        if (type !== "message") continue;
        if (/^hello\b/i.test(text) && name !== "greeter") await greet(seq, name);
        last = seq;
      }
    }
  } catch (error) {
    console.log(`Coming back: ${error}`);
  }
  await new Promise((resolve) => setTimeout(resolve, 1_000 + Math.random() * 4_000));
}
