// ws on Node.js: who comes is sent whatever anybody says. Nothing is kept.
import { createRequire } from "node:module";
import process from "node:process";

const { WebSocketServer } = createRequire(`${process.env.PEER_MODULES}/`)("ws");

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
server.on("listening", () => console.log(`http://127.0.0.1:${server.address().port}/`));
server.on("connection", (socket) => {
  socket.on("message", (data) => {
    for (const client of server.clients) client.send(data, { binary: false });
  });
});
