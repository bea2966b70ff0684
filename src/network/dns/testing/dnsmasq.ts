/** A real DNS server on loopback, from Debian's dnsmasq-base. */

export interface Dnsmasq extends AsyncDisposable {
  address: string;
  port: number;
  /** what was asked, as `A example.com` */
  asked: string[];
}

/**
 * @param port 0: a free one
 * @param records dnsmasq's own options: `--host-record=a.example,10.0.0.1`
 * @param prefix words before the command, as `nsenter`
 */
export async function startDnsmasq(
  address: string,
  port: number,
  records: string[],
  prefix: string[] = [],
): Promise<Dnsmasq> {
  const chosen = port || freePort(address);
  const own = ["--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=", "--user=root", "--no-hosts"];
  const bound = ["--no-resolv", `--listen-address=${address}`, "--bind-interfaces", `--port=${chosen}`];
  const log = ["--log-queries", "--log-facility=-"];
  const [program, ...args] = [...prefix, "dnsmasq", ...own, ...bound, ...log, ...records];
  const process = new Deno.Command(program, {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const asked: string[] = [];
  const started = Promise.withResolvers<void>();
  const reading = (async () => {
    let text = "";
    for await (const chunk of process.stderr.pipeThrough(new TextDecoderStream())) {
      const lines = (text + chunk).split("\n");
      text = lines.pop()!;
      for (const line of lines) {
        if (line.includes(": started, version")) started.resolve();
        const [, type, name] = / query\[(\w+)\] (\S+) from/.exec(line) ?? [];
        if (name) asked.push(`${type} ${name}`);
      }
    }
    started.reject(new Error(`dnsmasq did not start: ${text}`));
  })();
  await started.promise;
  return {
    address,
    port: chosen,
    asked,
    async [Symbol.asyncDispose]() {
      process.kill("SIGKILL");
      await process.status;
      await reading;
    },
  };
}

function freePort(hostname: string): number {
  using listener = Deno.listen({ hostname, port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}
