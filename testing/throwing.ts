/**
 * Loaded before the server in a test: texts that hold a certain word break it from within, as a
 * fault in its own code would. Another makes it tell whether it may run programs, as it does when it
 * is loaded. Nothing of this is in the server.
 */

const parse = JSON.parse;

function tell(): void {
  console.error(`run: ${Deno.permissions.querySync({ name: "run" }).state}`);
}

tell();

JSON.parse = (text: string, reviver?: (this: unknown, key: string, value: unknown) => unknown) => {
  if (text.includes("run programs")) tell();
  if (text.includes("reject now")) Promise.reject(new Error("a promise of the test"));
  if (!text.includes("throw now")) return parse(text, reviver);
  // Thrown behind the place where bad JSON is caught.
  return new Proxy({}, {
    get() {
      throw new Error("a fault of the test");
    },
  });
};
