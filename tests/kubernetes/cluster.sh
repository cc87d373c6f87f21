#!/usr/bin/env bash
# One throw-away Kubernetes cluster (etcd, API server, controller manager; of nodes there is the appearance: nodes.sh) on 127.0.0.1, for tests.
#
#     cluster.sh start FOLDER [--port N] [--owner PID] [--audit] [--api-flag FLAG]...
#     cluster.sh stop | clean | status | kill-apiserver | start-apiserver | compact FOLDER
#
# FOLDER   is the cluster's own, with mode 0700: kubeconfigs (admin, alice, bob, token-admin), tokens/, pki/, logs, settings.
# --port   of the API server; without it a free one, kept over stop and start.
# --owner  the cluster is cleaned away as soon as the process PID has ended.
# --audit  writes FOLDER/audit.log (metadata only).
# stop keeps the data for the next start, clean removes all. kill-apiserver is a kill -9; start-apiserver brings it back on the
# same port with the same data. compact drops etcd's history: a listing's continue token from before is answered with 410.
# admin (certificate) and token-admin may do all; alice (certificate) and bob (token) nothing. tokens/robot-1 and -2 are of one user.
# Exit codes: 0; 2 wrong use; 3 there are no programs (setup.sh beside this file makes them), or status: not all is running; 1 failed.
set -euo pipefail
umask 077

programs=${MESHSECRETS_TEST_KUBERNETES:-${XDG_CACHE_HOME:-$HOME/.cache}/meshsecrets/kubernetes}/bin
self=$(realpath "${BASH_SOURCE[0]}")
nodes=$(dirname "$self")/nodes.sh
# shellcheck source=keys.sh
. "$(dirname "$self")/keys.sh"
# etcd is reached by a socket within the folder: no port to find, and none that another user of the machine could read secrets from.
etcd=unix://etcd:0
parts=(nodes kube-controller-manager kube-apiserver etcd)

fail() { printf '%s\n' "$1" >&2; exit "${2:-1}"; }
usage() { sed -n '4,5s/^# *//p' "$self" >&2; exit 2; }

# --- processes: each is known by its id and the time it began, so that a reused id is never taken for it

began() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
id_of() { # name -> id, if that very process still runs
    local id time
    read -r id time 2>/dev/null < "$1.pid" || return 1
    [ "$(began "$id")" = "$time" ] && [ "$(sed 's/.*) //' "/proc/$id/stat" 2>/dev/null | cut -c1)" != Z ] && printf '%s' "$id"
}
launch() { # name, command...
    local name=$1 id; shift
    setsid "$@" >> "$name.log" 2>&1 < /dev/null &
    id=$!
    launched+=("$id")
    printf '%s %s\n' "$id" "$(began "$id")" > "$name.pid"
}
end() { # name, signal
    local id
    if id=$(id_of "$1"); then
        kill "-$2" -- "-$id" 2>/dev/null || true # with what it started itself
        for _ in $(seq 200); do id_of "$1" >/dev/null || break; sleep 0.05; done
        if id=$(id_of "$1"); then kill -KILL -- "-$id" 2>/dev/null || true; fi
        while id_of "$1" >/dev/null; do sleep 0.02; done
    fi
    rm -f "$1.pid"
}
wait_for() { # name, command...
    local name=$1 deadline=$((SECONDS + 90)); shift
    until "$@" >/dev/null 2>&1; do
        id_of "$name" >/dev/null || { tail -n 20 "$name.log" >&2; return 1; }
        [ "$SECONDS" -lt "$deadline" ] || { printf '%s is not ready after 90 s.\n' "$name" >&2; return 1; }
        sleep 0.05
    done
}

# --- settings

# Below the range from which the kernel gives ports to outgoing connections, so that a killed API server gets its port back.
free_port() {
    local candidate
    while candidate=$((20000 + RANDOM % 12000)); do
        (: < "/dev/tcp/127.0.0.1/$candidate") 2>/dev/null || { printf '%s' "$candidate"; return; }
    done
}
# In memory where there is enough: etcd waits for the disk at each write, and this data is not to be kept.
make_data_folder() {
    local free
    [ ! -e data ] || return 0
    free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
    if [ "${free:-0}" -ge 1000000 ] && [ -w /dev/shm ]; then ln -s "$(mktemp -d /dev/shm/meshsecrets-etcd.XXXXXX)" data; else mkdir data; fi
}

# What the tests go by. Others are left out for time and memory's sake; a node's, because nobody reports as its kubelet does.
controllers=namespace,serviceaccount,serviceaccount-token,root-ca-cert-publisher,garbagecollector,clusterrole-aggregation,csrapproving,csrsigning,csrcleaner
controllers+=,deployment,replicaset,statefulset,daemonset

# --- the parts

start_etcd() {
    rm -f etcd:0
    # Nobody calls the peer's address, and only the one that is listened on has to be free.
    launch etcd "$programs/etcd" --name test --data-dir "$(realpath data)" --listen-client-urls "$etcd" --advertise-client-urls "$etcd" \
        --listen-peer-urls http://127.0.0.1:0 --initial-advertise-peer-urls http://127.0.0.1:2380 --initial-cluster test=http://127.0.0.1:2380 \
        --logger zap --log-level warn --quota-backend-bytes 8589934592
    wait_for etcd env ETCDCTL_API=3 "$programs/etcdctl" --endpoints "$etcd" --command-timeout 1s endpoint health
}
start_apiserver() {
    local more=()
    [ "$audit" = 0 ] || more+=(--audit-policy-file=pki/audit.yaml --audit-log-path="$PWD/audit.log")
    # Compaction only where a test asks for it.
    launch kube-apiserver "$programs/kube-apiserver" --etcd-servers="$etcd" --etcd-compaction-interval=0 --bind-address=127.0.0.1 --secure-port="$port" \
        --advertise-address=192.0.2.1 --endpoint-reconciler-type=none --cert-dir=pki --profiling=false \
        --tls-cert-file=pki/apiserver.crt --tls-private-key-file=pki/apiserver.key --client-ca-file=pki/ca.crt --token-auth-file=pki/tokens.csv \
        --requestheader-client-ca-file=pki/front-proxy-ca.crt --requestheader-allowed-names=front-proxy-client \
        --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group --requestheader-extra-headers-prefix=X-Remote-Extra- \
        --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --encryption-provider-config=pki/encryption.yaml \
        --service-account-issuer=https://kubernetes.default.svc --service-account-signing-key-file=pki/service-accounts.key \
        --service-account-key-file=pki/service-accounts.pub --service-cluster-ip-range=10.0.0.0/24 "${more[@]}" "${api_flags[@]}"
    wait_for kube-apiserver curl -sf --noproxy '*' --max-time 2 -o /dev/null --cacert pki/ca.crt --cert pki/admin.crt --key pki/admin.key "https://127.0.0.1:$port/readyz"
}
start_controller_manager() {
    launch kube-controller-manager "$programs/kube-controller-manager" --kubeconfig=controller-manager.kubeconfig --port=0 --secure-port=0 --leader-elect=false \
        --use-service-account-credentials=true --controllers="$controllers" --root-ca-file=pki/ca.crt --service-account-private-key-file=pki/service-accounts.key \
        --cluster-signing-cert-file=pki/ca.crt --cluster-signing-key-file=pki/ca.key --cluster-signing-duration=24h
    # It serves no port; that the usual service account has its token says that it works.
    wait_for kube-controller-manager sh -c '"$0" --kubeconfig admin.kubeconfig -n default get serviceaccount default -o "jsonpath={.secrets[0].name}" | grep -q .' "$programs/kubectl"
}

start_nodes() {
    bash "$nodes" make "https://127.0.0.1:$port" "$programs/kubectl" 2>> nodes.log || fail "There are no nodes; see $folder/nodes.log."
    launch nodes bash "$nodes" play "https://127.0.0.1:$port" "$programs/kubectl"
}

# --- commands

save_settings() { declare -p port audit api_flags > settings; }
start() {
    local program given=
    port='' audit=0 api_flags=() owner=''
    for program in etcd etcdctl kube-apiserver kube-controller-manager kubectl; do
        [ -x "$programs/$program" ] || fail "There is no $programs/$program: run $(dirname "$self")/setup.sh." 3
    done
    for program in openssl curl setsid; do command -v "$program" >/dev/null || fail "$program is missing." 3; done
    mkdir -p "$folder"; chmod 700 "$folder"; cd "$folder"
    # shellcheck disable=SC1091
    [ ! -e settings ] || . ./settings
    while [ $# -gt 0 ]; do
        case $1 in
            --port) port=$2; given=1; shift 2 ;;
            --owner) owner=$2; shift 2 ;;
            --audit) audit=1; shift ;;
            --api-flag) api_flags+=("$2"); shift 2 ;;
            *) usage ;;
        esac
    done
    [ -z "$port" ] || given=1
    stop
    [ -e pki/complete ] || make_keys
    make_data_folder
    [ -z "$owner" ] || launch watchdog bash "$self" watch "$folder" "$owner"
    start_etcd
    for attempt in 1 2 3 4 5; do
        [ -n "$given" ] || port=$(free_port)
        save_settings
        make_kubeconfigs
        if start_apiserver; then break; fi
        # Somebody may have taken the port since it was found free.
        [ -z "$given" ] && [ "$attempt" -lt 5 ] && grep -q 'address already in use' kube-apiserver.log || fail "The API server did not start; see $folder/kube-apiserver.log."
        : > kube-apiserver.log
    done
    start_controller_manager
    start_nodes
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then fail "The owner, process $owner, has ended."; fi
    printf 'ready: https://127.0.0.1:%s\n' "$port"
}
# Run by start with --owner, as a process of its own.
watch() {
    tail --pid="$1" -s 0.2 -f /dev/null
    exec bash "$self" clean "$folder"
}
stop() {
    local part id
    for part in "${parts[@]}"; do end "$part" "${1:-TERM}"; done
    if id=$(id_of watchdog) && [ "$id" != $$ ]; then kill -KILL -- "-$id" 2>/dev/null || true; fi
    rm -f watchdog.pid
}
clean() {
    local data
    stop KILL
    if data=$(readlink data); then rm -rf "$data"; fi
    # pki last, as it is what tells a cluster's folder: a clean cut short, by another one too, can be done again.
    find . -mindepth 1 -maxdepth 1 ! -name pki -exec rm -rf {} +
    cd /
    rm -rf "$folder"
}
status() {
    local part id code=0
    for part in etcd kube-apiserver kube-controller-manager nodes; do
        if id=$(id_of "$part"); then
            printf '%s: process %s, %s kB\n' "$part" "$id" "$(awk '/^VmRSS/ { print $2 }' "/proc/$id/status")"
        else
            printf '%s: not running\n' "$part"; code=3
        fi
    done
    return "$code"
}
compact() {
    local revision
    export ETCDCTL_API=3
    revision=$("$programs/etcdctl" --endpoints "$etcd" get nothing -w json | grep -o '"revision":[0-9]*' | cut -d: -f2)
    "$programs/etcdctl" --endpoints "$etcd" compact "$revision"
}

[ $# -ge 2 ] || usage
command=$1 folder=$(realpath -m "$2"); shift 2
launched=()
# What was started for nothing does not stay.
trap 'code=$?; [ "$code" = 0 ] || [ ${#launched[@]} = 0 ] || kill -KILL -- "${launched[@]/#/-}" 2>/dev/null || true; exit "$code"' EXIT
case $command in
    start) start "$@"; exit ;;
    watch | stop | clean | status | kill-apiserver | start-apiserver | compact) ;;
    *) usage ;;
esac
# Only what a cluster was started in is touched.
if ! cd "$folder" 2>/dev/null || ! [ -e pki ]; then
    if [ "$command" = clean ]; then cd /; rmdir "$folder" 2>/dev/null || true; [ -e "$folder" ] || exit 0; fi
    fail "There is no cluster in $folder." 3
fi
# shellcheck disable=SC1091
[ ! -e settings ] || . ./settings
case $command in
    watch) watch "$@" ;;
    stop) stop ;;
    clean) clean ;;
    status) status ;;
    compact) compact ;;
    kill-apiserver)
        end kube-apiserver KILL
        # Its first thread is gone before the last one, which keeps the port until then.
        while (: < "/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 0.02; done ;;
    start-apiserver) id_of kube-apiserver >/dev/null || { rm -f kube-apiserver.pid; start_apiserver; } ;;
esac
