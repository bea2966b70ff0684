import { main } from "./src/cli/main.ts";

// As docker's daemon: what lies in images and volumes does not depend on the umask of whoever calls.
Deno.umask(0o022);

Deno.exit(await main(Deno.args));
