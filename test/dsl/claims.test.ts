import { expect, test } from "vitest";
import { bare, parse } from "./project.js";

const FILES = {
  "cluster.ts": `import { cluster } from "polc";
export const { shop } = cluster({ shop: { web: { app: "web" }, db: { app: "db" } } });`,
  "shop.claims.ts": `import { anywhere, check, claims, everyPod, internet, tcp, udp } from "polc";
import { shop } from "./cluster.js";
export default claims(
  check(shop.web).canReach(shop.db, tcp(5432), udp(53)),
  check(anywhere).cannotReach([shop.db, shop.web]),
);`,
};

const inShop = (app: string) => ({
  kind: "pods",
  namespaces: { kind: "name", name: "shop" },
  pods: { requirements: [{ key: "app", operator: "In", values: [app] }] },
});
const tcpRange = (from: number, to = from) => ({ kind: "range", protocol: "TCP", from, to });

test("claims say from, to and ports, and leave out what is everything", async () => {
  const { claims, said, policies } = await parse(FILES);
  expect(said).toEqual([]);
  expect(policies).toEqual([]);
  expect(bare(claims)).toEqual([
    {
      kind: "canReach",
      from: [inShop("web")],
      to: [inShop("db")],
      ports: [tcpRange(5432), { kind: "range", protocol: "UDP", from: 53, to: 53 }],
      except: [],
      sentence: "shop/web can reach shop/db on TCP 5432, UDP 53",
    },
    {
      kind: "cannotReach",
      to: [inShop("db"), inShop("web")],
      except: [],
      sentence: "nothing can reach shop/db, shop/web",
    },
  ]);
});

test("a claim's spans are its own and those of its parts", async () => {
  const { claims, textOf } = await parse(FILES);
  expect(textOf(claims[0]!.span)).toBe("check(shop.web).canReach(shop.db, tcp(5432), udp(53))");
  expect(textOf(claims[0]!.from![0]!.span)).toBe("shop.web");
  expect(textOf(claims[0]!.to![0]!.span)).toBe("shop.db");
  expect(claims[0]!.ports!.map(({ span }) => textOf(span))).toEqual(["tcp(5432)", "udp(53)"]);
  expect(claims[1]!.to!.map(({ span }) => textOf(span))).toEqual(["shop.db", "shop.web"]);
});

const ONLY = {
  "cluster.ts": FILES["cluster.ts"],
  "only.claims.ts": `import { check, claims, internet, range, tcp } from "polc";
import { shop } from "./cluster.js";
export default claims(
  check(shop.db).onlyFrom(shop.web, tcp(5432)).orFrom(shop.db).orFrom(internet, tcp(range(1, 9))),
  check(shop.web).onlyTo(shop.db, tcp("sql")).orTo(shop.everyPod),
);`,
};

test("what only some may do is everything, with exceptions", async () => {
  const { claims, said } = await parse(ONLY);
  expect(said).toEqual([]);
  expect(bare(claims)).toMatchObject([
    {
      kind: "onlyFrom",
      to: [inShop("db")],
      except: [
        { from: [inShop("web")], ports: [tcpRange(5432)] },
        { from: [inShop("db")] },
        { from: [{ kind: "block" }, { kind: "block" }], ports: [tcpRange(1, 9)] },
      ],
      sentence:
        "shop/db can be reached only from shop/web on TCP 5432 or from shop/db or from the internet on TCP 1-9",
    },
    {
      kind: "onlyTo",
      from: [inShop("web")],
      except: [{ to: [inShop("db")], ports: [{ kind: "named", name: "sql" }] }, { to: [{ kind: "pods" }] }],
      sentence: 'shop/web can reach only shop/db on TCP port "sql" or every pod in shop',
    },
  ]);
  expect(claims.map(({ from, to, ports }) => [from, to, ports].filter((part) => part).length)).toEqual([
    1, 1,
  ]);
});

test("an exception is at its own place in the chain", async () => {
  const { claims, textOf } = await parse(ONLY);
  const { span, except } = claims[0]!;
  expect(textOf(span)).toBe(
    "check(shop.db).onlyFrom(shop.web, tcp(5432)).orFrom(shop.db).orFrom(internet, tcp(range(1, 9)))",
  );
  expect(except.map(({ from }) => textOf(from![0]!.span))).toEqual(["shop.web", "shop.db", "internet"]);
  expect(textOf(except[2]!.ports![0]!.span)).toBe("tcp(range(1, 9))");
});

test("an exception may be added to one claim in two ways", async () => {
  const { claims, said } = await parse({
    "cluster.ts": FILES["cluster.ts"],
    "a.claims.ts": `import { check, claims } from "polc";
import { shop } from "./cluster.js";
const db = check(shop.db).onlyFrom(shop.web);
export default claims(db, db.orFrom(shop.db));`,
  });
  expect(said).toEqual([]);
  expect(claims.map(({ except }) => except.length)).toEqual([1, 2]);
});

test("a check without what it says is no claim, and an exception that is nothing is an error", async () => {
  const { diagnostics } = await parse({
    "cluster.ts": FILES["cluster.ts"],
    "types.claims.ts": `import { check, claims } from "polc";
import { shop } from "./cluster.js";
export default claims(check(shop.db));`,
    "empty.claims.ts": `import { check, claims } from "polc";
import { shop } from "./cluster.js";
export default claims(check(shop.db).onlyFrom(shop.web).orFrom([]));`,
  });
  expect(diagnostics.map(({ span, rule }) => `${span.file} ${rule}`).sort()).toEqual([
    "empty.claims.ts empty-end",
    "types.claims.ts TS2345",
  ]);
});
