/** The group "journals", see `groups.ts`. */

import { importGroup } from "../groups.ts";

await importGroup("journals");
