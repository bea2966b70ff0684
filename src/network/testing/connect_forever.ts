/** For tests: connects a container and disconnects it, again and again, until it is killed. */
import { storePaths } from "../../store/paths.ts";
import { connectAll, disconnectAll } from "../plumbing.ts";
import { bridgeNetwork, endpoint, id } from "./host.ts";

const paths = storePaths();
const network = bridgeNetwork("f0");
for (let count = 0;; count++) {
  const container = id(`c${count % 10}`);
  if (count === 10) console.log("begun");
  connectAll(paths, container, [{ network, endpoint: endpoint(network, 2 + count % 10) }]);
  disconnectAll(paths, container);
}
