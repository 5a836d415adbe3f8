#!/bin/sh
# Installs the probe as a service, or takes it away, on a system without its package: systemd, OpenRC
# or OpenWrt, whichever is there.
#
#   service.sh install PROGRAM    PROGRAM is the built schoolbeat-probe
#   service.sh uninstall          stops it; keeps who it is and what it has not sent
#   service.sh purge              leaves nothing
#
# ROOT=DIR works below DIR and starts nothing, for images and tests.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=${ROOT:-}
name=schoolbeat-probe

fail() {
	echo "service.sh: $*" >&2
	exit 1
}

# Which of the three; below ROOT, by what lies there.
system() {
	if [ -f "$root/etc/openwrt_release" ]; then
		echo openwrt
	elif [ -x "$root/sbin/openrc-run" ]; then
		echo openrc
	elif [ -d "$root/lib/systemd" ] || [ -d "$root/usr/lib/systemd" ]; then
		echo systemd
	else
		fail "neither systemd nor OpenRC nor OpenWrt is here: run '$name run' by whatever starts programs"
	fi
}

# Only on the running system.
live() {
	[ -n "$root" ] || "$@"
}

install_program() {
	[ -f "$1" ] || fail "there is no program $1: build it with cargo build --release -p schoolbeat-probe"
	mkdir -p "$root/usr/bin"
	# A program that runs cannot be written over, but its name can be given to another.
	cp "$1" "$root/usr/bin/$name.new"
	chmod 755 "$root/usr/bin/$name.new"
	mv "$root/usr/bin/$name.new" "$root/usr/bin/$name"
}

put() {
	mkdir -p "$(dirname "$root$2")"
	cp "$here/$1" "$root$2"
	chmod "$3" "$root$2"
}

install_service() {
	case $kind in
	systemd)
		put "$name.service" "/etc/systemd/system/$name.service" 644
		live systemctl daemon-reload
		live systemctl enable "$name"
		;;
	openrc)
		put "openrc/$name" "/etc/init.d/$name" 755
		live addgroup -S "$name" 2>/dev/null || true
		live adduser -S -D -H -h /var/empty -s /sbin/nologin -G "$name" "$name" 2>/dev/null || true
		live rc-update add "$name" default
		;;
	openwrt)
		put "openwrt/$name" "/etc/init.d/$name" 755
		live "/etc/init.d/$name" enable
		;;
	esac
	echo "installed; enrol it, then start it"
}

uninstall() {
	case $kind in
	systemd)
		live systemctl disable --now "$name" 2>/dev/null || true
		rm -f "$root/etc/systemd/system/$name.service"
		live systemctl daemon-reload
		;;
	openrc)
		live rc-service "$name" stop 2>/dev/null || true
		live rc-update del "$name" default 2>/dev/null || true
		rm -f "$root/etc/init.d/$name"
		live deluser "$name" 2>/dev/null || true
		live delgroup "$name" 2>/dev/null || true
		;;
	openwrt)
		live "/etc/init.d/$name" stop 2>/dev/null || true
		live "/etc/init.d/$name" disable 2>/dev/null || true
		rm -f "$root/etc/init.d/$name"
		;;
	esac
	rm -f "$root/usr/bin/$name" "$root/usr/bin/$name.new"
}

case ${1:-} in
install)
	[ $# -eq 2 ] || fail "install wants the program"
	kind=$(system)
	install_program "$2"
	install_service
	;;
uninstall)
	kind=$(system)
	uninstall
	;;
purge)
	kind=$(system)
	uninstall
	rm -rf "$root/var/lib/$name" "$root/var/lib/private/$name" "$root/etc/$name"
	;;
*)
	fail "wants install PROGRAM, uninstall or purge"
	;;
esac
