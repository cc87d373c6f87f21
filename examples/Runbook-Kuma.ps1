<#
.SYNOPSIS
Gives a mesh of Kuma an authority of your own: makes or takes it over, judges it, and writes what Kuma needs.

.DESCRIPTION
The authority is kept in a store; the first run makes it, or takes over the one that -CertificatePath and -KeyPath name.
Written are, each for Kubernetes and for Universal mode:

    authority.yaml   two secrets: the certificate with its chain, and the private key (readable by their owner only)
    mesh.yaml        the Mesh, whose backend refers to them

Nothing is applied. What Kuma would refuse is said before, with its own words and the remedy, and nothing is written.
Apply authority.yaml first, then mesh.yaml, then delete authority.yaml. A Mesh replaces the one that stands there: give
that with -MeshPath, as 'kubectl get mesh <name> -o yaml' or 'kumactl get mesh <name> -o yaml' writes it, to keep all else in it.

A Mesh that has a backend already ends in KumaOneBackend, for Kuma takes one only. With -RemoveBackend that one goes in the
same step; until all proxies have certificates of the new authority, those of the old one are refused.

Exit codes:
    0   all is written
    1   Kuma would refuse it; nothing is written
    2   nothing was done: the store or the files could not be read

.EXAMPLE
pwsh -NoProfile -File ./examples/Runbook-Kuma.ps1 -StorePath /srv/mesh/store -OutputPath ./kuma -Mesh shop

.EXAMPLE
pwsh -NoProfile -File ./examples/Runbook-Kuma.ps1 -StorePath /srv/mesh/store -OutputPath ./kuma -CertificatePath ./ca.crt -KeyPath ./ca.key
Takes over an authority that was made elsewhere.
#>
[CmdletBinding()]
param(
    # The folder of the store; it is made if it is not there.
    [Parameter(Mandatory)] [string] $StorePath,

    # Where the manifests are written.
    [Parameter(Mandatory)] [string] $OutputPath,

    # The mesh.
    [string] $Mesh = 'default',

    # The authority's name in the store; its secrets are called <name>-cert and <name>-key.
    [string] $Name = 'mesh-ca',

    # The Mesh that stands there, to be changed.
    [string] $MeshPath,

    # Backends of that Mesh that go; Kuma takes one backend only, so name here the one that the Mesh has.
    [string[]] $RemoveBackend = @(),

    # An authority that was made elsewhere.
    [string] $CertificatePath,

    # Its key.
    [string] $KeyPath,

    # The version of Kuma that judges.
    [ValidateSet('Kuma04', 'Kuma')] [string] $For = 'Kuma'
)

$ErrorActionPreference = 'Stop'

function Write-Failure([string] $Id, [string] $Message) {
    [Console]::Error.WriteLine("${Id}: $Message")
}

try {
    Import-Module "$PSScriptRoot/../MeshSecrets.psd1"
    $store = Connect-MeshStore $StorePath -Create -NoDefault
    $scope = @{ Mesh = $Mesh; Store = $store }
    $authority = Get-MeshCa @scope | Where-Object Name -EQ $Name
    if (-not $authority) {
        $authority = $CertificatePath ?
            (Import-MeshCa $Name @scope -CertificatePath $CertificatePath -KeyPath $KeyPath) :
            (New-MeshCa $Name @scope -Subject "CN=$Mesh,O=Kuma" -ValidFor 3650d)
    }

    $current = $MeshPath ? (ConvertFrom-MeshManifest (Get-Content -Raw $MeshPath)) : $null
}
catch {
    Write-Failure ($_.FullyQualifiedErrorId -replace ',.*') $_.Exception.Message
    exit 2
}

$version = $For -eq 'Kuma04' ? @{ Version = '0.4' } : @{}
$meshes = foreach ($universal in $false, $true) {
    $isCurrent = $current -and $universal -eq -not $current.ApiVersion
    @{
        Folder = $universal ? 'universal' : 'kubernetes'
        Universal = $universal
        Yaml = $isCurrent ?
            ($current | New-MeshMtls $Name -Authority $authority -EnabledBackend $Name -RemoveBackend $RemoveBackend -AsString) :
            (New-MeshMtls -Authority $authority -Mesh $Mesh -Universal:$universal -AsString @version)
    }
}

$findings = @(Test-MeshCertificate -Secret $authority -For $For) + @($meshes.Yaml | Test-MeshSecret -For $For)
$refused = @($findings | Where-Object Severity -EQ Error)
if ($refused) {
    $refused | ForEach-Object { Write-Failure $_.RuleId "$($_.Found). $($_.Effect) $($_.Remedy)" }
    exit 1
}

foreach ($written in $meshes) {
    $folder = (New-Item -ItemType Directory -Force (Join-Path $OutputPath $written.Folder)).FullName
    $null = $authority | Export-MeshCaBundle -Format KumaProvided -TargetName $Name -TargetMesh $Mesh -Universal:$written.Universal -IncludePrivateKey -Path "$folder/authority.yaml" -Force
    Set-Content "$folder/mesh.yaml" $written.Yaml -NoNewline
    "$folder/authority.yaml", "$folder/mesh.yaml"
}
