/** The routes for load balancers and operators: health and metrics. */

import { type Context, textAnswer } from "./context.ts";
import { Problem, unavailable } from "./problem.ts";

/** `GET /healthz`: the process answers. */
export function healthz(): Response {
  return textAnswer("ok");
}

/** `GET /readyz`: a message could be kept right now. */
export async function readyz({ services }: Context): Promise<Response> {
  if (services.admission.open && await services.journal.ready()) return textAnswer("ok");
  throw unavailable("not ready");
}

/**
 * `GET /metrics`, in Prometheus' text format. Where not everybody may come in, it is for admins and for
 * bots that may read it.
 */
export async function metrics({ identity, services: { metrics, people } }: Context) {
  const { role, bot } = identity;
  const mayRead = role === "admin" || bot !== undefined && people.bots.get(bot)?.metrics === true;
  if (people.access.mode !== "open" && !mayRead) {
    throw new Problem(403, "only admins read the metrics, and bots that were made for it");
  }
  const loaded = await metrics.load();
  return new Response(await loaded.text(), { headers: { "content-type": loaded.contentType } });
}
