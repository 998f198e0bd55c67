#!/bin/sh
# Version:   sigs.k8s.io/yaml 1.6.0, with which kubectl 1.36 reads manifests (go-yaml 2.4.3).
# Expected:  an error where a line stands further left than the first one: it belongs to nothing.
# Seen:      what begins there is left out without an error, and so is all that follows a root value or `...`. A blank before
#            the first key of a manifest makes an object of that key alone.
# What to do: check manifests with a parser that reads to the end of the document.
#
# Needs go. Installs into a temporary folder.
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
	for _, text := range []string{" a: 1\nb: 2\n", "{a: 1}\n}\n", "a: 1\n...\nb: 2\n"} {
		json, err := yaml.YAMLToJSON([]byte(text))
		strict, strictErr := yaml.YAMLToJSONStrict([]byte(text))
		fmt.Printf("%q %s %v, strict: %s %v\n", text, json, err, strict, strictErr)
	}
}
END
go mod init finding >/dev/null 2>&1
GOFLAGS=-modcacherw go get sigs.k8s.io/yaml@v1.6.0 >/dev/null 2>&1
go run . | tee seen
test "$(grep -c '{"a":1} <nil>, strict: {"a":1} <nil>$' seen)" = 3
