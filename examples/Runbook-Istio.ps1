<#
.SYNOPSIS
A runbook: one root, an authority for each cluster below it, each judged and then written as Istio's cacerts; and a gateway
with its credential.

.DESCRIPTION
For each cluster the folder of its name holds cacerts.yaml (kubectl apply -f) and the folder cacerts with the same as files
(kubectl create secret generic cacerts --from-file). Apply it before istiod is installed. The root's key stays in the store.

An authority with which istiod would not start, or which proxies would refuse, is not written: each finding says what was
found, what Istio would do, and how to mend it. With -ShowBad a server's certificate is tried as an authority first, as
people do.

Run again, it keeps the authorities and a gateway's TLS key of the same hosts, and writes the files anew.

Exit codes:
    0   all is written
    1   an authority is refused, or something failed; one line on standard error says what

.EXAMPLE
./examples/Runbook-Istio.ps1 -OutputPath ./mesh -Cluster cluster1, cluster2 -ShowBad
#>
[CmdletBinding()]
param(
    # The folder for the store and what is written; it is made if need be.
    [Parameter(Mandatory)] [string] $OutputPath,

    # The clusters.
    [string[]] $Cluster = @('cluster1', 'cluster2'),

    # The hosts of the gateway.
    [string[]] $HostName = @('shop.example', 'www.shop.example'),

    # Try a bad authority first, to see how it is refused.
    [switch] $ShowBad
)

$ErrorActionPreference = 'Stop'
$store = $null
try {
    Import-Module "$PSScriptRoot/../MeshSecrets.psd1"
    $null = New-Item -ItemType Directory -Force $OutputPath
    $store = Connect-MeshStore (Join-Path $OutputPath store) -Create -KeyFile (Join-Path $OutputPath store.key) -NoDefault

    # 1. The root: ten years, and it only ever signs the clusters' authorities.
    $known = @((Get-MeshCa -Store $store).Name)
    if ('root-ca' -notin $known) {
        New-MeshCa root-ca -Subject 'O=Istio,CN=Root CA' -ValidFor 3650d -Store $store | Out-Host
    }

    # 2. What is no authority is refused before it is applied. istiod would say so only in its log, when it does not start.
    if ($ShowBad) {
        $web = New-MeshTlsKey web -Issuer root-ca -DnsName web.example -Namespace istio-system -Store $store
        $value = { Get-MeshSecret web -Namespace istio-system -Key $args[0] -AsPlainText -Store $store }
        $null = New-MeshSecret cacerts -Namespace istio-system -Store $store -Data @{
            'ca-cert.pem'    = & $value tls.crt
            'cert-chain.pem' = & $value tls.crt
            'ca-key.pem'     = & $value tls.key
            'root-cert.pem'  = & $value ca.crt
        }
        Test-MeshSecret cacerts -Namespace istio-system -For Istio -Store $store | Format-List RuleId, Severity, Found, Effect, Remedy | Out-Host
        Remove-MeshSecret cacerts -Namespace istio-system -Purge -Confirm:$false -Store $store
        $web | Remove-MeshTlsKey -Purge -Confirm:$false
    }

    # 3. An authority for each cluster: a year, and path length 0, so that it signs workloads and no further authority.
    foreach ($name in $Cluster) {
        if ($name -notin $known) {
            $null = New-MeshCa $name -Issuer root-ca -Subject "O=Istio,CN=Intermediate CA,L=$name" -PathLength 0 -ValidFor 365d -Store $store
        }

        $folder = Join-Path $OutputPath $name
        $null = New-Item -ItemType Directory -Force $folder
        $manifest = Join-Path $folder cacerts.yaml
        $null = Export-MeshCaBundle $name -Format IstioCacerts -IncludePrivateKey -Path $manifest -Force -Store $store

        # 4. It is judged as it would be applied. An error ends the runbook; advice is shown.
        $findings = @(Test-MeshSecret -Path $manifest -For Istio)
        $findings | Format-Table | Out-Host
        if ($findings.Severity -contains 'Error') {
            Remove-Item $manifest
            throw "The authority of $name is refused: $($findings.RuleId -join ', ')."
        }

        $null = Export-MeshCaBundle $name -Format IstioCacerts -IncludePrivateKey -Path (Join-Path $folder cacerts) -Force -Store $store
    }

    # 5. What every workload trusts, for those outside the clusters.
    $null = Export-MeshCaBundle root-ca -Format IstioCaRootCert -Path (Join-Path $OutputPath istio-ca-root-cert.yaml) -Force -Store $store

    # 6. A gateway: its credential, the Gateway made from it, and the rule by which a client reaches a host with it.
    $key = Get-MeshTlsKey -Namespace istio-system -Store $store | Where-Object { $_.Name -eq 'shop-tls' -and "$($_.DnsName)" -eq "$HostName" }
    $key ??= New-MeshTlsKey shop-tls -Force -Issuer root-ca -DnsName $HostName -Namespace istio-system -ValidFor 90d -Store $store
    $gateway = $key | New-MeshGateway shop -MinProtocolVersion TLSV1_3 -HttpsRedirect
    $rule = $key | New-MeshDestinationRule bank bank.example -Mode MUTUAL -Sni bank.example
    $gateway, $rule | Format-Table | Out-Host
    $key | New-MeshGateway shop -MinProtocolVersion TLSV1_3 -HttpsRedirect -AsString | Set-Content (Join-Path $OutputPath gateway.yaml)
    $key | New-MeshDestinationRule bank bank.example -Mode MUTUAL -Sni bank.example -AsString | Set-Content (Join-Path $OutputPath destinationrule.yaml)

    # 7. A host that the certificate does not cover is refused here, not by every client.
    $key | New-MeshGateway shop -HostName other.example -ErrorAction SilentlyContinue -ErrorVariable refused
    "Refused: $($refused[0].FullyQualifiedErrorId -replace ',.*')" | Out-Host
}
catch {
    [Console]::Error.WriteLine("$($_.FullyQualifiedErrorId -replace ',.*'): $($_.Exception.Message)")
    exit 1
}
finally {
    if ($store) { Disconnect-MeshStore $store.Name }
}

exit 0
