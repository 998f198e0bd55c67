/** polc's own programs, by one `polc-loader services serve` on each node. */
import { isFailure } from "../../node/failure.js";
import { streamLoader } from "../../node/loader.js";
import type { LoaderStream } from "../../node/loader.js";
import type { ServicesState } from "../../services/node/services_state.js";
import { LabError } from "../command.js";
import type { LabNode } from "../plan.js";
import { netnsPath } from "../topology.js";
import type { Applied, Dataplane } from "./dataplane.js";

interface Server {
  readonly stream: LoaderStream;
  /** Of the states that are on their way, in order. */
  readonly waiting: ((answer: Answer) => void)[];
}

type Answer =
  | { readonly error: { readonly message: string; readonly help?: string } }
  | (Applied & { readonly problems?: readonly unknown[] });

export class PolcDataplane implements Dataplane {
  readonly wholeOnly = false;
  private readonly servers = new Map<string, Server>();

  async apply(node: LabNode, state: ServicesState): Promise<Applied> {
    const server = this.servers.get(node.name) ?? this.serve(node);
    const answer = await new Promise<Answer>((resolve) => {
      server.waiting.push(resolve);
      server.stream.write(`${JSON.stringify(state)}\n`);
    });
    if ("error" in answer) throw new LabError(`${node.name}: ${answer.error.message}`, answer.error.help);
    if (answer.problems && answer.problems.length > 0)
      throw new LabError(`${node.name}: ${JSON.stringify(answer.problems[0])}`);
    return answer;
  }

  kill(): void {
    for (const { stream } of this.servers.values()) stream.kill();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.servers.values()].map(({ stream }) => stream.stop()));
    this.servers.clear();
  }

  private serve({ name, instance, netns }: LabNode): Server {
    const waiting: Server["waiting"] = [];
    const stream = streamLoader(
      ["--instance", instance, "services", "serve"],
      (line) => waiting.shift()?.(line as Answer),
      netnsPath(netns),
      true,
    );
    if (isFailure(stream)) throw new LabError(stream.error, stream.help);
    void stream.ended.then((failure) => {
      this.servers.delete(name);
      for (const resolve of waiting.splice(0))
        resolve({ error: { message: failure?.error ?? "polc-loader services serve ended" } });
    });
    const server = { stream, waiting };
    this.servers.set(name, server);
    return server;
  }
}
