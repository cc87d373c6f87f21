<#
.SYNOPSIS
An unattended runbook for a cluster: takes stock of the TLS keys, renews those that are due, and restarts what uses them.

.DESCRIPTION
It may run from several places at once: the lease in each namespace lets one renew at a time, and what one has renewed
the other leaves alone. If it is stopped, or the API server goes away for longer than it waits, start it again: it goes
on with what is left.

The stock goes to the output, and to a CSV file if a path is given. It is read from metadata; no value leaves the
cluster for it.

Exit codes:
    0   all that was due is renewed, and what uses it is ready again
    1   some keys are not renewed, or a workload is not ready; the others are
    2   nothing was done: the cluster could not be reached, or a permission is missing

Each failure is one line on standard error, with its error id first.

.EXAMPLE
pwsh -NoProfile -File ./examples/Runbook-KubernetesRotation.ps1 -Context prod -Namespace shop -Before 30d -PlanOnly
Shows what is due, and changes nothing.

.EXAMPLE
pwsh -NoProfile -File ./examples/Runbook-KubernetesRotation.ps1 -Namespace shop, cart -RestartWorkload -StockPath ./stock.csv
In a pod: the service account is used. The keys of both namespaces are renewed, and the workloads that mount them restarted.
#>
[CmdletBinding()]
param(
    # The context of the kubeconfig; without it, the current one, or in a pod the service account.
    [string] $Context,

    # The kubeconfig; without it, those of KUBECONFIG, or ~/.kube/config.
    [string] $Kubeconfig,

    # The namespaces; without them, all.
    [string[]] $Namespace,

    # Renew what ends within this time; without it, what has used two thirds of its life.
    [string] $Before,

    # Only take stock and plan.
    [switch] $PlanOnly,

    # Restart the workloads that use a renewed key, one after the other.
    [switch] $RestartWorkload,

    # Where the stock is written, as CSV.
    [string] $StockPath
)

$ErrorActionPreference = 'Stop'
# From the command line, a list arrives as one text.
$Namespace = @($Namespace -split ',' | ForEach-Object Trim | Where-Object { $_ })
$policy = $Before ? @{ Before = $Before } : @{}

function Write-Failure([string] $Id, [string] $Message) {
    [Console]::Error.WriteLine("${Id}: $Message")
}

function Get-Stock {
    Get-MeshTlsKey | Select-Object Namespace, Name, Issuer, @{ Name = 'NotAfter'; Expression = { $_.NotAfter.ToString('u') } }, Thumbprint
}

try {
    Import-Module "$PSScriptRoot/../MeshSecrets.psd1"
    $connection = @{ Kubernetes = $true }
    if ($Context) { $connection.Context = $Context }
    if ($Kubeconfig) { $connection.Kubeconfig = $Kubeconfig }
    if ($Namespace) { $connection.Namespace = $Namespace }
    if (-not $Context -and -not $Kubeconfig -and $env:KUBERNETES_SERVICE_HOST) { $connection.InCluster = $true }
    $null = Connect-MeshStore @connection

    $stock = @(Get-Stock)
    $stock | Format-Table
    Invoke-MeshCertRotation @policy -WhatIf | Where-Object ErrorId | ForEach-Object { Write-Failure $_.ErrorId $_.ErrorMessage }
}
catch {
    Write-Failure ($_.FullyQualifiedErrorId -replace ',.*') $_.Exception.Message
    exit 2
}

if ($PlanOnly) {
    if ($StockPath) { $stock | Export-Csv $StockPath }
    exit 0
}

# One failure stops no other: each is a result, and an error at the end, which is not needed beside it.
$results = @(Invoke-MeshCertRotation @policy -ErrorAction SilentlyContinue)
$failed = @($results | Where-Object Status -EQ Failed)
$failed | ForEach-Object { Write-Failure $_.ErrorId "$($_.Namespace)/$($_.Name): $($_.ErrorMessage)" }
$results | ForEach-Object { "$($_.Status): $($_.Namespace)/$($_.Name)" }

$unready = @()
if ($RestartWorkload) {
    $renewed = $results | Where-Object Status -EQ Renewed
    $renewed | Restart-MeshWorkload -ErrorVariable unready -ErrorAction SilentlyContinue |
        ForEach-Object { "$($_.Status): $($_.Kind) $($_.Namespace)/$($_.Name)" }
    $unready | ForEach-Object { Write-Failure ($_.FullyQualifiedErrorId -replace ',.*') $_.Exception.Message }
}

if ($StockPath) { Get-Stock | Export-Csv $StockPath }
exit ($failed -or $unready) ? 1 : 0
