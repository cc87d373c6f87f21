<#
.SYNOPSIS
A runbook for Gloo Mesh: the relay secrets of the management plane and of each cluster from one root, the root of the meshes,
what tells Gloo Mesh of it, and a safe copy of every authority in the cluster.

.DESCRIPTION
Written are management.yaml and a file for each cluster (kubectl apply -f, each in its cluster), istio-root.yaml with the
root of the meshes, root-trust.yaml that names it, and the folder safe with what was saved. The key of the relay's root
stays in the store: no cluster needs it.

All of it is judged before it is written. An error ends the runbook; advice is shown. With -ShowBad the signing secret is
made as a published script makes it, from the server's leaf, to see how that is found.

With AWS Private CA as root, take the authority's own request (aws acm-pca get-certificate-authority-csr), sign that by the
template RootCACertificate/V1, and import what comes back. A request that openssl makes has another key, so its certificate
is never that of the authority.

Run again, it keeps authorities and secrets, makes what a further cluster needs, and writes the files anew.

Exit codes:
    0   all is written
    1   something is refused or failed; one line on standard error says what

.EXAMPLE
./examples/Runbook-GlooMesh.ps1 -OutputPath ./gloo -Cluster cluster-1, cluster-2 -ShowBad

.EXAMPLE
kubectl get secret -n gloo-mesh -o yaml > dump.yaml
./examples/Runbook-GlooMesh.ps1 -OutputPath ./gloo -Dump ./dump.yaml
Saves what Gloo Mesh made itself, too: certificate, key and chain of each authority, read back and proven.
#>
[CmdletBinding()]
param(
    # The folder for the store and what is written; it is made if need be.
    [Parameter(Mandatory)] [string] $OutputPath,

    # The registered names of the clusters.
    [string[]] $Cluster = @('cluster-1', 'cluster-2'),

    # The secrets of gloo-mesh as kubectl writes them; without it, what this runbook wrote.
    [string] $Dump,

    # Make a bad signing secret first, to see how it is found.
    [switch] $ShowBad
)

$ErrorActionPreference = 'Stop'
$store = $null

function Assert-Sound($Findings) {
    $Findings | Format-Table | Out-Host
    if ($Findings.Severity -contains 'Error') {
        throw "Refused: $(($Findings | Where-Object Severity -EQ Error).RuleId -join ', ')."
    }
}

try {
    Import-Module "$PSScriptRoot/../MeshSecrets.psd1"
    $null = New-Item -ItemType Directory -Force $OutputPath
    $store = Connect-MeshStore (Join-Path $OutputPath store) -Create -KeyFile (Join-Path $OutputPath store.key) -NoDefault

    # 1. The relay: one root, and from it the secrets of the management plane and of each agent.
    $known = @((Get-MeshCa -Store $store).Name)
    if ('relay-root' -notin $known) {
        $null = New-MeshCa relay-root -KeyAlgorithm Rsa2048 -Store $store
    }

    $served = @(Get-MeshSecret -Namespace gloo-mesh -Store $store | ForEach-Object { $_.Labels['meshsecrets.io/cluster'] })
    $new = @($Cluster | Where-Object { $_ -notin $served })
    if ($new) {
        New-MeshRelaySecret $new -Issuer relay-root -ServerDnsName relay.example.com -AgentOnly:($served.Count -gt 0) -Store $store | Format-Table | Out-Host
    }

    # 2. The signing secret as a published script makes it: the server's certificate and key once more. The management plane
    #    takes it, and every agent is refused.
    if ($ShowBad) {
        $value = { Get-MeshSecret relay-server-tls-secret -Namespace gloo-mesh -Key $args[0] -AsPlainText -Store $store }
        $null = New-MeshTlsKey other -Issuer relay-root -DnsName other.example -Namespace bad -Store $store
        foreach ($name in 'relay-server-tls-secret', 'relay-tls-signing-secret') {
            $null = New-MeshSecret $name -Namespace bad -Type kubernetes.io/tls -Store $store -Data @{
                'tls.crt' = & $value tls.crt
                'tls.key' = & $value tls.key
                'ca.crt'  = & $value ca.crt
            }
        }

        Test-MeshSecret relay-* -Namespace bad -For GlooRelay -Store $store | Format-List RuleId, Found, Effect, Remedy | Out-Host
        Remove-MeshSecret * -Namespace bad -Purge -Confirm:$false -Store $store
    }

    # 3. Judged as a whole: who is named how, who trusts whom, whose keys and tokens are the same.
    Assert-Sound @(Test-MeshSecret -Namespace gloo-mesh -For GlooRelay -Cluster $Cluster -Store $store)

    # 4. A file for each cluster. There the secrets have the names that Gloo Mesh looks for.
    $all = Get-MeshSecret -Namespace gloo-mesh -Store $store
    $all | Where-Object { -not $_.Labels['meshsecrets.io/cluster'] } | Export-MeshSecret -Path (Join-Path $OutputPath management.yaml) -AsPlainText -Force | Out-Null
    foreach ($name in $Cluster) {
        $all | Where-Object { $_.Labels['meshsecrets.io/cluster'] -eq $name } | Export-MeshSecret -Path (Join-Path $OutputPath "$name.yaml") -AsPlainText -Force | Out-Null
    }

    # 5. The root of the meshes, in the form that Gloo Mesh takes (root-cert.pem, key.pem), and what names it. Without
    #    -AutoRestartPods pods keep their certificates of the former root until somebody restarts them.
    if ('istio-root' -notin $known) {
        $null = New-MeshCa istio-root -KeyAlgorithm Rsa2048 -Store $store
    }

    $null = Export-MeshCaBundle istio-root -Format GlooVirtualMesh -TargetName istio-root -IncludePrivateKey -Path (Join-Path $OutputPath istio-root.yaml) -Force -Store $store
    New-MeshRootTrust -CaSecretName istio-root -IntermediateTtlDays 365 -AutoRestartPods -AsString | Set-Content (Join-Path $OutputPath root-trust.yaml)
    Assert-Sound @(Test-MeshSecret -Path (Join-Path $OutputPath istio-root.yaml), (Join-Path $OutputPath root-trust.yaml) -For GlooVirtualMesh)

    # 6. Both roots for whoever must verify, distributed by trust-manager.
    $null = Export-MeshCaBundle relay-root, istio-root -Format TrustManagerBundle -Path (Join-Path $OutputPath trust-bundle.yaml) -Force -Store $store

    # 7. A safe copy of every authority that is in the cluster, complete and proven. Keep it elsewhere.
    $from = $Dump ? $Dump : (Join-Path $OutputPath management.yaml), (Join-Path $OutputPath istio-root.yaml)
    Save-MeshCa $from -Destination (Join-Path $OutputPath safe) -Force | Format-Table | Out-Host
}
catch {
    [Console]::Error.WriteLine("$($_.FullyQualifiedErrorId -replace ',.*'): $($_.Exception.Message)")
    exit 1
}
finally {
    if ($store) { Disconnect-MeshStore $store.Name }
}

exit 0
