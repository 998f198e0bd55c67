#!/bin/sh
# Version:   sigs.k8s.io/yaml 1.6.0, with which kubectl 1.36 reads manifests (go-yaml 2.4.3); js-yaml 4.1.0 to compare.
# Expected:  a key that a mapping has itself wins over one that a merge key (`<<`) brings, wherever the merge key stands:
#            "unless the key already exists in it" (https://yaml.org/type/merge.html).
# Seen:      a merge key that stands below the key replaces it: {app: own, <<: {app: merged}} is {"app":"merged"}. A selector
#            of a NetworkPolicy that is written so selects other pods than its author and other tools believe.
# What to do: write the merge key first.
#
# Needs go, npm and node. Installs into a temporary folder.
set -eu
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"

cat >main.go <<'END'
package main

import (
	"fmt"

	"sigs.k8s.io/yaml"
)

func main() {
	for _, text := range []string{"{app: own, <<: {app: merged}}", "{<<: {app: merged}, app: own}"} {
		json, err := yaml.YAMLToJSON([]byte(text))
		fmt.Println(string(json), err)
	}
}
END
go mod init finding >/dev/null 2>&1
GOFLAGS=-modcacherw go get sigs.k8s.io/yaml@v1.6.0 >/dev/null 2>&1
echo "sigs.k8s.io/yaml:"
go run . | tee seen
printf '{"app":"merged"} <nil>\n{"app":"own"} <nil>\n' | cmp - seen

npm install --silent --no-audit --no-fund --prefix . js-yaml@4.1.0 >/dev/null
echo "js-yaml:"
node -e 'for (const text of ["{app: own, <<: {app: merged}}", "{<<: {app: merged}, app: own}"])
  console.log(JSON.stringify(require("js-yaml").load(text)));' | tee seen
printf '{"app":"own"}\n{"app":"own"}\n' | cmp - seen
