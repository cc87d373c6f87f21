#!/usr/bin/env bash
# Puts etcd, etcdctl, kube-apiserver, kube-controller-manager and kubectl into
#     ${MESHSECRETS_TEST_KUBERNETES:-${XDG_CACHE_HOME:-~/.cache}/meshsecrets/kubernetes}/bin
# for the tests against a real cluster. All come from Debian 12's own packages, two of them built from its source package
# `kubernetes`: about 4 minutes on 2 free cores and 3 GB while it works, 190 MB afterwards. Where they are there already it does nothing.
# Nothing is installed: packages are unpacked within that folder, and root is not needed.
#
# Exit codes: 0 they are there; 3 this machine cannot (the message says what it lacks); 1 the build failed (see the log named).
set -euo pipefail

programs=(etcd etcdctl kubectl kube-apiserver kube-controller-manager)
folder=${MESHSECRETS_TEST_KUBERNETES:-${XDG_CACHE_HOME:-$HOME/.cache}/meshsecrets/kubernetes}

say() { printf '%s\n' "$*"; }
cannot() { printf 'No cluster for tests on this machine: %s\n' "$*" >&2; exit 3; }

# bin appears by one rename when everything is in it, so a set-up cut off halfway is never taken for a whole one.
complete() {
    local program
    for program in "${programs[@]}"; do [ -x "$folder/bin/$program" ] || return 1; done
}

check_machine() {
    local tool
    for tool in apt-get dpkg dpkg-source flock tar xz gzip patch awk xargs; do
        command -v "$tool" >/dev/null || cannot "$tool is missing (Debian packages: apt dpkg dpkg-dev util-linux tar xz-utils gzip patch)."
    done
    # The package source that this machine uses anyway; its proxy and credentials stay in force, as apt's own settings are read too.
    archive=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' | awk '$2 == "bookworm" && $3 == "main" { print $1; exit }')
    [ -n "$archive" ] || cannot "apt has no package source for bookworm main (Debian 12)."
    [ "$(df -Pk "$folder" | awk 'NR == 2 { print $4 }')" -ge 3500000 ] || cannot "less than 3.5 GB are free in $folder."
}

# apt with lists and archives of its own below $work, on top of the machine's settings.
apt_private() { apt-get -c "$work/apt.conf" "$@"; }

fetch_packages() {
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg package
    mkdir -p "$work"/{lists/partial,archives/partial,packages,source}
    printf '%s [signed-by=%s] %s bookworm main\n' deb "$keyring" "$archive" deb-src "$keyring" "$archive" > "$work/sources.list"
    cat > "$work/apt.conf" <<EOC
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$work/lists";
Dir::Cache "$work";
APT::Sandbox::User "";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
EOC
    apt_private update -qq || cannot "apt cannot read the package lists of bookworm main (offline?)."
    (cd "$work/archives" && apt_private download -qq etcd-server etcd-client kubernetes-client \
        golang-1.19-go golang-1.19-src golang-github-modern-go-reflect2-dev) || cannot "apt cannot download the packages (offline?)."
    for package in "$work"/archives/*.deb; do dpkg -x "$package" "$work/packages"; done
    (cd "$work/source" && apt_private source -qq --only-source kubernetes) || cannot "apt cannot download the source package kubernetes."
}

prepare_source() {
    local sources=("$work"/source/kubernetes-*/)
    source=$work/gopath/src/k8s.io/kubernetes
    version=$(basename "${sources[0]}"); version=${version#kubernetes-}; version=${version##*really}
    mkdir -p "$(dirname "$source")"
    mv "${sources[0]}" "$source"
    # reflect2 1.0.1, as vendored, does not know the maps of Go 1.18 and later: kube-apiserver would die at the first one it writes.
    rm -rf "$source/vendor/github.com/modern-go/reflect2"
    cp -rL "$work/packages/usr/share/gocode/src/github.com/modern-go/reflect2" "$source/vendor/github.com/modern-go/reflect2"
    rm -f "$source/vendor/github.com/modern-go/reflect2/go.mod"
}

# The API's own description is the one generated file that the source package leaves out.
generate_openapi() {
    local generator=k8s.io/kubernetes/vendor/k8s.io/kube-openapi/cmd/openapi-gen inputs
    cd "$source"
    go build -o "$work/openapi-gen" "$generator"
    inputs=$(grep -Rl --include='*.go' --exclude-dir=testdata --exclude-dir=_examples '+k8s:openapi-gen=' vendor/k8s.io pkg |
        grep -Ev '^vendor/k8s\.io/(code-generator|sample-apiserver|kube-openapi|gengo)/' |
        xargs -n1 dirname | LC_ALL=C sort -u | sed 's#^#k8s.io/kubernetes/#' | paste -sd,)
    "$work/openapi-gen" --logtostderr -i "$inputs" -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
        -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt -r "$work/violations" --output-base "$GOPATH/src"
    # Kubernetes' own check that the generator was given the right input.
    diff -q "$work/violations" api/api-rules/violation_exceptions.list
}

build() {
    local flags="-s -w" package value program
    for package in component-base/version client-go/pkg/version; do
        for value in "gitVersion=v$version" "gitMajor=${version%%.*}" "gitMinor=$(cut -d. -f2 <<<"$version")" gitTreeState=archive gitCommit=debian; do
            flags+=" -X k8s.io/kubernetes/vendor/k8s.io/$package.$value"
        done
    done
    for program in kube-apiserver kube-controller-manager; do
        say "building $program $version"
        go build -trimpath -tags providerless -ldflags "$flags" -o "$work/bin/$program" "k8s.io/kubernetes/cmd/$program"
    done
}

set_up() {
    export PATH=$work/packages/usr/lib/go-1.19/bin:$PATH GOROOT=$work/packages/usr/lib/go-1.19 GOPATH=$work/gopath GOCACHE=$work/gocache
    export GOTMPDIR=$work GOENV=off GOFLAGS='' GO111MODULE=off GOPROXY=off CGO_ENABLED=0
    say "fetching packages"
    fetch_packages
    mkdir -p "$work/bin"
    cp "$work"/packages/usr/bin/{etcd,etcdctl,kubectl} "$work/bin/"
    prepare_source
    say "generating the API's description"
    generate_openapi
    build
}

complete && { say "there already: $folder/bin"; exit 0; }
mkdir -p "$folder" 2>/dev/null && [ -w "$folder" ] || cannot "$folder cannot be written."
command -v flock >/dev/null || cannot "flock is missing (Debian package: util-linux)."
exec 9> "$folder/setup.lock"
flock -n 9 || { say "another set-up is at work in $folder: waiting for it"; flock 9; }
complete && { say "there already: $folder/bin"; exit 0; }
check_machine

# What a killed set-up left: nobody else works here, as we hold the lock.
rm -rf "$folder"/setup.??????
work=$(mktemp -d "$folder/setup.XXXXXX")
trap 'cd /; rm -rf "$work"' EXIT
say "setting up a cluster's programs in $folder/bin: about 4 minutes, this once (log: $folder/setup.log)"
# A subshell of its own, not the condition of an if: there, set -e would be off.
set +e
(set -e; set_up) 9>&- 2> >(tee "$folder/setup.log" >&2)
code=$?
set -e
case $code in
    0) ;;
    3) rm -f "$folder/setup.log"; exit 3 ;;
    *) printf 'The build of the cluster for tests failed; see %s\n' "$folder/setup.log" >&2; exit 1 ;;
esac
rm -rf "$folder/bin" "$folder/setup.log"
mv "$work/bin" "$folder/bin"
say "ready: $folder/bin"
