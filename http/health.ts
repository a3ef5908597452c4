/** The routes for load balancers and operators: health and metrics. */

import { type Context, textAnswer } from "./context.ts";
import { unavailable } from "./problem.ts";

/** `GET /healthz`: the process answers. */
export function healthz(): Response {
  return textAnswer("ok");
}

/** `GET /readyz`: a message could be kept right now. */
export async function readyz({ services }: Context): Promise<Response> {
  if (services.admission.open && await services.journal.ready()) return textAnswer("ok");
  throw unavailable("not ready");
}

/** `GET /metrics`, in Prometheus' text format. */
export async function metrics({ services: { metrics } }: Context): Promise<Response> {
  return new Response(await metrics.text(), { headers: { "content-type": metrics.contentType } });
}
