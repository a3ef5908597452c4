/**
 * A program with routes of its own and a chat for the rest.
 *
 * `deno run --allow-net --allow-read --allow-write examples/embed.ts [PORT]`
 */

import { openChat } from "../mod.ts";

const chat = await openChat({ db: "chat.db" });
Deno.serve({ port: Number(Deno.args[0] ?? 8000) }, (request, info) => {
  if (new URL(request.url).pathname === "/about") return new Response("This is my program.");
  return chat.fetch(request, info);
});
