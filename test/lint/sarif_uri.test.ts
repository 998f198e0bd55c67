import { posix, win32 } from "node:path";
import { expect, test } from "vitest";
import { uriOf } from "../../src/lint/format/sarif.js";

test("a path inside the working folder is a relative reference", () => {
  expect(uriOf("shop/a b#1.yaml", posix)).toBe("shop/a%20b%231.yaml");
  expect(uriOf("c:/a.yaml", posix)).toBe("c%3A/a.yaml");
  expect(uriOf("a\\b.yaml", posix)).toBe("a%5Cb.yaml");
});

test("an absolute path is a file URI, of a drive or a share of Windows too", () => {
  expect(uriOf("/srv/a b.yaml", posix)).toBe("file:///srv/a%20b.yaml");
  expect(uriOf("D:/work/a b.yaml", win32)).toBe("file:///D:/work/a%20b.yaml");
  expect(uriOf("//server/share/a.yaml", win32)).toBe("file://server/share/a.yaml");
});
