/** What the daemon gets of the environment of the command that starts or installs it: settings, and no secrets. */

/** budgie's own settings, and where the network is. */
const SETTINGS = /^(BUDGIE_\w+|DOCKER_CONFIG|REGISTRY_AUTH_FILE|(HTTPS?|NO)_PROXY|(https?|no)_proxy)$/;
/** What any process of this user has. */
const USUAL = ["PATH", "HOME", "TZ", "LANG"];

/** For a process of root's: the file of a service can be read by everybody. */
const PASSPHRASE = "BUDGIE_SECRETS_PASSPHRASE";

/** Settings that a service has to have as this command has them. */
export function settings(environment = Deno.env.toObject()): Record<string, string> {
  const isSetting = (name: string) => SETTINGS.test(name) && name !== PASSPHRASE;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => isSetting(name)));
}

/** The whole environment of a daemon that is started on demand. */
export function daemonEnvironment(environment = Deno.env.toObject()): Record<string, string> {
  const usual = Object.entries(environment).filter(([name]) => [...USUAL, PASSPHRASE].includes(name));
  return { ...Object.fromEntries(usual), ...settings(environment) };
}
