/** A certificate that nobody has reason to trust, as programs in containers have them. */
export function selfSigned(): { cert: string; key: string } {
  const directory = Deno.makeTempDirSync({ prefix: "budgie-certificate-" });
  try {
    const { success, stderr } = new Deno.Command("openssl", {
      args: [
        ...[
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:prime256v1",
          "-nodes",
          "-days",
          "1",
        ],
        ...["-subj", "/CN=elsewhere.example", "-keyout", `${directory}/key`, "-out", `${directory}/cert`],
      ],
    }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return {
      cert: Deno.readTextFileSync(`${directory}/cert`),
      key: Deno.readTextFileSync(`${directory}/key`),
    };
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}
