/** The group "others", see `groups.ts`. */

import { importGroup } from "../groups.ts";

await importGroup("others");
