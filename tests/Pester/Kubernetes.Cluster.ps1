# A real cluster for tests in PowerShell. A file of tests dot-sources this in its BeforeAll, and is named Kubernetes*.Tests.ps1 if it
# does nothing without a cluster:
#
#     BeforeAll { . (Join-Path $PSScriptRoot 'Kubernetes.Cluster.ps1'); $cluster = Get-TestCluster }
#     BeforeEach { Skip-WithoutCluster $cluster; $namespace = New-TestNamespace $cluster }
#     AfterAll { Remove-TestCluster $cluster }
#
# It is the cluster of MESHSECRETS_TEST_KUBECONFIG: a run of all tests names there the one that it shares. A file run alone by hand
# starts one. What needs a cluster that nobody else uses (its API server is killed, say) takes Get-TestCluster -Own.

function Get-TestCluster([switch] $Own) {
    $cache = $env:XDG_CACHE_HOME ? $env:XDG_CACHE_HOME : (Join-Path $HOME '.cache')
    $programs = $env:MESHSECRETS_TEST_KUBERNETES ? $env:MESHSECRETS_TEST_KUBERNETES : (Join-Path $cache 'meshsecrets/kubernetes')
    $cluster = [pscustomobject]@{
        KubeconfigPath = $env:MESHSECRETS_TEST_KUBECONFIG  # the administrator's
        Folder = $null                                     # of tests/kubernetes/cluster.sh; none for a cluster that the user named
        Started = $false                                   # by this file
        Kubectl = Join-Path $programs 'bin/kubectl'
        Script = Join-Path (Split-Path $PSScriptRoot) 'kubernetes/cluster.sh'
        Namespaces = [Collections.Generic.List[string]]::new()
        WhyNone = $null                                    # why there is no cluster
    }
    if (-not (Test-Path $cluster.Kubectl)) { $cluster.Kubectl = 'kubectl' }
    if (-not $Own -and $cluster.KubeconfigPath) {
        $folder = Split-Path $cluster.KubeconfigPath
        if (Test-Path (Join-Path $folder 'pki/ca.key')) { $cluster.Folder = $folder }
        return $cluster
    }
    if (-not $IsLinux -or -not (Test-Path (Join-Path $programs 'bin/kube-controller-manager'))) {
        $cluster.WhyNone = "there is no Kubernetes in $programs (tests/kubernetes/setup.sh puts it there)"
        return $cluster
    }
    $cluster.Folder = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "meshsecrets-cluster-$([guid]::NewGuid())")).FullName
    $cluster.KubeconfigPath = Join-Path $cluster.Folder 'admin.kubeconfig'
    $cluster.Started = $true
    $said = bash $cluster.Script start $cluster.Folder --owner $PID 2>&1
    if ($LASTEXITCODE) { throw "The cluster did not start: $said" }
    $cluster
}

function Skip-WithoutCluster($Cluster, [switch] $Own) {
    $why = $Cluster.WhyNone
    if (-not $why -and $Own -and -not $Cluster.Folder) { $why = 'this needs a cluster that the tests started' }
    if ($why) { Set-ItResult -Skipped -Because $why }
}

# kubectl as the administrator, or as the user of another kubeconfig; what is piped in is its input. It must succeed.
function Invoke-Kubectl($Cluster, [string[]] $ArgumentList, [string] $KubeconfigPath = $Cluster.KubeconfigPath) {
    $options = '--kubeconfig', $KubeconfigPath, '--cache-dir', (Join-Path ([IO.Path]::GetTempPath()) "kubectl-$PID")
    $said = $input | & $Cluster.Kubectl @ArgumentList @options 2>&1
    if ($LASTEXITCODE) { throw "kubectl $ArgumentList`: $said" }
    $said
}

# stop, kill-apiserver, start-apiserver, compact, status of tests/kubernetes/cluster.sh.
function Invoke-TestCluster($Cluster, [string] $Command) {
    $said = bash $Cluster.Script $Command $Cluster.Folder 2>&1
    if ($LASTEXITCODE) { throw "cluster.sh $Command`: $said" }
    $said
}

# A namespace with a random name; what the controllers put into each one is there already.
function New-TestNamespace($Cluster) {
    $name = "test-$([guid]::NewGuid().ToString('n').Substring(0, 10))"
    $null = Invoke-Kubectl $Cluster create, namespace, $name
    $Cluster.Namespaces.Add($name)
    # Before 1.24 a service account gets its token as a Secret, which a listing meets or does not meet by chance if it is not waited for.
    $minor = (Invoke-Kubectl $Cluster version, -o, json | ConvertFrom-Json).serverVersion.minor
    $field = [int]($minor -replace '\D') -lt 24 ? '{.items[?(@.metadata.name=="default")].secrets[0].name}' : '{.items[*].metadata.name}'
    $limit = [DateTime]::UtcNow.AddMinutes(1)
    while (-not (Invoke-Kubectl $Cluster get, serviceaccounts, -n, $name, -o, "jsonpath=$field") -or
        -not (Invoke-Kubectl $Cluster get, configmaps, -n, $name, -o, name)) {
        if ([DateTime]::UtcNow -gt $limit) { throw "The namespace $name got no service account within a minute." }
    }
    $name
}

# Waits until all kinds that are defined are served. (kubectl wait fails of one that has no conditions yet.)
function Wait-TestKind($Cluster) {
    $limit = [DateTime]::UtcNow.AddMinutes(2)
    while ($missing = Invoke-Kubectl $Cluster get, crd, -o, 'jsonpath={range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Established")].status}{"\n"}{end}' | Where-Object { $_ -and $_ -notmatch '=True$' }) {
        if ([DateTime]::UtcNow -gt $limit) { throw "These kinds are not served within two minutes: $missing" }
    }
}

# The kubeconfig of a new user: a client certificate signed by the cluster's authority, no rights but those of the groups.
function New-TestUser($Cluster, [string] $Name, [string[]] $Group = @(), [string] $Namespace = 'default') {
    $file = Join-Path $Cluster.Folder "$([guid]::NewGuid()).kubeconfig"
    $authority = [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPemFile("$($Cluster.Folder)/pki/ca.crt", "$($Cluster.Folder)/pki/ca.key")
    $key = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
    $subject = [Security.Cryptography.X509Certificates.X500DistinguishedNameBuilder]::new()
    $Group.ForEach({ $subject.AddOrganizationName($_) })
    $subject.AddCommonName($Name)
    $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new($subject.Build(), $key, [Security.Cryptography.HashAlgorithmName]::SHA256)
    $clientAuthentication = [Security.Cryptography.OidCollection]::new()
    $null = $clientAuthentication.Add([Security.Cryptography.Oid]::new('1.3.6.1.5.5.7.3.2'))
    $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509EnhancedKeyUsageExtension]::new($clientAuthentication, $false))
    $certificate = $request.Create($authority, $authority.NotBefore, [DateTimeOffset]::UtcNow.AddDays(1), [guid]::NewGuid().ToByteArray())
    $base64 = { [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($args[0])) }
    @"
apiVersion: v1
kind: Config
clusters: [{name: test, cluster: {server: "$(Get-TestServer $Cluster)", certificate-authority-data: $(& $base64 (Get-Content -Raw "$($Cluster.Folder)/pki/ca.crt"))}}]
users: [{name: "$Name", user: {client-certificate-data: $(& $base64 $certificate.ExportCertificatePem()), client-key-data: $(& $base64 $key.ExportPkcs8PrivateKeyPem())}}]
contexts: [{name: "$Name", context: {cluster: test, user: "$Name", namespace: "$Namespace"}}]
current-context: "$Name"
"@ | Set-Content $file
    $file
}

# The address of the API server.
function Get-TestServer($Cluster) { Invoke-Kubectl $Cluster config, view, --minify, -o, 'jsonpath={.clusters[0].cluster.server}' }

# Ends the cluster if this file started it; of another one, removes the namespaces that it made.
function Remove-TestCluster($Cluster) {
    if ($Cluster.Started) { $null = Invoke-TestCluster $Cluster clean }
    elseif ($Cluster.Namespaces) { $null = Invoke-Kubectl $Cluster (@('delete', 'namespace', '--wait=false') + $Cluster.Namespaces) }
}
