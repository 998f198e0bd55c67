/** /healthz, /readyz and /metrics. */
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { Failure } from "../../node/failure.js";

export interface Pages {
  /** Undefined: all is well; else why not. */
  readonly healthz: () => string | undefined;
  readonly readyz: () => string | undefined;
  readonly metrics: () => Promise<string>;
}

/** Resolves when it listens. */
export function serveStatus(pages: Pages, address: string): Promise<Server | Failure> {
  const { host, port } = splitAddress(address);
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0];
    const answer = (status: number, text: string) => {
      response.writeHead(status, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
      response.end(text);
    };
    const said = (problem: string | undefined) => answer(problem ? 503 : 200, `${problem ?? "ok"}\n`);
    if (request.method !== "GET") answer(405, "only GET is answered\n");
    else if (path === "/healthz") said(pages.healthz());
    else if (path === "/readyz") said(pages.readyz());
    else if (path === "/metrics")
      pages.metrics().then(
        (text) => answer(200, text),
        (error: Error) => answer(500, `${error.message}\n`),
      );
    else answer(404, "there are /healthz, /readyz and /metrics\n");
  });
  return new Promise((resolve) => {
    server.on("error", (error) =>
      resolve({
        error: `cannot listen on ${address}: ${error.message}`,
        help: "pass another address to --listen",
      }),
    );
    server.listen(port, host, () => resolve(server));
  });
}

/** `host:port`, `[v6]:port` or `:port`. */
function splitAddress(address: string): { readonly host?: string; readonly port: number } {
  const at = address.lastIndexOf(":");
  const host = address.slice(0, at).replace(/^\[|\]$/g, "");
  return { ...(host !== "" && { host }), port: Number(address.slice(at + 1)) };
}
