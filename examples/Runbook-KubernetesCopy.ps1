<#
.SYNOPSIS
Copies secrets from one cluster to another, proves that they arrived whole, and says what the other one would refuse.

.DESCRIPTION
For clusters that share a mesh: the trust bundle of one, or the TLS key of an east-west gateway, must be the same in the
other. Values go from one API server to the other through the memory of this process, into no file.

The API server of the destination checks every secret before the first one is written (-DryRun). What exists there and
differs is an error unless -Force is given; what is the same already is left alone.

Exit codes:
    0   all are there and the same
    1   some are not
    2   nothing was written: a cluster could not be reached, or the destination refuses one of the secrets

.EXAMPLE
pwsh -NoProfile -File ./examples/Runbook-KubernetesCopy.ps1 -From cluster-1 -To cluster-2 -Namespace istio-system -Name cacerts
#>
[CmdletBinding()]
param(
    # The context of the cluster to copy from.
    [Parameter(Mandatory)] [string] $From,

    # The context of the cluster to copy to.
    [Parameter(Mandatory)] [string] $To,

    # The kubeconfig that has both; without it, those of KUBECONFIG, or ~/.kube/config.
    [string] $Kubeconfig,

    # The namespace, the same in both.
    [Parameter(Mandatory)] [string] $Namespace,

    # Names, with wildcards.
    [string[]] $Name = '*',

    # Only those with this label, as team=shop.
    [string] $Label,

    # Overwrite what differs, fields that another field manager owns in the destination included.
    [switch] $Force
)

$ErrorActionPreference = 'Stop'
$Name = @($Name -split ',' | ForEach-Object Trim)
$selection = @{ Namespace = $Namespace }
if ($Label) {
    $key, $value = $Label -split '=', 2
    $selection.Label = @{ $key = $value }
}

function Write-Failure([string] $Id, [string] $Message) {
    [Console]::Error.WriteLine("${Id}: $Message")
}

# Whether both hold the same, without showing any of it.
function Test-Same($Secret, $Copy) {
    if (-not $Copy -or $Secret.Type -ne $Copy.Type -or (Compare-Object $Secret.DataKeys $Copy.DataKeys)) { return $false }
    $hashes = foreach ($each in $Secret, $Copy) {
        # Bare if there is one value, by name if there are several.
        $values = $each | Get-MeshSecret -AsByteArray
        $all = $values -is [Collections.IDictionary] ? $values.Values : @(, $values)
        $hashes = foreach ($value in $all) {
            [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([byte[]]$value))
            [Array]::Clear($value)
        }
        $hashes -join ' '
    }
    $hashes[0] -eq $hashes[1]
}

try {
    Import-Module "$PSScriptRoot/../MeshSecrets.psd1"
    $connection = $Kubeconfig ? @{ Kubeconfig = $Kubeconfig } : @{}
    $source = Connect-MeshStore -Kubernetes @connection -Context $From -Namespace $Namespace -Name from
    $target = Connect-MeshStore -Kubernetes @connection -Context $To -Namespace $Namespace -Name to -ForceConflicts:$Force -NoDefault

    $secrets = @(Get-MeshSecret $Name @selection -Store $source | Where-Object Type -NE 'kubernetes.io/service-account-token')
    $present = @{}
    foreach ($copy in Get-MeshSecret -Namespace $Namespace -Store $target) { $present[$copy.Name] = $copy }
    $missing = @($secrets | Where-Object { -not (Test-Same $_ $present[$_.Name]) })
    $missing | Copy-MeshSecret -Destination $target -Force:$Force -DryRun
}
catch {
    Write-Failure ($_.FullyQualifiedErrorId -replace ',.*') $_.Exception.Message
    exit 2
}

$missing | Copy-MeshSecret -Destination $target -Force:$Force -ErrorVariable failed -ErrorAction SilentlyContinue
$failed | ForEach-Object { Write-Failure ($_.FullyQualifiedErrorId -replace ',.*') $_.Exception.Message }

# Proven by reading it again, not by the absence of errors.
$different = 0
foreach ($secret in $secrets) {
    $copy = Get-MeshSecret $secret.Name -Namespace $Namespace -Store $target -ErrorAction SilentlyContinue
    $same = Test-Same $secret $copy
    $different += -not $same
    [pscustomobject]@{ Namespace = $Namespace; Name = $secret.Name; Type = $secret.Type; Same = $same; Copied = $secret.Name -in $missing.Name }
}

exit $different ? 1 : 0
