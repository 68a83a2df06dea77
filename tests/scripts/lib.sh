# Shared by the scripts beside it; sourced, never run. It gives them a work folder, servers that end
# with the script, waiting for states, and the count of cases.
# Invariant: whatever a script starts or mounts is recorded here, and ended by its pid or path when
# the script ends, however it ends. Nothing else is touched.
# shellcheck shell=bash
# What is set here is read by the scripts that source it.
# shellcheck disable=SC2034

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
ONWARD=${ONWARD:-$ROOT/target/debug/onward}
WORK=$(mktemp -d "${TMPDIR:-/tmp}/onward.XXXXXX")
PATH=$PATH:/usr/sbin:/sbin
PASSED=0
FAILED=0
FINISHED=
CHILDREN=()
MOUNTS=()
SCRATCH=("$WORK")

# The program sees a home of its own: no script reads or writes the user's.
export HOME=$WORK/home
mkdir -p "$HOME/.config" "$HOME/Downloads"
# shellcheck disable=SC2016 # whoever reads the file puts HOME in
printf 'XDG_DOWNLOAD_DIR="$HOME/Downloads"\n' >"$HOME/.config/user-dirs.dirs"
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME ONWARD_DATA_DIR
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

clean_up() {
    local status=$? at
    trap - EXIT
    if [ -z "$FINISHED" ]; then
        fail "the script came to its end"
        finish || true
    fi
    for at in "${CHILDREN[@]}"; do end_child "$at"; done
    for at in "${MOUNTS[@]}"; do umount -l "$at" 2>/dev/null || true; done
    if [ -n "${KEEP:-}" ]; then echo "kept: $WORK" >&2; else rm -rf --one-file-system "${SCRATCH[@]}"; fi
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# started PID: to be ended with the script.
started() { CHILDREN+=("$1"); }

# end_child PID: asks it to end, and after five seconds makes it.
end_child() {
    kill "$1" 2>/dev/null || return 0
    wait_until 5 is_gone "$1" || kill -9 "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

# is_gone PID: it ended; a zombie not yet waited for counts as ended.
is_gone() {
    local state
    state=$(ps -o state= -p "$1" 2>/dev/null) || return 0
    [[ $state == Z* ]]
}

# die WORDS: the script cannot go on at all.
die() {
    echo "$(basename "$0"): $*" >&2
    exit 2
}

need_commands() {
    local command
    for command in "$@"; do
        command -v "$command" >/dev/null || die "\"$command\" is missing; .ci/run names the packages"
    done
}

need_onward() { [ -x "$ONWARD" ] || die "no program at $ONWARD; build it with cargo build, or set ONWARD"; }

ok() {
    PASSED=$((PASSED + 1))
    echo "ok   $*"
}

fail() {
    FAILED=$((FAILED + 1))
    echo "FAIL $*"
}

skip() { echo "skip $*"; }

# check WORDS COMMAND...: a case that passes where the command succeeds.
check() {
    local words=$1
    shift
    if "$@"; then ok "$words"; else fail "$words"; fi
}

# same WORDS EXPECTED FOUND
same() {
    if [ "$2" = "$3" ]; then ok "$1"; else fail "$1: expected \"$2\", found \"$3\""; fi
}

# The last line of every script.
finish() {
    FINISHED=yes
    echo
    echo "$PASSED passed, $FAILED failed"
    [ "$FAILED" -eq 0 ]
}

# wait_until SECONDS COMMAND...: asks every 50 ms; fails when the time is over.
wait_until() {
    local limit=$1 end
    shift
    end=$((SECONDS + limit + 1))
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.05
    done
}

is_root() { [ "$(id -u)" -eq 0 ]; }

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

wait_for_port() { wait_until 20 answers "$1" || die "nothing answers on port $1 ($2)"; }

# sha_of PATH: its digest, "none" where there is no such file.
sha_of() { if [ -f "$1" ]; then sha256sum -- "$1" | cut -d' ' -f1; else echo none; fi; }

# random_file PATH BYTES
random_file() { head -c "$2" /dev/urandom >"$1"; }

# is_between LOW VALUE HIGH, whole numbers, ends included
is_between() { [ "$1" -le "$2" ] && [ "$2" -le "$3" ]; }

is_missing() { [ ! -e "$1" ] && [ ! -L "$1" ]; }

# no_parts FOLDER: no unfinished file is below it.
no_parts() { [ -z "$(find "$1" -name '*.part')" ]; }

# holds_sha FOLDER SHA: a file with that digest is below it.
holds_sha() { grep -q "^$2" <<<"$(find "$1" -type f -exec sha256sum {} +)"; }

# database_of FOLDER: the SQLite file below it.
database_of() { grep -rlm1 --binary-files=text '^SQLite format 3' "$1" | head -n 1 || true; }

# body_sha URL: the digest of what the server sends.
body_sha() { curl -sk --noproxy '*' "$1" | sha256sum | cut -d' ' -f1; }

# make_certificate PATH: one for 127.0.0.1 that nobody vouches for, and its key, in one file.
make_certificate() {
    need_commands openssl
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=IP:127.0.0.1 -keyout "$1" -out "$1.crt" 2>/dev/null || die "openssl made no certificate"
    cat "$1.crt" >>"$1"
}

# start_nginx FOLDER [RATE [PEM]]: serves FOLDER at $NGINX_URL, each connection at RATE bytes a second
# (0: as fast as it goes), and with a certificate and its key over TLS at $NGINX_TLS_URL.
# $NGINX_LOG has one line a request: bytes of the body, status, range.
start_nginx() {
    local port tls_port home pid listen=
    need_commands nginx
    port=$(free_port)
    home=$(mktemp -d "$WORK/nginx.XXXXXX")
    NGINX_URL=http://127.0.0.1:$port
    if [ -n "${3:-}" ]; then
        tls_port=$(free_port)
        NGINX_TLS_URL=https://127.0.0.1:$tls_port
        listen="listen 127.0.0.1:$tls_port ssl; ssl_certificate $3; ssl_certificate_key $3;"
    fi
    NGINX_LOG=$home/access.log
    cat >"$home/nginx.conf" <<CONF
daemon off;
master_process off;
pid $home/pid;
error_log $home/error.log;
events { worker_connections 256; }
http {
    log_format bytes '\$body_bytes_sent \$status "\$http_range"';
    access_log $NGINX_LOG bytes;
    client_body_temp_path $home/body;
    proxy_temp_path $home/proxy;
    fastcgi_temp_path $home/fastcgi;
    uwsgi_temp_path $home/uwsgi;
    scgi_temp_path $home/scgi;
    sendfile on;
    default_type application/octet-stream;
    server {
        listen 127.0.0.1:$port;
        $listen
        root $1;
        limit_rate ${2:-0};
    }
}
CONF
    nginx -p "$home" -c "$home/nginx.conf" -e "$home/error.log" &
    pid=$!
    started "$pid"
    wait_for_port "$port" nginx
}

# start_lighttpd FOLDER [KIB]: serves FOLDER at $LIGHTTPD_URL, each connection at KIB KiB a second.
start_lighttpd() {
    local port home pid
    need_commands lighttpd
    port=$(free_port)
    home=$(mktemp -d "$WORK/lighttpd.XXXXXX")
    LIGHTTPD_URL=http://127.0.0.1:$port
    LIGHTTPD_PORT=$port
    cat >"$home/lighttpd.conf" <<CONF
server.bind = "127.0.0.1"
server.port = $port
server.document-root = "$1"
server.errorlog = "$home/error.log"
connection.kbytes-per-second = ${2:-0}
mimetype.assign = ( "" => "application/octet-stream" )
CONF
    lighttpd -D -f "$home/lighttpd.conf" &
    pid=$!
    started "$pid"
    wait_for_port "$port" lighttpd
}

# start_counter PORT: a proxy at $COUNTER_URL before 127.0.0.1:PORT. $COUNTER_FILE has the bytes
# that went from the server to its clients.
start_counter() {
    local port
    port=$(free_port)
    COUNTER_URL=http://127.0.0.1:$port
    COUNTER_FILE=$WORK/counter.$port
    python3 "$ROOT/tests/scripts/count_proxy.py" "$port" "$1" "$COUNTER_FILE" &
    started "$!"
    wait_for_port "$port" count_proxy.py
}

# start_python FOLDER: Python's own http.server, which has no ranges, at $PYTHON_URL.
start_python() {
    local port
    port=$(free_port)
    PYTHON_URL=http://127.0.0.1:$port
    python3 -m http.server --bind 127.0.0.1 --directory "$1" "$port" >/dev/null 2>&1 &
    started "$!"
    wait_for_port "$port" http.server
}

# start_display SIZE: an X server of its own with a window manager, at $DISPLAY.
start_display() {
    Xvfb -displayfd 3 -screen 0 "$1x24" -nolisten tcp 3>"$WORK/display" >/dev/null 2>&1 &
    started "$!"
    wait_until 20 test -s "$WORK/display" || die "Xvfb did not start"
    DISPLAY=:$(tr -d '[:space:]' <"$WORK/display")
    export DISPLAY
    unset WAYLAND_DISPLAY WAYLAND_SOCKET
    openbox >/dev/null 2>&1 &
    started "$!"
    wait_until 20 manager_runs || die "openbox did not start"
}

manager_runs() { xdotool get_num_desktops >/dev/null 2>&1; }

# jobs_json DATA_DIR
jobs_json() { timeout 20 "$ONWARD" list --json --data-dir "$1"; }

# job_field DATA_DIR FIELD [N]: a field of the N-th job (0 is the first), nothing where there is none.
job_field() {
    jobs_json "$1" 2>/dev/null | python3 -c '
import json, sys
try:
    jobs = json.load(sys.stdin)
except ValueError:
    sys.exit()
at = int(sys.argv[2])
if at < len(jobs):
    value = jobs[at].get(sys.argv[1])
    print("" if value is None else value)
' "$2" "${3:-0}"
}

job_is() { [ "$(job_field "$1" state)" = "$2" ]; }

job_has_bytes() {
    local done_bytes
    done_bytes=$(job_field "$1" done_bytes)
    [ "${done_bytes:-0}" -ge "$2" ]
}
