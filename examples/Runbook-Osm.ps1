<#
.SYNOPSIS
A runbook for Open Service Mesh: its root bundle, its configuration for each certificate manager, and a change of roots.

.DESCRIPTION
Makes a root as 'osm install' does, keeps it in a store, and writes it for v0.6 and for later versions; judges what is to
be applied before it is applied; writes Helm values, environment and arguments; and writes the five steps of a change of
roots, each a folder that is applied when every proxy has the one before.

Nothing is applied to a cluster. All files are below the folder given; those with a private key are their owner's alone.

Run again, it keeps roots and certificates, and writes the files anew.

Exit codes:
    0   all is written and judged sound
    1   something breaks a rule of OSM; it is named on standard error

.EXAMPLE
pwsh -NoProfile -File ./examples/Runbook-Osm.ps1 -OutputPath ./osm

.EXAMPLE
pwsh -NoProfile -File ./examples/Runbook-Osm.ps1 -OutputPath ./osm -VaultHost vault.contoso.com -IssuerName mesh-issuer
#>
[CmdletBinding()]
param(
    # Where all files are written, the store and its key among them.
    [Parameter(Mandatory)] [string] $OutputPath,

    # What the names of services end with.
    [string] $TrustDomain = 'cluster.local',

    # The host of Vault, for a mesh that is signed there.
    [string] $VaultHost = 'vault.osm-system.svc.cluster.local',

    # The issuer of cert-manager, for a mesh that is signed by it.
    [string] $IssuerName = 'osm-ca'
)

$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../MeshSecrets.psd1')
$folder = (New-Item -ItemType Directory -Force $OutputPath).FullName
$store = Connect-MeshStore (Join-Path $folder 'store') -KeyFile (Join-Path $folder 'store.key') -Create
$null = 'v0.6', 'tresor', 'cert-manager', 'vault' | ForEach-Object { New-Item -ItemType Directory -Force "$folder/$_" }
$findings = @()
try {
    # --- The root, as OSM's own issuer makes it ---

    $root = @{ KeyAlgorithm = 'Rsa2048'; ValidFor = '87600h'; Subject = 'CN=osm-ca.openservicemesh.io,O=Open Service Mesh,L=CA,C=US' }
    $known = @((Get-MeshSecret -Namespace osm-system).Name)
    if ('osm-ca-bundle' -notin $known) {
        New-MeshCa osm-ca-bundle -Namespace osm-system @root | Out-Host
    }

    Export-MeshCaBundle osm-ca-bundle -Format Osm06CaBundle -IncludePrivateKey -Path "$folder/v0.6/osm-ca-bundle.yaml" -Force | Out-Host
    Export-MeshCaBundle osm-ca-bundle -Format OsmCaBundle -IncludePrivateKey -Path "$folder/tresor/osm-ca-bundle.yaml" -Force | Out-Host

    # With cert-manager and Vault the key stays there; only the certificate goes into the cluster.
    Export-MeshCaBundle osm-ca-bundle -Format OsmCaBundle -Path "$folder/cert-manager/osm-ca-bundle.yaml" -Force | Out-Host

    # --- Judged before it is applied ---

    $findings += Test-MeshSecret -Path "$folder/v0.6" -For Osm06
    $findings += Test-MeshSecret -Path "$folder/tresor" -For Osm

    # --- What OSM is told ---

    Get-MeshCa osm-ca-bundle | New-MeshOsmConfiguration tresor | Set-Content "$folder/v0.6/values.yaml"
    Get-MeshCa osm-ca-bundle | New-MeshOsmConfiguration tresor -For Osm | Set-Content "$folder/tresor/values.yaml"
    New-MeshOsmConfiguration cert-manager -IssuerName $IssuerName -As Arguments | Set-Content "$folder/cert-manager/arguments.txt"
    $vault = @{ CertificateManager = 'vault'; VaultHost = $VaultHost; WarningAction = 'SilentlyContinue' }
    New-MeshOsmConfiguration @vault -As Environment | Set-Content "$folder/vault/.env"
    New-MeshOsmConfiguration @vault -As Arguments | Set-Content "$folder/vault/arguments.txt"

    # --- Certificates of the mesh, where OSM cannot issue them itself ---

    foreach ($service in 'bookbuyer.bookbuyer', 'bookstore-v2.bookstore') {
        $name = "$service.$TrustDomain"
        if ($name -notin $known) {
            $null = New-MeshTlsKey $name -Namespace osm-system -Issuer osm-ca-bundle -Profile Service -DnsName $name -Subject "CN=$name,O=Open Service Mesh" -KeyAlgorithm Rsa2048
        }
    }

    $findings += Get-MeshTlsKey -Namespace osm-system | Test-MeshSecret -For Osm -TrustDomain $TrustDomain

    # --- A change of roots: at most two are in use at once, one is always active, and each takes one step at a time ---

    if ('osm-ca-bundle-2' -notin $known) {
        New-MeshCa osm-ca-bundle-2 -Namespace osm-system @root | Out-Host
    }

    $steps = @(
        @{ Folder = '1-new-inactive'; Old = 'Active'; New = 'Inactive' }
        @{ Folder = '2-new-passive'; Old = 'Active'; New = 'Passive' }
        @{ Folder = '3-new-active'; Old = 'Active'; New = 'Active' }
        @{ Folder = '4-old-passive'; Old = 'Passive'; New = 'Active' }
        @{ Folder = '5-old-inactive'; Old = 'Inactive'; New = 'Active' }
    )
    foreach ($step in $steps) {
        $path = (New-Item -ItemType Directory -Force "$folder/rotation/$($step.Folder)").FullName
        Get-MeshCa osm-ca-bundle | New-MeshRootCertificate root-1 -TrustDomain $TrustDomain -Role $step.Old -AsString | Set-Content "$path/root-1.yaml"
        Get-MeshCa osm-ca-bundle-2 | New-MeshRootCertificate root-2 -TrustDomain $TrustDomain -Role $step.New -AsString | Set-Content "$path/root-2.yaml"

        # In the third step both are active for a moment, which OSM allows by updates alone.
        $findings += Test-MeshSecret -Path "$path/root-*.yaml" -For Osm | Where-Object { -not ($step.Folder -like '3-*' -and $_.RuleId -eq 'OsmMrcSameRole') }
    }

    Export-MeshCaBundle osm-ca-bundle-2 -Format OsmCaBundle -TargetName osm-ca-bundle-2 -IncludePrivateKey -Path "$folder/rotation/1-new-inactive/osm-ca-bundle-2.yaml" -Force | Out-Host

    # --- Who uses the roots: kept beside them, the resources guard them ---

    Import-MeshSecret "$folder/rotation/3-new-active/root-*.yaml" -Force | Out-Host
    Get-MeshCertDependency osm-ca-bundle, osm-ca-bundle-2 | Format-Table Name, Relation, User | Out-Host
    try {
        Remove-MeshCa osm-ca-bundle-2 -Namespace osm-system -Confirm:$false
    }
    catch {
        "Refused, as it should be: $($_.Exception.Message)" | Out-Host
    }
}
finally {
    Disconnect-MeshStore $store.Name
}

foreach ($finding in $findings | Where-Object Severity -NE 'Advice') {
    [Console]::Error.WriteLine("$($finding.RuleId): $($finding.Target): $($finding.Found)")
    $failed = $true
}

exit ($failed ? 1 : 0)
