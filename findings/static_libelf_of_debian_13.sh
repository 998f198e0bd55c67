#!/bin/sh
# Version:   libelf-dev 0.192-4 (elfutils 0.192), as Debian 13 has it.
# Expected:  its libelf.a links, with -lz and -lzstd for the compression of sections, as libelf.a of Debian 12 did with -lz.
# Seen:      undefined reference to `eu_search_tree_init' and `eu_search_tree_fini'. They are in elfutils' internal libeu.a, which is
#            neither part of libelf.a nor in any package. The shared library has them.
# What to do: link libelf dynamically, or try the link before you choose: that libelf.a is installed proves nothing.
#
# Needs apt-get, dpkg-deb, cc and Debian's keyring. Installs nothing: packages are unpacked in a temporary folder.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' | awk '$2 !~ /-/ { print $1; exit }')
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >sources.list
mkdir -p state/lists/partial cache/archives/partial root
touch status
apt() {
	apt-get -qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State="$work/state" \
		-o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root "$@"
}
apt update
apt download libelf-dev=0.192-4 libelf1t64=0.192-4 zlib1g zlib1g-dev libzstd1 libzstd-dev >/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
libraries=root/usr/lib/$(cc -print-multiarch)

cat >main.c <<'END'
#include <libelf.h>
int main(int argc, char **argv)
{
	elf_version(EV_CURRENT);
	return elf_end(elf_begin(argc - 1, ELF_C_READ, 0));
}
END

echo "static:"
if cc -Iroot/usr/include -o static main.c "$libraries/libelf.a" "$libraries/libz.a" "$libraries/libzstd.a" 2>errors; then
	echo "it links now: this finding is no longer true" >&2
	exit 1
fi
# A glibc older than Debian 13's lacks __isoc23_strtol too, which is no fault of libelf's.
grep -o 'undefined reference to .eu_.*' errors | sort -u
grep -q 'eu_search_tree_init' errors
if grep -q 'ZSTD_' errors; then echo "more than eu_search_tree is missing" >&2; exit 1; fi

echo "shared:"
if nm -D "$libraries/libelf.so.1" | grep ' U .*eu_search_tree'; then exit 1; fi
cc -Iroot/usr/include -o shared main.c -L"$libraries" -lelf -Wl,--allow-shlib-undefined
echo "links"
