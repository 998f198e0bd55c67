import { posix, win32 } from "node:path";
import { describe, expect, test } from "vitest";
import { foldersAround, isInside, pathWithin, shownPath, slashed } from "../../src/source/paths.js";

describe("on Windows", () => {
  test("a path inside the working folder is shown relative to it, with slashes", () => {
    expect(shownPath("C:\\work\\shop\\a.yaml", "C:\\work", win32)).toBe("shop/a.yaml");
    expect(shownPath("c:\\WORK\\shop\\a.yaml", "C:\\work", win32)).toBe("shop/a.yaml");
    expect(shownPath("C:\\work\\..shop\\a.yaml", "C:\\work", win32)).toBe("..shop/a.yaml");
  });

  test("any other path is shown with its drive or share", () => {
    expect(shownPath("C:\\other\\a.yaml", "C:\\work", win32)).toBe("C:/other/a.yaml");
    expect(shownPath("D:\\work\\a.yaml", "C:\\work", win32)).toBe("D:/work/a.yaml");
    expect(shownPath("\\\\server\\share\\a.yaml", "C:\\work", win32)).toBe("//server/share/a.yaml");
    expect(shownPath("C:\\work", "C:\\work", win32)).toBe("C:/work");
  });

  test("nothing of another drive is inside a folder", () => {
    expect(isInside("C:\\work\\a.yaml", "C:\\work", win32)).toBe(true);
    expect(isInside("C:\\work", "C:\\work", win32)).toBe(true);
    expect(isInside("C:\\a.yaml", "C:\\", win32)).toBe(true);
    expect(isInside("C:\\workshop\\a.yaml", "C:\\work", win32)).toBe(false);
    expect(isInside("D:\\work\\a.yaml", "C:\\work", win32)).toBe(false);
    expect(pathWithin("D:\\work\\a.yaml", "C:\\work", win32)).toBeUndefined();
  });

  test("a backslash is a separator there, and part of a name elsewhere", () => {
    expect(slashed("a\\b", win32)).toBe("a/b");
    expect(slashed("a\\b", posix)).toBe("a\\b");
    expect(shownPath("/work/a\\b.yaml", "/work", posix)).toBe("a\\b.yaml");
  });
});

test("the folders around a path end at the root, the drive, the share or the working folder", () => {
  expect(foldersAround("shop/db/a.yaml")).toEqual(["shop/db", "shop"]);
  expect(foldersAround("a.yaml")).toEqual([]);
  expect(foldersAround("/srv/shop/a.yaml")).toEqual(["/srv/shop", "/srv"]);
  expect(foldersAround("C:/work/shop/a.yaml")).toEqual(["C:/work/shop", "C:/work"]);
  expect(foldersAround("//server/share/a.yaml")).toEqual(["//server/share", "//server"]);
});
