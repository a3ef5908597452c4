/**
 * Loaded before the server in a test: texts that hold a certain word break it from within, as a
 * fault in its own code would. When it is loaded it reports whether the server may run programs.
 * Nothing of this is in the server.
 */

const parse = JSON.parse;

console.error(`run: ${Deno.permissions.querySync({ name: "run" }).state}`);

JSON.parse = (text: string, reviver?: (this: unknown, key: string, value: unknown) => unknown) => {
  if (text.includes("reject now")) Promise.reject(new Error("a promise of the test"));
  if (!text.includes("throw now")) return parse(text, reviver);
  // Thrown behind the place where bad JSON is caught.
  return new Proxy({}, {
    get() {
      throw new Error("a fault of the test");
    },
  });
};
