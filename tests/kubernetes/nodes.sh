#!/usr/bin/env bash
# The nodes of a test cluster, which are the one part of it that is played: nothing runs in their pods.
#
#     nodes.sh make | play API-SERVER KUBECTL       in the cluster's folder; cluster.sh does both
#
# make registers two nodes. play does their scheduler's and their kubelets' work: it binds pods that have no node, ends those that are
# deleted, and reports, once for each pod, what its first container would do. The container's image says that:
#
#     runs                     it runs and is ready at once
#     crashes-when-restarted   it runs, unless its pod was made by a restart of its workload: CrashLoopBackOff
#     (any other)              there is no such image: ImagePullBackOff
set -uo pipefail

server=$2 kubectl=$3

send() { # method, path, body
    curl -sSf --noproxy '*' --max-time 10 -o /dev/null --cacert pki/ca.crt --cert pki/admin.crt --key pki/admin.key -X "$1" \
        -H "Content-Type: application/$([ "$1" = PATCH ] && printf 'strategic-merge-patch+')json" --data-binary "$3" "$server$2"
}

make() {
    local name now
    now=$(date -u +%FT%TZ)
    for name in node-1 node-2; do
        "$kubectl" --kubeconfig admin.kubeconfig --cache-dir kubectl get node "$name" >/dev/null 2>&1 && continue
        # Ready, and so without the taint that each node begins with: another controller, which does not run, would take it away.
        send POST /api/v1/nodes '{"apiVersion":"v1","kind":"Node","metadata":{"name":"'"$name"'"}}' &&
            send PATCH "/api/v1/nodes/$name" '{"spec":{"taints":null}}' &&
            send PATCH "/api/v1/nodes/$name/status" '{"status":{"conditions":[{"type":"Ready","status":"True","reason":"Played","lastTransitionTime":"'"$now"'"}]}}' ||
            return 1
    done
}

# One line for each pod, and another whenever one changes. A DaemonSet's pod names its node where a scheduler looks for it.
pods() {
    local wanted='{.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].values[0]}'
    "$kubectl" --kubeconfig admin.kubeconfig --cache-dir kubectl get pods --all-namespaces --watch -o jsonpath="{.metadata.namespace}|{.metadata.name}|{.metadata.uid}|{.metadata.deletionTimestamp}|{.spec.nodeName}|$wanted|{.status.containerStatuses[0].name}|{.spec.containers[0].name}|{.spec.containers[0].image}|{.metadata.annotations.kubectl\.kubernetes\.io/restartedAt}{\"\\n\"}"
}

report() { # pod's path, uid, phase, whether it is ready, container, image, restarts, state
    local now status=False
    now=$(date -u +%FT%TZ)
    [ "$4" = false ] || status=True
    # The uid is a condition: a StatefulSet's next pod has the same name.
    send PATCH "$1/status" '{"metadata":{"uid":"'"$2"'"},"status":{"phase":"'"$3"'","startTime":"'"$now"'",
        "conditions":[{"type":"Ready","status":"'"$status"'","lastTransitionTime":"'"$now"'"},{"type":"ContainersReady","status":"'"$status"'","lastTransitionTime":"'"$now"'"}],
        "containerStatuses":[{"name":"'"$5"'","image":"'"$6"'","imageID":"","ready":'"$4"',"started":'"$4"',"restartCount":'"$7"',"state":'"${8/NOW/$now}"'}]}}'
}

play() {
    local namespace name uid ending node wanted reported container image restarted path
    while IFS='|' read -r namespace name uid ending node wanted reported container image restarted; do
        path=/api/v1/namespaces/$namespace/pods/$name
        if [ -n "$ending" ]; then
            send DELETE "$path" '{"apiVersion":"v1","kind":"DeleteOptions","gracePeriodSeconds":0,"preconditions":{"uid":"'"$uid"'"}}'
        elif [ -z "$node" ]; then
            send POST "$path/binding" '{"apiVersion":"v1","kind":"Binding","metadata":{"name":"'"$name"'","uid":"'"$uid"'"},"target":{"kind":"Node","name":"'"${wanted:-node-1}"'"}}'
        elif [ -z "$reported" ]; then
            case $image${restarted:+ restarted} in
                runs | 'runs restarted' | crashes-when-restarted) report "$path" "$uid" Running true "$container" "$image" 0 '{"running":{"startedAt":"NOW"}}' ;;
                'crashes-when-restarted restarted') report "$path" "$uid" Running false "$container" "$image" 3 '{"waiting":{"reason":"CrashLoopBackOff"}}' ;;
                *) report "$path" "$uid" Pending false "$container" "$image" 0 '{"waiting":{"reason":"ImagePullBackOff"}}' ;;
            esac
        fi
    done
}

case $1 in
    make) make ;;
    # A refusal is logged: what happened to a pod meanwhile comes as the next line. The watch ends with the API server, and begins anew.
    play) while :; do pods | play; sleep 0.2; done ;;
esac
