<#
.SYNOPSIS
An unattended runbook: renews the TLS keys that are due, and writes them and the trust bundle to where they are used.

.DESCRIPTION
The store is unlocked by its key file, or by the passphrase in the environment variable MESHSECRETS_PASSPHRASE. Nobody
is asked anything. Each TLS key that was renewed is written to a folder of its name, and the bundle beside them.

Exit codes:
    0   all that was due is renewed and written
    1   some are not renewed; the others are
    2   nothing was done: the store could not be opened or is damaged

Each failure is one line on standard error, with its error id first.

.EXAMPLE
$env:MESHSECRETS_PASSPHRASE = $passphraseFromYourPipeline
pwsh -NoProfile -File ./examples/Runbook-RenewDue.ps1 -StorePath /srv/mesh/store -OutputPath /srv/mesh/files

.EXAMPLE
pwsh -NoProfile -File ./examples/Runbook-RenewDue.ps1 -StorePath /srv/mesh/store -OutputPath /srv/mesh/files -Before 30d -PlanOnly
Writes the plan and changes nothing.
#>
[CmdletBinding()]
param(
    # The folder of the store.
    [Parameter(Mandatory)] [string] $StorePath,

    # Where the TLS keys and trust-bundle.pem are written.
    [Parameter(Mandatory)] [string] $OutputPath,

    # Renew what ends within this time; without it, what has used two thirds of its life.
    [string] $Before,

    # Only write the plan.
    [switch] $PlanOnly
)

$ErrorActionPreference = 'Stop'
$policy = $Before ? @{ Before = $Before } : @{}

function Write-Failure([string] $Id, [string] $Message) {
    [Console]::Error.WriteLine("${Id}: $Message")
}

try {
    Import-Module "$PSScriptRoot/../MeshSecrets.psd1"
    $store = Connect-MeshStore $StorePath
    $findings = @(Test-MeshStore -Store $store)
    if ($findings) {
        $findings | ForEach-Object { Write-Failure $_.FindingId $_.Message }
        exit 2
    }
}
catch {
    Write-Failure ($_.FullyQualifiedErrorId -replace ',.*') $_.Exception.Message
    exit 2
}

Invoke-MeshCertRotation @policy -WhatIf | Select-Object Name, Mesh, Namespace, Reason
if ($PlanOnly) {
    exit 0
}

# One failure stops no other: each is a result, and an error at the end, which is not needed beside it.
$results = @(Invoke-MeshCertRotation @policy -ErrorAction SilentlyContinue)
$failed = @($results | Where-Object Status -EQ Failed)
$failed | ForEach-Object { Write-Failure $_.ErrorId "$($_.Name): $($_.ErrorMessage)" }

try {
    $null = New-Item -ItemType Directory -Force $OutputPath
    $results | Where-Object Status -EQ Renewed |
        Export-MeshTlsKey -Path $OutputPath -FolderPerName -IncludePrivateKey -Force
    Export-MeshCaBundle -Path (Join-Path $OutputPath 'trust-bundle.pem') -Force | Select-Object Count, NotAfter, Path
}
catch {
    Write-Failure ($_.FullyQualifiedErrorId -replace ',.*') $_.Exception.Message
    exit 1
}

exit $failed ? 1 : 0
