# shellcheck shell=bash
# Keys, users and kubeconfigs of the cluster in the current folder; read by cluster.sh, which sets port.

authority() { # name, common name
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=$2" -keyout "pki/$1.key" -out "pki/$1.crt" \
        -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
}
certificate() { # name, subject, extended key usage, [SAN]
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$2" -keyout "pki/$1.key" 2>/dev/null |
        openssl x509 -req -CA pki/ca.crt -CAkey pki/ca.key -set_serial "0x$(openssl rand -hex 8)" -days 3650 -out "pki/$1.crt" -extfile <(
            printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=%s\n' "$3"
            [ -z "${4:-}" ] || printf 'subjectAltName=%s\n' "$4") 2>/dev/null
}
token() { # name, user, groups
    mkdir -p tokens
    openssl rand -hex 16 | tr -d '\n' > "tokens/$1"
    printf '%s,%s,%s,"%s"\n' "$(cat "tokens/$1")" "$2" "$2" "$3" >> pki/tokens.csv
}
make_keys() {
    mkdir -p pki
    authority ca test-cluster-ca
    authority front-proxy-ca test-cluster-front-proxy-ca
    certificate apiserver /CN=kube-apiserver serverAuth "DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:::1,IP:10.0.0.1"
    certificate admin /O=system:masters/CN=admin clientAuth
    certificate alice /O=testers/CN=alice clientAuth
    certificate controller-manager /CN=system:kube-controller-manager clientAuth
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out pki/service-accounts.key 2>/dev/null
    openssl pkey -in pki/service-accounts.key -pubout -out pki/service-accounts.pub
    : > pki/tokens.csv
    token token-admin token-admin system:masters
    token bob bob testers
    token robot-1 robot testers
    token robot-2 robot testers
    cat > pki/encryption.yaml <<EOC
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
  - aescbc: {keys: [{name: key1, secret: $(openssl rand -base64 32)}]}
  - identity: {}
EOC
    cat > pki/audit.yaml <<EOC
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{level: Metadata}]
EOC
    touch pki/complete
}
kubeconfig() { # name, user's credentials
    cat > "$1.kubeconfig" <<EOC
apiVersion: v1
kind: Config
clusters:
- name: test
  cluster: {server: "https://127.0.0.1:$port", certificate-authority-data: $(base64 -w0 pki/ca.crt)}
users:
- name: $1
  user: $2
contexts:
- name: $1
  context: {cluster: test, user: $1, namespace: default}
current-context: $1
EOC
}
by_certificate() { kubeconfig "$1" "{client-certificate-data: $(base64 -w0 "pki/$1.crt"), client-key-data: $(base64 -w0 "pki/$1.key")}"; }
make_kubeconfigs() {
    by_certificate admin; by_certificate alice; by_certificate controller-manager
    kubeconfig bob "{token: $(cat tokens/bob)}"; kubeconfig token-admin "{token: $(cat tokens/token-admin)}"
}
