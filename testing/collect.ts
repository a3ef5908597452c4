/**
 * Loaded before the server in a soak, with `--v8-flags=--expose-gc`: at SIGUSR2 it collects all
 * garbage and prints on stderr how much memory is left.
 */

const { gc } = globalThis as unknown as { gc: () => void };

Deno.addSignalListener("SIGUSR2", () => {
  // Twice, since what the first one finalizes goes with the second.
  gc();
  gc();
  console.error(`collected ${JSON.stringify(Deno.memoryUsage())}`);
});
