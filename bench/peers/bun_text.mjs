// Bun, with the publish that is built into it: the fastest that its users have. Nothing is kept.
const server = globalThis.Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request, server) => server.upgrade(request) ? undefined : new Response("no socket"),
  websocket: {
    idleTimeout: 0,
    perMessageDeflate: false,
    publishToSelf: true,
    backpressureLimit: 64 * 1024 * 1024,
    open: (socket) => socket.subscribe("everybody"),
    message: (_socket, text) => server.publish("everybody", text),
  },
});
console.log(`http://127.0.0.1:${server.port}/`);
