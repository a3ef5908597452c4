/** The group "drills", see `groups.ts`. */

import { importGroup } from "../groups.ts";

await importGroup("drills");
