import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COUNTER_MEANINGS, loaderStatus } from "../../src/node/loader_status.js";
import { SERVICE_COUNTER_MEANINGS } from "../../src/node/services/services_status.js";

test("every counter of the programs has its words, and they are the same as in abi.h", () => {
  const abi = readFileSync(new URL("../../bpf-templates/abi.h", import.meta.url), "utf8");
  const counters = [...abi.matchAll(/X\(\w+, "(\w+)", "([^"]*)"\)/g)].map(([, name, meaning]) => [
    name,
    meaning,
  ]);
  expect(counters.length).toBeGreaterThan(10);
  expect(COUNTER_MEANINGS).toEqual(Object.fromEntries(counters));
});

test("so has every counter of services, as in service_abi.h", () => {
  const abi = readFileSync(new URL("../../bpf-templates/service/service_abi.h", import.meta.url), "utf8");
  const list = abi.slice(abi.indexOf("#define SERVICE_COUNTERS(X)"));
  const counters = [...list.matchAll(/X\(\w+, "(\w+)", "([^"]*)"\)/g)].map(([, name, meaning]) => [
    name,
    meaning,
  ]);
  expect(counters.length).toBeGreaterThan(10);
  expect(SERVICE_COUNTER_MEANINGS).toEqual(Object.fromEntries(counters));
});

test("an instance whose network namespace is gone is named, with what removes it", async () => {
  expect(await loaderStatus("node-1", "/run/netns/polct-gone")).toEqual({
    error: "the network namespace of instance node-1 is gone: /run/netns/polct-gone",
    help: "polc undeploy --local --instance node-1 removes what is left of it",
  });
});
