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

test("claims say from, to and ports, and leave out what is everything", async () => {
  const { claims, said, policies } = await parse(FILES);
  expect(said).toEqual([]);
  expect(policies).toEqual([]);
  expect(bare(claims)).toEqual([
    {
      kind: "canReach",
      from: [inShop("web")],
      to: [inShop("db")],
      ports: [
        { kind: "range", protocol: "TCP", from: 5432, to: 5432 },
        { kind: "range", protocol: "UDP", from: 53, to: 53 },
      ],
    },
    { kind: "cannotReach", to: [inShop("db"), inShop("web")] },
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
