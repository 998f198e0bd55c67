#!/bin/sh
# Version:   js-yaml 5.5.0; 4.1.0 and yaml 2.8.1 to compare.
# Expected:  a tab separates tokens inside brackets as a space does (YAML 1.2.2, 6.2: s-white is a space or a tab).
# Seen:      "deficient indentation" for [1,<tab>2], on one line. In JSON that is a document of its own the same tab is fine,
#            so it is the indentation of the collection around the brackets that is looked for in the tab.
# What to do: replace tabs by spaces before parsing, or use another parser.
#
# Needs npm and node. Installs into a temporary folder.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . js5@npm:js-yaml@5.5.0 js4@npm:js-yaml@4.1.0 yaml@2.8.1 >/dev/null
cat >try.mjs <<'END'
import * as js5 from "js5";
import js4 from "js4";
import { parse } from "yaml";
for (const [name, load] of [["js-yaml 5", js5.load], ["js-yaml 4", js4.load], ["yaml", parse]])
  for (const text of ["v: [1,\t2]\n", "v:\t{}\n", "[1,\t2]\n"]) {
    let seen;
    try {
      seen = JSON.stringify(load(text));
    } catch (error) {
      seen = error.reason ?? error.code;
    }
    console.log(`${name} ${JSON.stringify(text)} ${seen}`);
  }
END
node try.mjs | tee seen
test "$(grep -c '^js-yaml 5 .*deficient indentation' seen)" = 2
test "$(grep -Ec '^(js-yaml 4|yaml) .*(\[1,2\]|\{\})' seen)" = 6
