<#
.SYNOPSIS
Changes the authority of a mesh of Kong Mesh in three steps, none of which breaks a connection.

.DESCRIPTION
Begins with the Mesh as it stands, as 'kubectl get mesh <name> -o yaml' or 'kumactl get mesh <name> -o yaml' writes it,
and an authority in a store, which is made if it is not there. Written are:

    authority.yaml       two secrets: the new certificate with its chain, and its private key (their owner's only)
    1-trust-both.yaml    the Mesh with the new backend; the old one signs: proxies trust both
    2-sign-anew.yaml     the new backend signs; proxies renew
    3-drop-old.yaml      the Mesh without the old backend

Nothing is applied. Apply authority.yaml and the first step; go on only when all proxies have what the step before gave
them: Kong Mesh shows it in 'kumactl inspect dataplanes'. Delete authority.yaml after it was applied. Each step is judged
by Kong Mesh's rules before anything is written.

Exit codes:
    0   all is written
    1   Kong Mesh would refuse it; nothing is written
    2   nothing was done: the store or the Mesh could not be read

.EXAMPLE
kubectl get mesh default -o yaml > mesh.yaml
pwsh -NoProfile -File ./examples/Runbook-KongMesh.ps1 -StorePath /srv/mesh/store -MeshPath ./mesh.yaml -OutputPath ./change -OldBackend ca-1 -NewBackend ca-2
#>
[CmdletBinding()]
param(
    # The folder of the store; it is made if it is not there.
    [Parameter(Mandatory)] [string] $StorePath,

    # The Mesh as it stands.
    [Parameter(Mandatory)] [string] $MeshPath,

    # Where the manifests are written.
    [Parameter(Mandatory)] [string] $OutputPath,

    # The backend that signs now.
    [Parameter(Mandatory)] [string] $OldBackend,

    # The new backend, and the name of the new authority in the store.
    [Parameter(Mandatory)] [string] $NewBackend,

    # The namespace of the control plane.
    [string] $Namespace = 'kong-mesh-system'
)

$ErrorActionPreference = 'Stop'

function Write-Failure([string] $Id, [string] $Message) {
    [Console]::Error.WriteLine("${Id}: $Message")
}

try {
    Import-Module "$PSScriptRoot/../MeshSecrets.psd1"
    $store = Connect-MeshStore $StorePath -Create -NoDefault
    $now = ConvertFrom-MeshManifest (Get-Content -Raw $MeshPath)
    $scope = @{ Mesh = $now.Name; Store = $store }
    $authority = Get-MeshCa @scope | Where-Object Name -EQ $NewBackend
    $authority ??= New-MeshCa $NewBackend @scope -Subject "CN=$($now.Name),O=Kong Mesh" -ValidFor 3650d

    $both = $now | New-MeshMtls $NewBackend -Authority $authority
    $anew = $both | New-MeshMtls -EnabledBackend $NewBackend
    $done = $anew | New-MeshMtls -RemoveBackend $OldBackend
}
catch {
    Write-Failure ($_.FullyQualifiedErrorId -replace ',.*') $_.Exception.Message
    exit 2
}

$steps = [ordered] @{ '1-trust-both.yaml' = $both; '2-sign-anew.yaml' = $anew; '3-drop-old.yaml' = $done }
$findings = @(Test-MeshCertificate -Secret $authority -For KongMesh) + @($steps.Values | ForEach-Object { $_ | Test-MeshSecret -For KongMesh })
$refused = @($findings | Where-Object Severity -EQ Error)
if ($refused) {
    $refused | ForEach-Object { Write-Failure $_.RuleId "$($_.Found). $($_.Effect) $($_.Remedy)" }
    exit 1
}

$folder = (New-Item -ItemType Directory -Force $OutputPath).FullName
$universal = @{ Universal = -not $now.ApiVersion }
$null = $authority | Export-MeshCaBundle -Format KumaProvided -TargetMesh $now.Name -TargetNamespace $Namespace -IncludePrivateKey -Path "$folder/authority.yaml" -Force @universal
"$folder/authority.yaml"
foreach ($step in $steps.Keys) {
    Set-Content "$folder/$step" (ConvertTo-MeshManifest -Manifest $steps[$step])
    "$folder/$step"
}
