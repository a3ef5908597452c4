/** The group "servers", see `groups.ts`. */

import { importGroup } from "../groups.ts";

await importGroup("servers");
