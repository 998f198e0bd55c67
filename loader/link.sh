#!/bin/sh
# link.sh auto|static|dynamic PROGRAM OBJECT...: links PROGRAM, by $CC with $FLAGS.
#
# auto: every library is linked statically with which that succeeds. That an archive is installed is not enough: libelf.a of
# elfutils 0.192 needs functions that no library has.
set -u
mode=$1 program=$2
shift 2

# Links with these libraries static, the others dynamic.
with_static() {
	libraries='' defines=''
	for library in bpf elf z jansson; do
		case " $static " in
		*" $library "*) libraries="$libraries -l:lib$library.a" defines="$defines -DSTATIC_$library=1" ;;
		*) libraries="$libraries -l$library" defines="$defines -DSTATIC_$library=0" ;;
		esac
	done
	$CC $FLAGS $defines -o "$program" linkage.c "$@" -Wl,--as-needed $libraries
}

case $mode in
static)
	static='bpf elf z jansson'
	with_static "$@" && exit
	echo "LINK=static: not every library can be linked statically here; LINK=auto does it with those that can" >&2
	exit 1
	;;
dynamic)
	static=''
	with_static "$@"
	exit
	;;
auto) ;;
*)
	echo "LINK is auto, static or dynamic, not $mode" >&2
	exit 2
	;;
esac

static='bpf elf z jansson'
with_static "$@" 2>/dev/null && exit
possible=''
for candidate in bpf elf z jansson; do
	# Only libbpf calls these two: beside a shared libbpf their archives would link, and stay out of the program.
	case $candidate$possible in elf | z) continue ;; esac
	static="$possible $candidate"
	with_static "$@" 2>/dev/null && possible=$static
done
static=$possible
with_static "$@"
