# A bare Debian 12 to try things in; sourced after lib.sh, never run. It is made with debootstrap
# (minbase) once and kept as it is; each use works in a layer over it, thrown away with the script.
# shellcheck shell=bash
# What is set here is read by the scripts that source it.
# shellcheck disable=SC2034
#
# CHROOT  folder for the Debian and the layers (default /var/tmp/onward-chroot)
# MIRROR  where packages come from (default http://deb.debian.org/debian)

CHROOT=${CHROOT:-/var/tmp/onward-chroot}
MIRROR=${MIRROR:-http://deb.debian.org/debian}
BASE=$CHROOT/bookworm

# make_base: the Debian itself, where it is not there yet.
make_base() {
    [ -e "$BASE" ] && return
    mkdir -p "$CHROOT"
    rm -rf "$BASE.new"
    debootstrap --variant=minbase bookworm "$BASE.new" "$MIRROR" >"$WORK/debootstrap.log" 2>&1 ||
        die "debootstrap failed: $(tail -n 3 "$WORK/debootstrap.log")"
    # How this machine reaches the mirror, and whom it trusts, holds in there too.
    apt-config dump | grep -E '^Acquire::(Check|http|https)' >"$BASE.new/etc/apt/apt.conf.d/90outside" || true
    mkdir -p "$BASE.new/usr/local/share/ca-certificates"
    cp -L /usr/local/share/ca-certificates/*.crt "$BASE.new/usr/local/share/ca-certificates/" 2>/dev/null || true
    mv "$BASE.new" "$BASE"
}

# mount_in OPTIONS... TARGET: TARGET is below the layer; unmounted before what was mounted earlier.
mount_in() {
    local target=${*: -1}
    mkdir -p "$target"
    mount "$@"
    MOUNTS=("$target" "${MOUNTS[@]}")
}

# make_layer: $INSIDE is a Debian of its own, with this machine's network and its displays.
make_layer() {
    LAYER=$(mktemp -d "$CHROOT/layer.XXXXXX")
    SCRATCH+=("$LAYER")
    INSIDE=$LAYER/root
    mkdir "$LAYER/upper" "$LAYER/work"
    mount_in -t overlay overlay -o "lowerdir=$BASE,upperdir=$LAYER/upper,workdir=$LAYER/work" "$INSIDE"
    mount_in -t proc proc "$INSIDE/proc"
    mount_in --bind /dev "$INSIDE/dev"
    mount_in -t tmpfs tmpfs "$INSIDE/dev/shm"
    mount_in --bind /tmp/.X11-unix "$INSIDE/tmp/.X11-unix"
    cp -L /etc/resolv.conf /etc/hosts "$INSIDE/etc/"
}

# find_window: $WINDOW is the program's window, where it is on the screen.
find_window() {
    WINDOW=$(xdotool search --onlyvisible --name Onward 2>/dev/null | tail -n 1)
    [ -n "$WINDOW" ]
}
