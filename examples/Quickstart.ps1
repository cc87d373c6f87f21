<#
.SYNOPSIS
From nothing to a mesh with certificates: a store, two authorities, TLS keys, a secret, the trust bundle, and renewal.

.DESCRIPTION
The same path as examples/Quickstart in C#. Everything lies in one folder: a temporary one, which is removed at the end,
unless -Path names another.

.EXAMPLE
./examples/Quickstart.ps1

.EXAMPLE
./examples/Quickstart.ps1 -Path ./quickstart
Keeps the folder, so that you can go on: Connect-MeshStore ./quickstart/store
#>
[CmdletBinding()]
param(
    # The folder for everything; it must be new or empty.
    [string] $Path
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../MeshSecrets.psd1"
$folder = New-Item -ItemType Directory -Force ($Path ? $Path : (Join-Path ([IO.Path]::GetTempPath()) "quickstart-$(New-Guid)"))

# 1. The store: a folder of encrypted records. What unlocks it is a key file, here beside it; at home it lies elsewhere.
$store = Connect-MeshStore "$folder/store" -Create -KeyFile "$folder/store.key" -NoDefault
try {
    $store | Out-Host # Each table by itself; in a session each command is by itself anyway.

    # 2. The authorities: a root, which only ever signs the intermediate, and the intermediate, which signs for the mesh.
    New-MeshCa root-ca -Subject 'CN=Example Root,O=Example' -Store $store | Out-Host
    New-MeshCa mesh-ca -Issuer root-ca -Subject 'CN=Example Mesh,O=Example' -Store $store | Out-Host

    # 3. TLS keys for the workloads. Property names are parameter names; all of them are issued on all processors and
    #    stored together. With a SPIFFE ID it is a workload's certificate, which lives for a day.
    'web', 'cart', 'payment', 'stock', 'mail' |
        ForEach-Object { [pscustomobject]@{ Name = $_; DnsName = "$_.shop.svc"; SpiffeId = "spiffe://default/$_" } } |
        New-MeshTlsKey -Issuer mesh-ca -Store $store | Out-Host

    # 4. A secret of another kind. At home: Read-Host -AsSecureString in place of a text that everyone can read.
    New-MeshSecret registry-token 'not so secret in an example' -Store $store | Out-Host

    # 5. What the workloads are to trust, and what one of them serves, as files.
    Export-MeshCaBundle root-ca -Path "$folder/trust-bundle.pem" -Store $store | Out-Host
    Export-MeshTlsKey web "$folder/web" -IncludePrivateKey -Store $store | Out-Host

    # 6. What is due, and why; then its renewal. All of them end within a day.
    Invoke-MeshCertRotation -Before 24h -WhatIf -Store $store | Out-Host
    Invoke-MeshCertRotation -Before 24h -Store $store | Out-Host

    # 7. Every record and the audit trail are authenticated: no finding, so True.
    Test-MeshStore -Store $store -Quiet
}
finally {
    Disconnect-MeshStore $store.Name
    if (-not $Path) {
        Remove-Item $folder -Recurse
    }
}
